/**
 * Tells people once a day whether all calls of the day before are in the CRM. Every worker runs one; Redis says which of
 * them makes the summary of a day, and that it was sent.
 *
 * States of a day, in Redis: nothing → failed, to be tried again at some time → sent, or straight to sent; only the holder
 * of the lease changes them. A summary that fails is tried again, by any process, while the day lasts. It is marked as
 * sent before it is: a process that is killed in between sends none, but none is sent twice.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../connectors/connector.ts';
import type { LeaseTiming } from '../queue/lease-renewal.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import { acquireRedisLease, type RedisLease } from '../queue/redis-lease.ts';
import { type Calendar, dayBefore } from '../reconcile/calendar.ts';
import type { DayStatement } from '../reconcile/statement.ts';
import { settlesWithin } from '../timeout.ts';
import { AlertNotSent, sendToSlack } from './slack-webhook.ts';

export interface DailySummaryParts {
  readonly redis: RedisClient;
  readonly webhookUrl: string;
  readonly calendar: Calendar;
  /** When the summary of a day is due, ms since the epoch. */
  dueOn(day: string): number;
  /** Throws where the statement cannot be made at the moment. */
  make(day: string, signal: AbortSignal): Promise<DayStatement>;
  text(statement: DayStatement): string;
  readonly log: Log;
  readonly timing?: Partial<typeof TIMING>;
}

const TIMING = { everyMs: 20_000, firstRetryMs: 10_000, maxRetryMs: 10 * 60_000 };
const LEASE: LeaseTiming = { leaseMs: 60_000, renewEveryMs: 20_000 };
const KEEP_MS = 3 * 24 * 3_600_000;
const STOP_MS = 1_000;

const KEY = `${KEY_PREFIX}:daily-summary`;
const LEASE_KEY = `${KEY}-lease`;

/** Of a day; undefined: nobody has tried yet. */
type DayState = 'sent' | { readonly retryAt: number } | undefined;

export class DailySummary {
  readonly #parts: DailySummaryParts;
  readonly #timing: typeof TIMING;
  readonly #stopping = new AbortController();
  #failures = 0;
  #ended: Promise<void> = Promise.resolve();

  constructor(parts: DailySummaryParts) {
    this.#parts = parts;
    this.#timing = { ...TIMING, ...parts.timing };
  }

  start(): this {
    this.#ended = this.#run(this.#stopping.signal);
    return this;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await settlesWithin(this.#ended, STOP_MS);
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // Without Redis it is tried again; that Redis is down others tell.
      await this.#check().catch(() => {});
      // Rejects when it is stopped.
      await delay(this.#timing.everyMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #check(): Promise<void> {
    const { redis, calendar, dueOn } = this.#parts;
    const now = Date.now();
    const today = calendar.dayOf(now);
    if (now < dueOn(today) || !(await this.#isOpen(today))) return;
    const lease = await acquireRedisLease(redis, LEASE_KEY, {}, LEASE);
    if (!lease) return;
    try {
      // Another process may have sent it since.
      if (await this.#isOpen(today)) await this.#send(lease, today);
      this.#failures = 0;
    } catch (error) {
      if (!this.#stopping.signal.aborted) await this.#tryAgainLater(lease, today, error as Error);
    } finally {
      await lease.release();
    }
  }

  async #isOpen(today: string): Promise<boolean> {
    const json = await this.#parts.redis.get(`${KEY}:${today}`);
    const state = json === null ? undefined : (JSON.parse(json) as DayState);
    return state !== 'sent' && (state === undefined || state.retryAt <= Date.now());
  }

  async #send(lease: RedisLease, today: string): Promise<void> {
    const { make, text, webhookUrl, log } = this.#parts;
    const { signal } = this.#stopping;
    const day = dayBefore(today);
    const statement = await make(day, AbortSignal.any([signal, lease.lost]));
    // Another process may have taken this one for dead.
    if (!(await write(lease, today, 'sent'))) return;
    await sendToSlack(webhookUrl, text(statement), signal);
    log.info('daily summary sent', { day, missing: statement.listed.missing });
  }

  async #tryAgainLater(lease: RedisLease, today: string, error: Error): Promise<void> {
    const { firstRetryMs, maxRetryMs } = this.#timing;
    const { code } = error as Error & { readonly code?: string };
    this.#parts.log.warn('daily summary not sent', { code, error });
    const backoffMs = Math.min(firstRetryMs * 2 ** this.#failures, maxRetryMs);
    this.#failures += 1;
    const askedMs = error instanceof AlertNotSent ? error.retryAfterMs : 0;
    await write(lease, today, { retryAt: Date.now() + Math.max(backoffMs, askedMs) });
  }
}

/** False when another process has taken this one for dead. */
function write(lease: RedisLease, today: string, json: DayState): Promise<boolean> {
  return lease.write([{ key: `${KEY}:${today}`, json, keepMs: KEEP_MS }]);
}
