/**
 * One check: which alerts there are, what that changes in the book, and the messages that are due.
 *
 * State: the book of what only this process sees, which is that Redis is down. The book of everything else is in Redis,
 * and changed by the holder of its lease alone.
 */
import { randomUUID } from 'node:crypto';
import type { Log } from '../../connectors/connector.ts';
import type { Overview } from '../monitoring/overview.ts';
import type { RedisClient } from '../queue/redis.ts';
import { replyCode } from '../queue/redis-fault.ts';
import { withTimeout } from '../timeout.ts';
import type { Alert, AlertCause } from './alert.ts';
import {
  type AlertBook,
  type AlertTiming,
  type BookEntry,
  type BookUpdate,
  EMPTY_BOOK,
  updateBook,
} from './alert-book.ts';
import { AlertStore } from './alert-store.ts';
import { alertText, type TextOptions } from './alert-text.ts';
import { alertsOf } from './alerts-of.ts';
import { afterFailure, afterSent, forgetMissed, nextMessage } from './outbox.ts';
import { type AlertNotSent, sendToSlack } from './slack-webhook.ts';

export interface CheckParts {
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
}

export interface CheckTiming {
  /** Without a sign of life another process takes over. */
  readonly leaseMs: number;
  /** A restart of Redis, or a failover, takes seconds. */
  readonly redisDownAfterMs: number;
}

/** Reading takes a healthy Redis a few milliseconds. */
const READ_TIMEOUT_MS = 8_000;
const PING_TIMEOUT_MS = 2_000;

export class AlertChecker {
  readonly #parts: CheckParts;
  readonly #timing: AlertTiming & CheckTiming;
  readonly #store: AlertStore;
  readonly #abort = new AbortController();
  /** Of what only this process sees. */
  #ownBook: AlertBook = EMPTY_BOOK;

  constructor(parts: CheckParts, timing: AlertTiming & CheckTiming) {
    this.#parts = parts;
    this.#timing = timing;
    this.#store = new AlertStore(parts.redis, randomUUID(), timing.leaseMs);
  }

  /** The check under way sends, writes and logs nothing more. */
  abort(): void {
    this.#abort.abort();
  }

  /** A lease that cannot be released lapses. */
  async release(ms: number): Promise<void> {
    await withTimeout(this.#store.release(), ms).catch(() => {});
  }

  /** Never rejects. */
  async check(): Promise<void> {
    try {
      const fault = await this.#checkTogether().then(
        () => undefined,
        (error: Error) => this.#faultOf(error),
      );
      if (this.#abort.signal.aborted) return;
      await this.#checkAlone(fault === undefined ? [] : [this.#redisDown(fault)]);
    } catch (error) {
      this.#parts.log.error('alerts not checked', { error });
    }
  }

  async #checkTogether(): Promise<void> {
    if (!(await withTimeout(this.#store.acquire(), PING_TIMEOUT_MS))) return;
    const alerts = alertsOf(await withTimeout(this.#parts.readOverview(), READ_TIMEOUT_MS));
    if (this.#abort.signal.aborted) return;
    const before = await withTimeout(this.#store.read(), PING_TIMEOUT_MS);
    const update = updateBook(before, alerts, Date.now(), this.#timing);
    const book = this.#withoutMissed(update.book);
    if (!(await this.#store.write(book))) return;
    this.#report(update);
    const held = setInterval(() => this.#store.acquire().catch(() => {}), this.#timing.leaseMs / 3);
    try {
      await this.#send(book, (changed) => this.#store.write(changed));
    } finally {
      clearInterval(held);
    }
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
    if (this.#abort.signal.aborted) return undefined;
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
