/**
 * A lease in Redis that lets one process at a time do something, and tells the others who does.
 *
 * Invariants, besides those of `LeaseRenewal`:
 * - One holder at most. Every renewal counts a beat: who waits for the lease sees by it whether the holder is alive.
 * - What the holder writes through `write` is not written once the lease is another's.
 */
import { randomUUID } from 'node:crypto';
import { LeaseRenewal, type LeaseTiming } from './lease-renewal.ts';
import type { RedisClient } from './redis.ts';

const ACQUIRE = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'holder', ARGV[2], 'beat', '0')
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

const RENEW = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'holder', ARGV[2])
redis.call('HINCRBY', KEYS[1], 'beat', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

const RELEASE = `if redis.call('HGET', KEYS[1], 'token') == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** KEYS: the lease, then those to write. ARGV: token, then value and ms for each; without a value it is deleted. */
const WRITE = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
for index = 2, #KEYS do
  local value = ARGV[index * 2 - 2]
  if value == '' then redis.call('DEL', KEYS[index])
  else redis.call('SET', KEYS[index], value, 'PX', ARGV[index * 2 - 1]) end
end
return 1`;

export interface LeaseWrite {
  readonly key: string;
  /** Undefined deletes it. */
  readonly json: unknown;
  readonly keepMs: number;
}

/** `holder`: what others are told. Undefined while another process holds it. */
export async function acquireRedisLease(
  redis: RedisClient,
  key: string,
  holder: object,
  timing: LeaseTiming,
): Promise<RedisLease | undefined> {
  const token = randomUUID();
  const askedAt = Date.now();
  const acquired = await redis.eval(ACQUIRE, 1, key, token, JSON.stringify(holder), timing.leaseMs);
  return acquired === 1 ? new RedisLease(redis, key, { token, holder, timing, askedAt }) : undefined;
}

/** What the holder tells; undefined when there is none. */
export async function leaseHolder<T>(redis: RedisClient, key: string): Promise<T | undefined> {
  const json = await redis.hget(key, 'holder');
  return json === null ? undefined : (JSON.parse(json) as T);
}

/** Another answer than the last one: the holder is alive. */
export function leaseBeat(redis: RedisClient, key: string): Promise<string | null> {
  return redis.hget(key, 'beat');
}

interface Held {
  readonly token: string;
  readonly holder: object;
  readonly timing: LeaseTiming;
  readonly askedAt: number;
}

export class RedisLease {
  readonly #redis: RedisClient;
  readonly #key: string;
  readonly #token: string;
  readonly #renewal: LeaseRenewal;
  #holder: object;

  constructor(redis: RedisClient, key: string, { token, holder, timing, askedAt }: Held) {
    this.#redis = redis;
    this.#key = key;
    this.#token = token;
    this.#holder = holder;
    const renew = () => this.#eval(RENEW, JSON.stringify(this.#holder), timing.leaseMs);
    this.#renewal = new LeaseRenewal({ timing, askedAt, renew });
  }

  /** Aborted before another process can get the lease. */
  get lost(): AbortSignal {
    return this.#renewal.lost;
  }

  /** Others are told this from the next renewal on. */
  tell(holder: object): void {
    this.#holder = holder;
  }

  /** False when the lease is another's: nothing was written. */
  async write(writes: readonly LeaseWrite[]): Promise<boolean> {
    const keys = [this.#key, ...writes.map(({ key }) => key)];
    const values = writes.flatMap(({ json, keepMs }) => [
      json === undefined ? '' : JSON.stringify(json),
      keepMs,
    ]);
    const written = await this.#redis.eval(WRITE, keys.length, ...keys, this.#token, ...values);
    if (written !== 1) this.#renewal.lose();
    return written === 1;
  }

  /** Never throws: a lease that cannot be released lapses. */
  async release(): Promise<void> {
    this.#renewal.stop();
    await this.#eval(RELEASE).catch(() => {});
  }

  async #eval(script: string, ...values: readonly (string | number)[]): Promise<boolean> {
    return (await this.#redis.eval(script, 1, this.#key, this.#token, ...values)) === 1;
  }
}
