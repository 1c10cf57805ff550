/**
 * The book of alerts in Redis, and the lease that lets one process at a time write it: the holder of the lease decides
 * and sends. Without a renewal it lapses after `leaseMs`, so that another process takes over.
 */
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import { type AlertBook, EMPTY_BOOK } from './alert-book.ts';

const BOOK_KEY = `${KEY_PREFIX}:alerts`;
const LEASE_KEY = `${KEY_PREFIX}:alerts-lease`;
const KEEP_MS = 30 * 24 * 3_600_000;

/** Taken, or renewed by its holder. */
const ACQUIRE = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** Only the holder writes: a process that hung for longer than its lease must not undo what its successor did. */
const WRITE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1`;

const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

export class AlertStore {
  readonly #redis: RedisClient;
  readonly #holder: string;
  readonly #leaseMs: number;

  /** `holder`: unique for each process. */
  constructor(redis: RedisClient, holder: string, leaseMs: number) {
    this.#redis = redis;
    this.#holder = holder;
    this.#leaseMs = leaseMs;
  }

  /** Whether this process holds the lease, for another `leaseMs`. */
  async acquire(): Promise<boolean> {
    return (await this.#redis.eval(ACQUIRE, 1, LEASE_KEY, this.#holder, this.#leaseMs)) === 1;
  }

  async read(): Promise<AlertBook> {
    const json = await this.#redis.get(BOOK_KEY);
    return json === null ? EMPTY_BOOK : { ...EMPTY_BOOK, ...(JSON.parse(json) as Partial<AlertBook>) };
  }

  /** False when another process holds the lease: nothing was written. */
  async write(book: AlertBook): Promise<boolean> {
    const written = await this.#redis.eval(
      WRITE,
      2,
      LEASE_KEY,
      BOOK_KEY,
      this.#holder,
      JSON.stringify(book),
      KEEP_MS,
    );
    return written === 1;
  }

  async release(): Promise<void> {
    await this.#redis.eval(RELEASE, 1, LEASE_KEY, this.#holder);
  }
}
