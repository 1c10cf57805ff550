/**
 * Counters in Redis that many processes add to: buffered here, so that counting costs a call nothing, and added by one
 * script a second.
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

/**
 * `ARGV[1]`: for each key how long it is kept, what is added to which field, and what is set in which. A script, since an
 * error that Redis answers to a command itself, such as READONLY, makes the client connect again.
 */
const ADD_SCRIPT = `
for index, hash in ipairs(cjson.decode(ARGV[1])) do
  for _, pair in ipairs(hash.counts) do
    local result = redis.pcall('HINCRBY', KEYS[index], pair[1], pair[2])
    if type(result) == 'table' and result.err then return result.err end
  end
  for _, pair in ipairs(hash.values) do redis.pcall('HSET', KEYS[index], pair[1], pair[2]) end
  redis.pcall('PEXPIRE', KEYS[index], hash.retentionMs)
end
return ''
`;

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
      this.#putBack(hashes);
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

  async #write(hashes: readonly BufferedHash[]): Promise<void> {
    const added = hashes.map(({ counts, values, retentionMs }) => ({
      counts: [...counts].map(([field, count]) => [field, `${count}`]),
      values: [...values],
      retentionMs,
    }));
    const keys = hashes.map(({ key }) => key);
    const error = await this.#redis.eval(ADD_SCRIPT, keys.length, ...keys, JSON.stringify(added));
    if (error !== '') throw new Error(`${error}`);
  }

  /** What was counted meanwhile came later. */
  #putBack(hashes: readonly BufferedHash[]): void {
    for (const hash of hashes) {
      if (Date.now() - hash.since > hash.retentionMs) continue;
      const later = this.#bufferOf(hash);
      this.#buffer.set(hash.key, hash);
      for (const [field, count] of later.counts) this.add(hash, field, count);
      for (const [field, value] of later.values) this.set(hash, field, value);
    }
  }
}
