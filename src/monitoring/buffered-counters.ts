/**
 * Counters in Redis that many processes add to: buffered here, so that counting costs a call nothing, and added by one
 * script a second.
 *
 * State: what was counted since the last flush, per hash and field; and the part that was sent and that Redis has not
 * confirmed. That part is sent again as it is, under its number, until it is older than it would be kept. Redis remembers
 * the number of the last part, so one whose response was lost counts once: a Redis that hangs carries out all that was
 * sent to it meanwhile.
 */
import { randomUUID } from 'node:crypto';
import { FoldedWarning } from '../folded-warning.ts';
import type { Log } from '../log.ts';
import { luaJson } from '../queue/lua-json.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import { settlesWithin } from '../timeout.ts';

const FLUSH_EVERY_MS = 1_000;
/** A stop does not wait longer for a Redis that hangs. */
const STOP_MS = 500;
/** Longer than a connection lives that Redis does not answer on. */
const KEEP_NUMBER_MS = 3_600_000;

/**
 * `KEYS[1]`: the number of the last part of this process. `ARGV`: the number of this part, how long it is kept, and for
 * each further key how long that is kept, what is added to which field, and what is set in which. A script, since an
 * error that Redis answers to a command itself, such as READONLY, makes the client connect again.
 */
const ADD_SCRIPT = `
if tonumber(redis.call('GET', KEYS[1]) or 0) >= tonumber(ARGV[1]) then return '' end
for index, hash in ipairs(cjson.decode(ARGV[3])) do
  local key = KEYS[index + 1]
  for _, pair in ipairs(hash.counts) do
    local result = redis.pcall('HINCRBY', key, pair[1], pair[2])
    if type(result) == 'table' and result.err then return result.err end
  end
  for _, pair in ipairs(hash.values) do redis.pcall('HSET', key, pair[1], pair[2]) end
  redis.pcall('PEXPIRE', key, hash.retentionMs)
end
redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ''
`;

export interface CountedHash {
  readonly key: string;
  readonly retentionMs: number;
}

interface Part {
  /** From 1, one more for each. */
  readonly number: number;
  readonly hashes: readonly BufferedHash[];
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
  readonly #numberKey = `${KEY_PREFIX}:counted:${randomUUID()}`;
  #buffer = new Map<string, BufferedHash>();
  #unconfirmed: Part | undefined;
  #parts = 0;
  #flushing: Promise<void> | undefined;
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
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  /** Writes what is left. Never rejects. */
  async stop(): Promise<void> {
    await settlesWithin(this.flush(), STOP_MS);
    clearTimeout(this.#timer);
  }

  #bufferOf(hash: CountedHash): BufferedHash {
    this.#flushSoon();
    const buffered = this.#buffer.get(hash.key);
    if (buffered) return buffered;
    const added = { ...hash, since: Date.now(), counts: new Map(), values: new Map() };
    this.#buffer.set(hash.key, added);
    return added;
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_EVERY_MS).unref();
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      while (this.#nextPart()) {
        await this.#write(this.#unconfirmed!);
        this.#unconfirmed = undefined;
      }
    } catch (error) {
      this.#failed.warn({ error });
      this.#flushSoon();
    }
  }

  /** False when nothing is left to write. */
  #nextPart(): boolean {
    const isKept = ({ since, retentionMs }: BufferedHash) => Date.now() - since <= retentionMs;
    if (this.#unconfirmed?.hashes.some(isKept)) return true;
    const hashes = [...this.#buffer.values()];
    this.#buffer = new Map();
    if (hashes.length === 0) return false;
    this.#parts += 1;
    this.#unconfirmed = { number: this.#parts, hashes };
    return true;
  }

  async #write({ number, hashes }: Part): Promise<void> {
    const added = hashes.map(({ counts, values, retentionMs }) => ({
      counts: [...counts].map(([field, count]) => [field, `${count}`]),
      values: [...values],
      retentionMs,
    }));
    const keys = [this.#numberKey, ...hashes.map(({ key }) => key)];
    const error = await this.#redis.eval(
      ADD_SCRIPT,
      keys.length,
      ...keys,
      number,
      KEEP_NUMBER_MS,
      luaJson(added),
    );
    if (error !== '') throw new Error(`${error}`);
  }
}
