/** `POST /webhooks/altur/on-call-end`: verify the raw bytes, then parse, then store; 200 only after storing. */
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { type CallEvent, parseEvent } from '../altur/event.ts';
import type { Verifier } from '../altur/signature.ts';
import { FoldedWarning } from '../folded-warning.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { withTimeout } from '../timeout.ts';
import type { Tracing } from '../tracing/tracing.ts';

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

const MAX_BODY = '1mb';
/** Altur waits 10 s; the response must follow within 3 s. */
const STORE_TIMEOUT_MS = 2_500;
const RETRY_AFTER_SECONDS = 10;
const UNSIGNED_HINT = 'is ALTUR_WEBHOOK_SECRET the signing secret of Altur’s webhook settings?';

export function webhook(parts: WebhookParts): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route(WEBHOOK_PATH)
    .post(requireJson, express.raw({ type: () => true, limit: MAX_BODY, inflate: false }), receive(parts))
    .all((_, response) => void response.set('Allow', 'POST').status(405).json({ error: 'use POST' }));
  return router;
}

function requireJson(request: Request, response: Response, next: NextFunction): void {
  // By the header alone: for a request without a body `request.is` answers as if it had no type.
  const [type = ''] = (request.get('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() === 'application/json') next();
  else response.status(415).json({ error: 'the content type must be application/json' });
}

function receive(parts: WebhookParts) {
  const { verifier, metrics, log, tracing } = parts;
  const seenMatches = new Set<string>();
  const unsigned = new FoldedWarning(log, 'webhook rejected: wrong or missing signature', UNSIGNED_HINT);

  return async (request: Request, response: Response): Promise<void> => {
    const receivedAt = Date.now();
    const body: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const match = verifier.verify(body, request.get('x-altur-signature'));
    if (!match) {
      metrics.event('unsigned');
      unsigned.warn({ code: 'WEBHOOK_UNSIGNED', bytes: body.length });
      response.status(401).json({ error: 'X-Altur-Signature is missing or does not match' });
      parts.onRefused?.(body, receivedAt);
      return;
    }
    const matched = `${match.scheme} over ${match.form}`;
    if (!seenMatches.has(matched)) {
      seenMatches.add(matched);
      log.info('webhook signature matched', { ...match, pin: `ALTUR_SIGNATURE_SCHEME=${match.scheme}` });
    }
    const span = tracing?.delivery(request.get('traceparent'), receivedAt);
    if (span) response.once('close', () => span.end(response.statusCode));
    const parsed = readEvent(body);
    switch (parsed.kind) {
      case 'invalid':
        metrics.event('invalid');
        log.warn('webhook rejected: invalid event', { reason: parsed.reason });
        response.status(400).json({ error: parsed.reason });
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
  response: Response,
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
    response.set('Retry-After', `${RETRY_AFTER_SECONDS}`);
    response.status(503).json({ error: 'the event could not be stored; send it again' });
  }
}

/** As `response.json` does, which makes each answer from the start. */
function accept(response: Response, status: keyof typeof ACCEPTED): void {
  const body = ACCEPTED[status];
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': body.length,
  });
  response.end(body);
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
