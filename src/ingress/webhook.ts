/**
 * `POST /webhooks/altur/on-call-end`: verify the raw bytes, then parse, then store; 200 only after storing.
 *
 * Plain HTTP, beside the Express app of the pages: a bare Express webhook with `express.raw` took twice the CPU of the same
 * on plain HTTP (`npm run bench -- ingress` measures the whole).
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type CallEvent, parseEvent } from '../altur/event.ts';
import type { Verifier } from '../altur/signature.ts';
import { FoldedWarning } from '../folded-warning.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { withTimeout } from '../timeout.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { type Body, readBody } from './read-body.ts';

export const WEBHOOK_PATH = '/webhooks/altur/on-call-end';

export interface WebhookParts {
  readonly verifier: Verifier;
  /** Resolves only when the event is stored; rejects when it could not be stored. May hang: a timeout applies. */
  enqueue(event: CallEvent, receivedAt: number, traceparent?: string): Promise<'queued' | 'duplicate'>;
  /** Why no event may be accepted now. */
  backpressureReason(): string | undefined | Promise<string | undefined>;
  readonly metrics: Pick<Metrics, 'event'>;
  readonly log: Log;
  readonly tracing?: Pick<Tracing, 'delivery'> | undefined;
  /** A delivery with a wrong signature, after it was answered. Must not throw. */
  onRefused?(body: Buffer, receivedAt: number): void;
}

const MAX_BYTES = 1_048_576;
/** Altur waits 10 s; the response must follow within 3 s. */
const STORE_TIMEOUT_MS = 2_500;
const RETRY_AFTER_SECONDS = 10;
const UNSIGNED_HINT = 'is ALTUR_WEBHOOK_SECRET the signing secret of Altur’s webhook settings?';

/** Answers a request for the webhook. False when it is for something else, and nothing was done. */
export function webhook(
  parts: WebhookParts,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const receiveBody = receive(parts);
  return (request, response) => {
    if (pathOf(request.url) !== WEBHOOK_PATH) return false;
    const refused = refusalOf(request);
    if (refused) refuse(response, ...refused);
    else {
      readBody(request, MAX_BYTES, (body) => {
        receiveBody(body, request, response).catch((error) => {
          parts.log.error('request failed', { error });
          if (!response.headersSent) refuse(response, 500, 'the request failed');
        });
      });
    }
    return true;
  };
}

/** A proxy may send the whole URL: https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2 */
function pathOf(target = ''): string | undefined {
  if (target === WEBHOOK_PATH) return target;
  if (target.startsWith('/')) return target.split('?', 1)[0];
  return URL.parse(target)?.pathname;
}

type Refusal = [status: number, error: string, headers?: OutgoingHttpHeaders];

/** By the first line and the headers. */
function refusalOf({ method, headers }: IncomingMessage): Refusal | undefined {
  if (method !== 'POST') return [405, 'use POST', { Allow: 'POST' }];
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json')
    return [415, 'the content type must be application/json'];
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity')
    return [415, 'send the body as plain JSON, not compressed'];
  return undefined;
}

function receive(parts: WebhookParts) {
  const { verifier, metrics, log, tracing } = parts;
  const seenMatches = new Set<string>();
  const unsigned = new FoldedWarning(log, 'webhook rejected: wrong or missing signature', UNSIGNED_HINT);

  return async (body: Body, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (body === 'too large')
      return refuse(response, 413, `the body is larger than ${MAX_BYTES / 1_048_576} MiB`);
    if (body === 'incomplete') return refuse(response, 400, 'the body is incomplete');
    const receivedAt = Date.now();
    const match = verifier.verify(body, headerOf(request, 'x-altur-signature'));
    if (!match) {
      metrics.event('unsigned');
      unsigned.warn({ code: 'WEBHOOK_UNSIGNED', bytes: body.length });
      refuse(response, 401, 'X-Altur-Signature is missing or does not match');
      parts.onRefused?.(body, receivedAt);
      return;
    }
    const matched = `${match.scheme} over ${match.form}`;
    if (!seenMatches.has(matched)) {
      seenMatches.add(matched);
      log.info('webhook signature matched', { ...match, pin: `ALTUR_SIGNATURE_SCHEME=${match.scheme}` });
    }
    const span = tracing?.delivery(headerOf(request, 'traceparent'), receivedAt);
    if (span) response.once('close', () => span.end(response.statusCode));
    const parsed = readEvent(body);
    switch (parsed.kind) {
      case 'invalid':
        metrics.event('invalid');
        log.warn('webhook rejected: invalid event', { reason: parsed.reason });
        refuse(response, 400, parsed.reason);
        return;
      case 'other':
        metrics.event('ignored');
        log.debug('webhook ignored', { type: parsed.type });
        accept(response, 'ignored');
        return;
      case 'call':
        if (parsed.invalidFields.length > 0) {
          log.warn('event has invalid fields', { callId: parsed.event.id, fields: parsed.invalidFields });
        }
        span?.setCall(parsed.event.id);
        await store(parsed.event, receivedAt, response, parts, span?.traceparent);
        return;
      default:
        parsed satisfies never;
    }
  };
}

async function store(
  event: CallEvent,
  receivedAt: number,
  response: ServerResponse,
  { enqueue, backpressureReason, metrics, log }: WebhookParts,
  traceparent?: string,
): Promise<void> {
  const storeUnlessFull = async () => {
    const backpressure = await backpressureReason();
    if (backpressure !== undefined) throw new Error(backpressure);
    return enqueue(event, receivedAt, traceparent);
  };
  try {
    const status = await withTimeout(storeUnlessFull(), STORE_TIMEOUT_MS);
    metrics.event(status);
    log.info('event accepted', { callId: event.id, status });
    accept(response, status);
  } catch (error) {
    metrics.event('unavailable');
    log.error('event not stored', { callId: event.id, error });
    const later = { 'Retry-After': `${RETRY_AFTER_SECONDS}` };
    refuse(response, 503, 'the event could not be stored; send it again', later);
  }
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  return headers[name] as string | undefined;
}

function accept(response: ServerResponse, status: keyof typeof ACCEPTED): void {
  answer(response, 200, ACCEPTED[status]);
}

function refuse(
  response: ServerResponse,
  status: number,
  error: string,
  headers?: OutgoingHttpHeaders,
): void {
  answer(response, status, JSON.stringify({ error }), headers);
}

function answer(response: ServerResponse, status: number, json: string, headers?: OutgoingHttpHeaders): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(json),
    ...headers,
  });
  response.end(json);
}

const ACCEPTED = {
  queued: '{"status":"queued"}',
  duplicate: '{"status":"duplicate"}',
  ignored: '{"status":"ignored"}',
} as const;

function readEvent(body: Buffer) {
  try {
    return parseEvent(JSON.parse(body.toString('utf8')));
  } catch {
    return { kind: 'invalid', reason: 'the body is not JSON' } as const;
  }
}
