/** Turns for requests, in Redis: all processes together keep within a quota. The same rule as `msToNextTurn`. */
import { randomUUID } from 'node:crypto';
import { EVENNESS, HELD_MS, type Quota, type RequestPace, type Turn } from '../../connectors/connector.ts';
import { withTimeout } from '../timeout.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

/** Longer than a healthy Redis takes, and this process while it is busy. Each process then keeps its own pace. */
const TIMEOUT_MS = 2_000;

/**
 * A turn that ends later was given by a clock that has been set back since, or by that of another Redis before a failover:
 * it would stop all requests until then.
 */
const FARTHEST_MS = 120_000;

/** A sorted set of the turns that count, by when they end: ms since the epoch by the clock of Redis. */
const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function ms(n) return string.format('%.0f', n) end
local per, held = tonumber(ARGV[2]), tonumber(ARGV[3])
local function count(ends)
  redis.call('ZADD', KEYS[1], ms(ends), ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ms(per + held))
end`;

/** Answers in how many ms the next turn may be given; 0: it is given. */
const TAKE = `${CLOCK}
local requests, evenness, farthest = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ms(now))
redis.call('ZREMRANGEBYSCORE', KEYS[1], ms(now + farthest), '+inf')
local turns = redis.call('ZCARD', KEYS[1])
local function ends(n) return tonumber(redis.call('ZRANGE', KEYS[1], n, n, 'WITHSCORES')[2]) end
local distance, wait = per / requests, 0
if turns >= math.ceil(requests / 2) then
  local latest = ends(-1) - per
  if latest > now then latest = latest - held end
  wait = latest + distance * evenness - now
end
if turns >= requests then wait = math.max(wait, math.min(ends(0) - now, distance)) end
if wait > 0 then return math.ceil(wait) end
count(now + per + held)
return 0`;

const SENT = `${CLOCK}
count(now + per)`;

/** `scope` separates one CRM from another. */
export function openRequestPace(redis: Pick<RedisClient, 'eval'>, scope: string): RequestPace {
  return {
    async take(bucket: string, { requests, perMs }: Quota): Promise<Turn | number> {
      const key = `${KEY_PREFIX}:${scope}:turns:${bucket}`;
      const turn = [randomUUID(), perMs, HELD_MS] as const;
      const taken = redis.eval(TAKE, 1, key, ...turn, requests, EVENNESS, FARTHEST_MS);
      const wait = Number(await withTimeout(taken, TIMEOUT_MS));
      if (wait > 0) return wait;
      return {
        sent() {
          // Without it the turn counts for longer than it need.
          redis.eval(SENT, 1, key, ...turn).catch(() => {});
        },
      };
    },
  };
}
