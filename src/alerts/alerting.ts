/**
 * Watches the service and tells people. Every process runs one; the one that holds the lease decides and sends, the
 * others wait to take over. Without Redis they cannot agree, so each process tells of that by itself.
 *
 * Nothing waits for it, and it never rejects: what fails is logged and tried again at the next check.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../connectors/connector.ts';
import type { Overview } from '../monitoring/overview.ts';
import type { RedisClient } from '../queue/redis.ts';
import { replyCode } from '../queue/redis-fault.ts';
import { settlesWithin, withTimeout } from '../timeout.ts';
import type { Alert, AlertCause } from './alert.ts';
import {
  type AlertBook,
  type AlertTiming,
  type BookEntry,
  type BookUpdate,
  EMPTY_BOOK,
  TIMING,
  updateBook,
} from './alert-book.ts';
import { AlertStore } from './alert-store.ts';
import { alertText, type TextOptions } from './alert-text.ts';
import { alertsOf } from './alerts-of.ts';
import { afterFailure, afterSent, forgetMissed, nextMessage } from './outbox.ts';
import { type AlertNotSent, sendToSlack } from './slack-webhook.ts';

export interface AlertingParts {
  readonly redis: RedisClient;
  readOverview(): Promise<Overview>;
  /** Why Redis cannot be used, in words. */
  redisFault(): Promise<string>;
  readonly text: TextOptions;
  /** Without it alerts are logged and counted only. */
  readonly webhookUrl: string | undefined;
  readonly log: Log;
  /** For metrics. */
  onAlert?(cause: AlertCause): void;
  /** This process, in the words of an operator. */
  readonly processName: string;
  readonly timing?: Partial<AlertTiming & CheckTiming>;
}

interface CheckTiming {
  readonly everyMs: number;
  /** Without a sign of life another process takes over. */
  readonly leaseMs: number;
  /** A restart of Redis, or a failover, takes seconds. */
  readonly redisDownAfterMs: number;
}

export interface Alerting {
  /** Ends within a second. */
  stop(): Promise<void>;
}

const CHECK_TIMING: CheckTiming = { everyMs: 10_000, leaseMs: 25_000, redisDownAfterMs: 15_000 };
/** Reading takes a healthy Redis a few milliseconds. */
const READ_TIMEOUT_MS = 8_000;
const PING_TIMEOUT_MS = 2_000;
const STOP_MS = 500;

export function startAlerting(parts: AlertingParts): Alerting {
  const checker = new AlertChecker(parts);
  const stopping = new AbortController();
  const { everyMs } = { ...CHECK_TIMING, ...parts.timing };
  const run = async () => {
    while (!stopping.signal.aborted) {
      await checker.check();
      // Rejects when it is stopped.
      await delay(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
    }
  };
  const ended = run();
  return {
    async stop() {
      stopping.abort();
      if (!(await settlesWithin(ended, STOP_MS))) checker.abort();
      await ended;
      await checker.release();
    },
  };
}

class AlertChecker {
  readonly #parts: AlertingParts;
  readonly #timing: AlertTiming & CheckTiming;
  readonly #store: AlertStore;
  readonly #abort = new AbortController();
  /** Of what only this process sees. */
  #ownBook: AlertBook = EMPTY_BOOK;

  constructor(parts: AlertingParts) {
    const timing = { ...TIMING, ...CHECK_TIMING, ...parts.timing };
    this.#parts = parts;
    this.#timing = timing;
    this.#store = new AlertStore(parts.redis, randomUUID(), timing.leaseMs);
  }

  abort(): void {
    this.#abort.abort();
  }

  /** A lease that cannot be released lapses. */
  async release(): Promise<void> {
    await withTimeout(this.#store.release(), STOP_MS).catch(() => {});
  }

  /** Never rejects. */
  async check(): Promise<void> {
    try {
      const fault = await this.#checkTogether().then(
        () => undefined,
        (error: Error) => this.#faultOf(error),
      );
      await this.#checkAlone(fault === undefined ? [] : [this.#redisDown(fault)]);
    } catch (error) {
      this.#parts.log.error('alerts not checked', { error });
    }
  }

  async #checkTogether(): Promise<void> {
    if (!(await withTimeout(this.#store.acquire(), PING_TIMEOUT_MS))) return;
    const alerts = alertsOf(await withTimeout(this.#parts.readOverview(), READ_TIMEOUT_MS));
    const before = await withTimeout(this.#store.read(), PING_TIMEOUT_MS);
    const update = updateBook(before, alerts, Date.now(), this.#timing);
    const book = this.#withoutMissed(update.book);
    if (!(await this.#store.write(book))) return;
    this.#report(update);
    await this.#send(book, async (changed) => (await this.#store.write(changed)) && this.#store.acquire());
    // A process that has a receiver may send what is open.
    if (this.#parts.webhookUrl === undefined) await this.#store.release();
  }

  async #checkAlone(alerts: readonly Alert[]): Promise<void> {
    const update = updateBook(this.#ownBook, alerts, Date.now(), this.#timing);
    this.#ownBook = this.#withoutMissed(update.book);
    this.#report(update);
    await this.#send(this.#ownBook, async (changed) => {
      this.#ownBook = changed;
      return true;
    });
  }

  /** Sends what is due. `save` answers whether this process may go on. */
  async #send(start: AlertBook, save: (book: AlertBook) => Promise<boolean>): Promise<void> {
    const { webhookUrl, text, log } = this.#parts;
    if (webhookUrl === undefined) return;
    let book = start;
    let mayGoOn = true;
    while (mayGoOn && !this.#abort.signal.aborted) {
      const message = nextMessage(book, Date.now());
      if (message === undefined) return;
      try {
        await sendToSlack(webhookUrl, alertText(message, text), this.#abort.signal);
        book = afterSent(book, message, Date.now());
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        const { retryAfterMs, code } = error as AlertNotSent;
        log.error('alert not sent', { code, error });
        book = afterFailure(book, Date.now(), retryAfterMs);
      }
      mayGoOn = await save(book);
    }
  }

  #withoutMissed(book: AlertBook): AlertBook {
    return forgetMissed(book, this.#parts.webhookUrl !== undefined);
  }

  #report({ opened, over }: BookUpdate): void {
    const { log, onAlert } = this.#parts;
    for (const entry of opened) {
      onAlert?.(entry.alert.cause);
      log.warn('alert', logged(entry));
    }
    for (const entry of over) {
      log.info('alert over', { ...logged(entry), lastedMs: entry.lastSeenAt - entry.startedAt });
    }
  }

  /** Undefined when Redis is not the reason why a check failed. */
  async #faultOf(error: Error): Promise<string | undefined> {
    const { redis, redisFault, log } = this.#parts;
    const answers = await withTimeout(redis.ping(), PING_TIMEOUT_MS).then(
      () => true,
      () => false,
    );
    if (!answers || replyCode(error) !== undefined) return redisFault();
    log.error('alerts not checked', { error });
    return undefined;
  }

  #redisDown(reason: string): Alert {
    const { processName: seenBy } = this.#parts;
    return { id: 'redis-down', cause: 'redis-down', afterMs: this.#timing.redisDownAfterMs, reason, seenBy };
  }
}

function logged({ alert, calls }: BookEntry): object {
  const { cause, id, crm, code, reason, object, fields, percent } = alert;
  return { cause, id, calls, crm, code, reason, object, fields, percent };
}
