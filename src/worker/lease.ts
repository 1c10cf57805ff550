/**
 * A short lease in Redis on each person of a batch, so that two workers never create the same person twice or
 * overwrite a newer status with an older one. It outlives its holder by no more than `LEASE_MS`, and its holder
 * never outlives it.
 */
import { randomUUID } from 'node:crypto';
import type { Person } from '../../connectors/connector.ts';
import { callKey } from '../queue/job.ts';
import { hash } from '../queue/ledger.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';

const LEASE_MS = 10_000;
const RENEW_EVERY_MS = 3_000;

/** Takes whole groups: all identities of a person or none. KEYS flat; ARGV: token, ms, size of each group. */
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

/** Answers how many are still ours. */
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

export interface Lease {
  /** One answer per group: may this flight write it? */
  readonly granted: readonly boolean[];
  /** Aborted before the lease can lapse: somebody else may write these people from then on. */
  readonly lost: AbortSignal;
  /** Gives everything back. Never throws: what cannot be given back expires. */
  release(): Promise<void>;
}

/** `groups`: for each record, the identities of which nobody else may hold any. Held until released. */
export async function acquireLease(
  redis: RedisClient,
  groups: readonly (readonly string[])[],
): Promise<Lease> {
  const token = randomUUID();
  const keys = groups.map((identities) =>
    identities.map((identity) => `${KEY_PREFIX}:lease:${hash(identity)}`),
  );
  const sizes = keys.map((group) => group.length);
  const flat = keys.flat();
  const loss = new AbortController();
  const lost = loss.signal;
  if (flat.length === 0) return { granted: groups.map(() => true), lost, release: async () => {} };

  let until = Date.now() + LEASE_MS;
  const answer = await redis.eval(ACQUIRE, flat.length, ...flat, token, LEASE_MS, ...sizes);
  const granted = (answer as number[]).map((free) => free === 1);
  const held = keys.filter((_, index) => granted[index]).flat();
  const renew = async () => {
    const asked = Date.now();
    const kept = await redis.eval(RENEW, held.length, ...held, token, LEASE_MS);
    if (kept === held.length) until = asked + LEASE_MS;
    else loss.abort();
  };
  const renewal = setInterval(() => {
    // Redis is away, or this process was: by the next look the lease may have lapsed.
    if (Date.now() + RENEW_EVERY_MS > until) loss.abort();
    // A renewal that fails is tried again at the next look.
    else renew().catch(() => {});
  }, RENEW_EVERY_MS);
  return {
    granted,
    lost,
    async release() {
      clearInterval(renewal);
      if (held.length > 0) await redis.eval(RELEASE, held.length, ...held, token).catch(() => {});
    },
  };
}

/** Whoever writes any of these must be alone: the call, and the person under each of its identities. */
export function leaseNames({
  callId,
  person,
}: {
  readonly callId: string;
  readonly person?: Pick<Person, 'key' | 'identities'> | undefined;
}): string[] {
  const names = [`call:${callKey(callId)}`];
  if (!person) return names;
  names.push(`key:${person.key}`);
  for (const identity of person.identities) {
    if (identity.by === 'phone') names.push(`phone:${identity.phone.e164}`);
  }
  return names;
}
