/**
 * What a deployment has in Redis and in the CRM, as lines of JSON: the CRM's records and links, then each Redis key. Times
 * are moved to now when a recording is restored: an upgrade does not find what has expired since.
 */
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import type { HubSpotSimulator } from '../simulators/hubspot/hubspot.ts';
import type { PortalState } from '../simulators/hubspot/portal.ts';

/** Of the dashboard; recent events are encrypted under it. */
export const PASSWORD = 'a password of the recording';

type Value = string | readonly string[] | Readonly<Record<string, string>>;

export interface RedisKey {
  readonly key: string;
  readonly type: string;
  readonly value: Value;
  /** Milliseconds left. */
  readonly ttl?: number;
}

export type Line =
  | { readonly of: 'recording'; readonly at: number; readonly revision: string }
  | ({ readonly of: 'redis' } & RedisKey)
  | { readonly of: 'crm'; readonly state: PortalState };

export function recordingOf(name: string): readonly Line[] {
  const text = readFileSync(new URL(`./fixtures/${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** Every key of a Redis. */
export async function dumpRedis(redis: Redis): Promise<RedisKey[]> {
  const keys = (await redis.keys('*')).toSorted();
  const dumped = keys.map(async (key): Promise<RedisKey | undefined> => {
    const [type, ttl] = [await redis.type(key), await redis.pttl(key)];
    const value = await readValue(redis, key, type);
    return value === undefined ? undefined : { key, type, value, ...(ttl >= 0 && { ttl }) };
  });
  return (await Promise.all(dumped)).filter((each) => each !== undefined);
}

/** Undefined for a key that has expired meanwhile, and for BullMQ's stream of events, which nothing here reads. */
async function readValue(redis: Redis, key: string, type: string): Promise<Value | undefined> {
  switch (type) {
    case 'string':
      return (await redis.get(key)) ?? undefined;
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, '0', '-1');
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1', 'WITHSCORES');
    default:
      return undefined;
  }
}

export async function restore(lines: readonly Line[], redis: Redis, crm: HubSpotSimulator): Promise<void> {
  const head = lines.find(({ of }) => of === 'recording') as Extract<Line, { of: 'recording' }>;
  const toNow = movedBy(Date.now() - head.at, head.at);
  for (const line of lines) {
    if (line.of === 'crm') crm.restore(line.state);
    if (line.of === 'redis') await restoreKey(redis, JSON.parse(toNow(JSON.stringify(line))) as RedisKey);
  }
}

async function restoreKey(redis: Redis, { key, type, value, ttl }: RedisKey): Promise<void> {
  switch (type) {
    case 'string':
      await redis.set(key, value as string);
      break;
    case 'hash':
      await redis.hset(key, value as Record<string, string>);
      break;
    case 'list':
      await redis.rpush(key, ...(value as string[]));
      break;
    case 'set':
      await redis.sadd(key, ...(value as string[]));
      break;
    case 'zset': {
      const pairs = value as string[];
      for (let at = 0; at < pairs.length; at += 2) await redis.zadd(key, pairs[at + 1]!, pairs[at]!);
      break;
    }
    default:
      throw new Error(`a recording holds no ${type}`);
  }
  if (ttl !== undefined) await redis.pexpire(key, ttl);
}

const NEAR_MS = 24 * 3_600_000;
/** BullMQ's scores of delayed jobs hold a counter in their last twelve bits. */
const DELAYED_UNIT = 0x1000;

/** Moves every number that is a time near `around`, in ms since the epoch, also inside of texts. */
function movedBy(ms: number, around: number): (text: string) => string {
  const move = (digits: string, unit: number) => {
    const at = Number(digits) / unit;
    return Math.abs(at - around) < NEAR_MS ? String((at + ms) * unit) : digits;
  };
  return (text) =>
    text
      .replaceAll(/(?<![\w.])\d{13}(?![\w.])/g, (digits) => move(digits, 1))
      .replaceAll(/(?<![\w.])\d{16}(?![\w.])/g, (digits) => move(digits, DELAYED_UNIT));
}
