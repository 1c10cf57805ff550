/**
 * Tells people once a day whether all calls of the day before are in the CRM. Every worker runs one; Redis says which of
 * them makes the summary of a day, and that it was sent.
 *
 * States of a day, in Redis: nothing → being made (by one process; given up after `LEASE_MS` without a sign of life) →
 * sent. A summary that fails is tried again, by any process, while the day lasts. It is marked as sent before it is: a
 * process that is killed in between sends none, but none is sent twice.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../connectors/connector.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
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
const LEASE_MS = 60_000;
const KEEP_MS = 3 * 24 * 3_600_000;
const STOP_MS = 1_000;

const base = `${KEY_PREFIX}:daily-summary`;
const SENT = 'sent';

/** ARGV: the value it must have, the one it gets, for how many ms. */
const REPLACE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

export class DailySummary {
  readonly #parts: DailySummaryParts;
  readonly #timing: typeof TIMING;
  readonly #token = randomUUID();
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
    if (now < dueOn(today)) return;
    const key = `${base}:${today}`;
    if ((await redis.set(key, this.#token, 'PX', LEASE_MS, 'NX')) !== 'OK') return;
    const renewing = setInterval(
      () => this.#replace(key, this.#token, LEASE_MS).catch(() => {}),
      LEASE_MS / 3,
    );
    try {
      await this.#send(key, dayBefore(today));
      this.#failures = 0;
    } catch (error) {
      await this.#tryAgainLater(key, error as Error);
    } finally {
      clearInterval(renewing);
    }
  }

  async #send(key: string, day: string): Promise<void> {
    const { make, text, webhookUrl, log } = this.#parts;
    const { signal } = this.#stopping;
    const statement = await make(day, signal);
    // Another process may have taken this one for dead.
    if (!(await this.#replace(key, SENT, KEEP_MS))) return;
    await sendToSlack(webhookUrl, text(statement), signal);
    log.info('daily summary sent', { day, missing: statement.listed.missing });
  }

  async #tryAgainLater(key: string, error: Error): Promise<void> {
    const { redis, log } = this.#parts;
    const { firstRetryMs, maxRetryMs } = this.#timing;
    if (this.#stopping.signal.aborted) {
      await redis.eval(REPLACE, 1, key, this.#token, this.#token, 1);
      return;
    }
    const { code } = error as Error & { readonly code?: string };
    log.warn('daily summary not sent', { code, error });
    const backoffMs = Math.min(firstRetryMs * 2 ** this.#failures, maxRetryMs);
    this.#failures += 1;
    const isRefused = error instanceof AlertNotSent;
    const waitMs = Math.max(backoffMs, isRefused ? error.retryAfterMs : 0);
    // Free again after it.
    if (isRefused) await redis.set(key, this.#token, 'PX', waitMs);
    else await this.#replace(key, this.#token, waitMs);
  }

  async #replace(key: string, value: string, ms: number): Promise<boolean> {
    return (await this.#parts.redis.eval(REPLACE, 1, key, this.#token, value, ms)) === 1;
  }
}
