/** Turns for requests to a CRM, in Redis: all processes together keep within a quota. The same rule as `nextTurn`. */
import type { Quota, RequestPace } from '../../connectors/connector.ts';
import { withTimeout } from '../timeout.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

/** Longer than a healthy Redis takes. Each process then keeps its own pace. */
const TIMEOUT_MS = 500;

/**
 * All requests that wait at a time are far fewer. A turn further ahead was given by a clock that has been set back since,
 * or by that of another Redis before a failover: it would stop all requests until then.
 */
const FARTHEST_MS = 120_000;

/** A list of the latest turns, ms since the epoch by the clock of Redis. Answers in how many ms the next one is. */
const TAKE_TURN = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local requests, per, farthest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local function at(n) return tonumber(redis.call('LINDEX', KEYS[1], -n) or '0') end
if at(1) > now + farthest then redis.call('DEL', KEYS[1]) end
local turn = math.max(now, at(1), at(requests) + per)
if at(math.ceil(requests / 2)) + per > now then turn = math.max(turn, at(1) + per / requests) end
redis.call('RPUSH', KEYS[1], string.format('%.0f', turn))
redis.call('LTRIM', KEYS[1], -requests, -1)
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', turn - now + per))
return math.ceil(turn - now)`;

/** `scope` separates one CRM from another. */
export function openRequestPace(redis: Pick<RedisClient, 'eval'>, scope: string): RequestPace {
  return {
    async take(bucket: string, { requests, perMs }: Quota): Promise<number> {
      const key = `${KEY_PREFIX}:${scope}:turns:${bucket}`;
      const turn = redis.eval(TAKE_TURN, 1, key, requests, perMs, FARTHEST_MS);
      return Number(await withTimeout(turn, TIMEOUT_MS));
    },
  };
}
