/** Turns for requests to a CRM, in Redis: all processes together keep within a quota. The same rule as `nextTurn`. */
import type { Quota, RequestPace } from '../../connectors/connector.ts';
import { withTimeout } from '../timeout.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

/** Longer than a healthy Redis takes. Each process then keeps its own pace. */
const TIMEOUT_MS = 500;

/** A list of the latest turns, ms since the epoch by the clock of Redis. Answers in how many ms the next one is. */
const TAKE_TURN = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local requests, per = tonumber(ARGV[1]), tonumber(ARGV[2])
local function at(n) return tonumber(redis.call('LINDEX', KEYS[1], -n) or '0') end
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
      return Number(await withTimeout(redis.eval(TAKE_TURN, 1, key, requests, perMs), TIMEOUT_MS));
    },
  };
}
