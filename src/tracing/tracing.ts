/**
 * Traces of calls, from the delivery to the requests to the CRM, for a collector that speaks OTLP. Without an endpoint
 * nothing of OpenTelemetry is loaded and nothing is traced.
 *
 * A trace: the delivery, or what its sender traced before → the call, from the queue to its decision → its batch → the
 * requests. A batch of several calls is in the trace of one of them and linked to all.
 */
import type { RequestObserver } from '../../connectors/connector.ts';

/** As the standard variables say: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export interface TracingSettings {
  readonly url: string;
  /** They hold credentials. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly resourceAttributes: Readonly<Record<string, string>>;
}

export interface Tracing {
  /** A delivery whose signature is right; `traceparent`: of its sender. */
  delivery(traceparent: string | undefined, receivedAt: number): DeliverySpan;
  /** A call is taken from the queue, for the `attempt`-th time, and decided. */
  call<Decision extends TracedDecision>(
    call: TracedCall,
    attempt: number,
    decide: () => Promise<Decision>,
  ): Promise<Decision>;
  /** The requests that `run` sends belong to this batch. `calls`: as `call` was given them. */
  batch<Result>(calls: readonly TracedCall[], run: () => Promise<Result>): Promise<Result>;
  readonly observeRequest: RequestObserver;
  /** Sends what was not sent yet. Never rejects, and takes no longer than a second. */
  close(): Promise<void>;
}

export interface DeliverySpan {
  /** Stored with the job, so that its call continues the trace. */
  readonly traceparent: string;
  setCall(callId: string): void;
  end(status: number): void;
}

export interface TracedCall {
  readonly event: { readonly id: string };
  readonly receivedAt: number;
  readonly traceparent?: string;
}

export interface TracedDecision {
  readonly action: string;
  readonly code?: string;
}
