/** Tracing with OpenTelemetry, whose modules only this file loads. Attributes hold ids and codes, nothing personal. */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { Log, RequestObserver } from '../../connectors/connector.ts';
import { FoldedWarning } from '../folded-warning.ts';
import { withTimeout } from '../timeout.ts';
import { formatTraceparent, parseTraceparent } from './traceparent.ts';
import type { DeliverySpan, TracedCall, TracedDecision, Tracing, TracingSettings } from './tracing.ts';

const CLOSE_MS = 1_000;
const HINT = 'check OTEL_EXPORTER_OTLP_ENDPOINT and the collector; calls are not affected';

export class OpenTelemetryTracing implements Tracing {
  readonly #provider: NodeTracerProvider;
  readonly #tracer: ReturnType<NodeTracerProvider['getTracer']>;
  /** The span of each call that is being written. */
  readonly #calls = new WeakMap<TracedCall, Span>();
  /** The batch whose requests are sent: several may be in flight, and a connector knows none of them. */
  readonly #batch = new AsyncLocalStorage<Span>();

  constructor({ url, headers, serviceName, resourceAttributes }: TracingSettings, version: string, log: Log) {
    logProblems(log);
    this.#provider = new NodeTracerProvider({
      resource: resourceFromAttributes({
        'service.version': version,
        ...resourceAttributes,
        'service.name': serviceName,
      }),
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url, headers }))],
    });
    this.#tracer = this.#provider.getTracer('altur-crm-sync', version);
  }

  delivery(traceparent: string | undefined, receivedAt: number): DeliverySpan {
    const attributes = { 'http.request.method': 'POST', 'http.route': '/webhooks/altur/on-call-end' };
    const name = `POST ${attributes['http.route']}`;
    const span = this.#start(name, SpanKind.SERVER, remote(traceparent), attributes, receivedAt);
    return {
      traceparent: formatTraceparent(span.spanContext()),
      setCall: (callId) => span.setAttribute('altur.call_id', callId),
      end(status) {
        span.setAttribute('http.response.status_code', status);
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  async call<Decision extends TracedDecision>(
    call: TracedCall,
    attempt: number,
    decide: () => Promise<Decision>,
  ): Promise<Decision> {
    const attributes = { 'altur.call_id': call.event.id, 'altur.attempt': attempt };
    // The first attempt shows how long the call waited.
    const since = attempt <= 1 ? call.receivedAt : Date.now();
    const span = this.#start('call', SpanKind.CONSUMER, remote(call.traceparent), attributes, since);
    this.#calls.set(call, span);
    return ending(span, async () => {
      const decision = await decide();
      const { action, code } = decision;
      span.setAttribute('altur.decision', action);
      if (code !== undefined) span.setAttribute('altur.code', code);
      if (action === 'fail' || action === 'retry') span.setStatus({ code: SpanStatusCode.ERROR });
      return decision;
    });
  }

  batch<Result>(calls: readonly TracedCall[], run: () => Promise<Result>): Promise<Result> {
    const contexts = calls.flatMap((call) => this.#calls.get(call)?.spanContext() ?? []);
    const parent = contexts.find(({ traceFlags }) => traceFlags & TraceFlags.SAMPLED) ?? contexts[0];
    const span = this.#tracer.startSpan(
      'batch',
      {
        kind: SpanKind.INTERNAL,
        attributes: { 'altur.batch_size': calls.length },
        links: contexts.map((context) => ({ context })),
      },
      within(parent),
    );
    return ending(span, () => this.#batch.run(span, run));
  }

  readonly observeRequest: RequestObserver = ({ method, endpoint }) => {
    const attributes = { 'http.request.method': method, 'url.template': endpoint };
    const batch = this.#batch.getStore()?.spanContext();
    const span = this.#start(`${method} ${endpoint}`, SpanKind.CLIENT, within(batch), attributes);
    return ({ status }) => {
      if (status !== undefined) span.setAttribute('http.response.status_code', status);
      if (status === undefined || status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    };
  };

  async close(): Promise<void> {
    await withTimeout(this.#provider.shutdown(), CLOSE_MS).catch((error) => {
      diag.error(`the last traces were not exported: ${(error as Error).message}`);
    });
  }

  #start(name: string, kind: SpanKind, parent: Context, attributes: Attributes, startTime?: number): Span {
    return this.#tracer.startSpan(
      name,
      { kind, attributes, ...(startTime !== undefined && { startTime }) },
      parent,
    );
  }
}

async function ending<Result>(span: Span, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code === 'string') span.setAttribute('altur.code', code);
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

function remote(traceparent: string | undefined): Context {
  return within(traceparent === undefined ? undefined : parseTraceparent(traceparent));
}

function within(parent: SpanContext | undefined): Context {
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** OpenTelemetry tells of a collector that cannot be reached nowhere else. */
function logProblems(log: Log): void {
  const failed = new FoldedWarning(log, 'traces not exported', HINT);
  const warn = (message: string) => failed.warn({ code: 'TRACES_NOT_EXPORTED', reason: problem(message) });
  const ignore = () => {};
  const logger = { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

/** An error arrives as JSON, with its stack. */
function problem(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? text).slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}
