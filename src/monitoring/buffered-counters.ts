/**
 * Counters in Redis that many processes add to: buffered here, so that counting costs a call nothing, and added by one
 * pipeline a second.
 *
 * State: what was counted since the last flush, per hash and field. What Redis did not take is counted again at the next
 * flush, until it is older than it would be kept. A response that was lost may so count twice: these numbers are for
 * people.
 */
import { FoldedWarning } from '../folded-warning.ts';
import type { Log } from '../log.ts';
import type { RedisClient } from '../queue/redis.ts';
import { settlesWithin } from '../timeout.ts';

const FLUSH_EVERY_MS = 1_000;
/** A stop does not wait longer for a Redis that hangs. */
const STOP_MS = 500;

export interface CountedHash {
  readonly key: string;
  readonly retentionMs: number;
}

interface BufferedHash extends CountedHash {
  /** When something was first counted in it, ms since the epoch. */
  readonly since: number;
  readonly counts: Map<string, number>;
  /** Fields that hold the last value given. */
  readonly values: Map<string, string>;
}

export class BufferedCounters {
  readonly #redis: RedisClient;
  readonly #failed: FoldedWarning;
  #buffer = new Map<string, BufferedHash>();
  #timer: NodeJS.Timeout | undefined;

  constructor(redis: RedisClient, log: Pick<Log, 'warn'>) {
    this.#redis = redis;
    const hint = 'they are added later; calls are not affected';
    this.#failed = new FoldedWarning(log, 'counters not written to Redis', hint);
  }

  add(hash: CountedHash, field: string, count = 1): void {
    const { counts } = this.#bufferOf(hash);
    counts.set(field, (counts.get(field) ?? 0) + count);
  }

  set(hash: CountedHash, field: string, value: string): void {
    this.#bufferOf(hash).values.set(field, value);
  }

  /** Never rejects. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const hashes = [...this.#buffer.values()];
    this.#buffer = new Map();
    if (hashes.length === 0) return;
    try {
      await this.#write(hashes);
    } catch (error) {
      this.#failed.warn({ error });
    }
  }

  /** Writes what is left. Never rejects. */
  async stop(): Promise<void> {
    await settlesWithin(this.flush(), STOP_MS);
    clearTimeout(this.#timer);
  }

  #bufferOf(hash: CountedHash): BufferedHash {
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_EVERY_MS).unref();
    const buffered = this.#buffer.get(hash.key);
    if (buffered) return buffered;
    const added = { ...hash, since: Date.now(), counts: new Map(), values: new Map() };
    this.#buffer.set(hash.key, added);
    return added;
  }

  /** Throws the first error, after everything that was not written is back in the buffer. */
  async #write(hashes: readonly BufferedHash[]): Promise<void> {
    const pipeline = this.#redis.pipeline();
    const putBack: (() => void)[] = [];
    for (const hash of hashes) {
      const isKept = () => Date.now() - hash.since < hash.retentionMs;
      for (const [field, count] of hash.counts) {
        pipeline.hincrby(hash.key, field, count);
        putBack.push(() => isKept() && this.add(hash, field, count));
      }
      for (const [field, value] of hash.values) {
        pipeline.hset(hash.key, field, value);
        putBack.push(
          () => isKept() && !this.#buffer.get(hash.key)?.values.has(field) && this.set(hash, field, value),
        );
      }
      pipeline.pexpire(hash.key, hash.retentionMs);
      putBack.push(() => {});
    }
    const results = await pipeline.exec().catch((error: Error) => putBack.map(() => [error] as [Error]));
    const failed = putBack.flatMap((_, index) => results?.[index]?.[0] ?? []);
    for (const [index, again] of putBack.entries()) if (results?.[index]?.[0]) again();
    if (failed[0]) throw failed[0];
  }
}
