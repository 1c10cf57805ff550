/**
 * A short lease in Redis on each person of a batch, so that two workers never create the same person twice or
 * overwrite a newer status with an older one.
 *
 * - Each group of keys is granted whole or not at all; what is granted is held, and renewed, together: it is lost if one
 *   key has expired or has another holder.
 * - A key has one holder at most. Those of a holder that crashed are free after `TIMING.leaseMs`.
 * - Released, the keys that are still held are deleted.
 */
import { randomUUID } from 'node:crypto';
import { hash } from '../queue/hash.ts';
import { LeaseRenewal, type LeaseTiming } from '../queue/lease-renewal.ts';
import type { HeldLease } from '../queue/ledger.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';

const TIMING: LeaseTiming = { leaseMs: 10_000, renewEveryMs: 3_000 };

/** Grants whole groups: all keys of a group or none. KEYS: flat; ARGV: token, ms, size of each group. */
const ACQUIRE = `
local token, ttl, at, granted = ARGV[1], ARGV[2], 0, {}
for group = 3, #ARGV do
  local free = 1
  for i = at + 1, at + ARGV[group] do
    local holder = redis.call('GET', KEYS[i])
    if holder and holder ~= token then free = 0 end
  end
  if free == 1 then
    for i = at + 1, at + ARGV[group] do redis.call('SET', KEYS[i], token, 'PX', ttl) end
  end
  at = at + ARGV[group]
  granted[#granted + 1] = free
end
return granted`;

/** Answers how many keys are still held. */
const RENEW = `local kept = 0
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then
    redis.call('PEXPIRE', key, ARGV[2])
    kept = kept + 1
  end
end
return kept`;

const RELEASE = `for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end`;

/** `groups`: for each record, the concurrency keys it needs. Held until released. */
export async function acquireLease(
  redis: RedisClient,
  groups: readonly (readonly string[])[],
): Promise<Lease> {
  const token = randomUUID();
  const keys = groups.map((group) => group.map((key) => `${KEY_PREFIX}:lease:${hash(key)}`));
  const flat = keys.flat();
  if (flat.length === 0) return new Lease(redis, token, groups, () => true, Date.now());
  const sizes = keys.map((group) => group.length);
  const askedAt = Date.now();
  const answer = (await redis.eval(
    ACQUIRE,
    flat.length,
    ...flat,
    token,
    TIMING.leaseMs,
    ...sizes,
  )) as number[];
  return new Lease(redis, token, keys, (index) => answer[index] === 1, askedAt);
}

export class Lease {
  /** One answer per group: may this batch write it? */
  readonly granted: readonly boolean[];
  readonly #redis: RedisClient;
  readonly #token: string;
  readonly #held: readonly string[];
  /** Undefined where no key was granted. */
  readonly #renewal: LeaseRenewal | undefined;
  readonly #lost: AbortSignal;

  constructor(
    redis: RedisClient,
    token: string,
    groups: readonly (readonly string[])[],
    isGranted: (index: number) => boolean,
    askedAt: number,
  ) {
    this.#redis = redis;
    this.#token = token;
    this.granted = groups.map((_, index) => isGranted(index));
    this.#held = groups.filter((_, index) => this.granted[index]).flat();
    if (this.#held.length > 0) {
      this.#renewal = new LeaseRenewal({ timing: TIMING, askedAt, renew: () => this.#renew() });
    }
    this.#lost = this.#renewal?.lost ?? new AbortController().signal;
  }

  /** Aborted before another holder can get one of the keys. */
  get lost(): AbortSignal {
    return this.#lost;
  }

  /** For what is written only while it is held. */
  get held(): HeldLease {
    return { keys: this.#held, token: this.#token };
  }

  /** Never throws: keys that cannot be released expire. */
  async release(): Promise<void> {
    if (!this.#renewal) return;
    this.#renewal.stop();
    await this.#redis.eval(RELEASE, this.#held.length, ...this.#held, this.#token).catch(() => {});
  }

  async #renew(): Promise<boolean> {
    const { length } = this.#held;
    return (await this.#redis.eval(RENEW, length, ...this.#held, this.#token, TIMING.leaseMs)) === length;
  }
}
