/** Turns for requests to a CRM, shared by processes over Redis. */
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { OwnPace, type RequestPace } from '../../connectors/connector.ts';
import { connectProducer, connectWorker } from '../../src/queue/redis.ts';
import { openRequestPace } from '../../src/queue/request-pace.ts';
import { freePort, startRedis } from '../redis-server.ts';

const server = await startRedis();
const redis = connectWorker({ nodes: [server.url] });
const other = connectWorker({ nodes: [server.url] });
afterEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  other.disconnect();
  await server.stop();
});

const QUOTA = { requests: 10, perMs: 1_000 };

/** When each of so many turns is, in ms from the first. */
async function turnsOf(paces: readonly RequestPace[], each: number): Promise<readonly number[]> {
  const take = async (pace: RequestPace) => {
    const wait = await pace.take('app', QUOTA);
    return performance.now() + wait;
  };
  const asked = paces.flatMap((pace) => Array.from({ length: each }, () => take(pace)));
  const turns = (await Promise.all(asked)).toSorted((a, b) => a - b);
  return turns.map((at) => at - turns[0]!);
}

test('two processes together keep within a quota, which two with a pace of their own do not', async () => {
  const shared = await turnsOf([openRequestPace(redis, 'crm'), openRequestPace(other, 'crm')], 10);
  // Of twenty turns the last ten are each a window after the one ten before.
  for (const [index, at] of shared.slice(10).entries()) expect(at - shared[index]!).toBeGreaterThan(900);
  const apart = await turnsOf([new OwnPace(), new OwnPace()], 10);
  expect(apart.filter((at) => at < 900).length).toBeGreaterThan(15);
});

test('each bucket and each CRM has its own turns', async () => {
  const pace = openRequestPace(redis, 'crm');
  await turnsOf([pace], 10);
  expect(await pace.take('search', QUOTA)).toBe(0);
  expect(await openRequestPace(redis, 'other').take('app', QUOTA)).toBe(0);
  expect(await pace.take('app', QUOTA)).toBeGreaterThan(0);
});

test('of turns nothing is left in Redis once they are past', async () => {
  await openRequestPace(redis, 'crm').take('app', QUOTA);
  const [key] = await redis.keys('*turns*');
  expect(await redis.pttl(key!)).toBeLessThanOrEqual(QUOTA.perMs);
});

test('turns of a clock that was an hour ahead are nobody’s: the next one is now', async () => {
  const pace = openRequestPace(redis, 'crm');
  await turnsOf([pace], 10);
  const [key] = await redis.keys('*turns*');
  const ahead = (await redis.lrange(key!, 0, -1)).map((turn) => `${Number(turn) + 3_600_000}`);
  await redis
    .multi()
    .del(key!)
    .rpush(key!, ...ahead)
    .exec();
  expect(await pace.take('app', QUOTA)).toBe(0);
  // And from then on they are counted as ever.
  const waits = await Promise.all(Array.from({ length: 9 }, () => pace.take('app', QUOTA)));
  expect(Math.max(...waits)).toBeGreaterThan(100);
  expect(Math.max(...waits)).toBeLessThanOrEqual(QUOTA.perMs);
});

test('a process whose clock is set back goes on at its own pace', async () => {
  const pace = new OwnPace();
  const { now } = Date;
  Date.now = () => now() + 3_600_000;
  try {
    await pace.take('app', QUOTA);
  } finally {
    Date.now = now;
  }
  expect(await pace.take('app', QUOTA)).toBe(0);
});

test('without Redis no turn is given, and that soon', async () => {
  const gone = connectProducer({ nodes: [`redis://127.0.0.1:${await freePort()}`] });
  gone.on('error', () => {});
  await expect(openRequestPace(gone, 'crm').take('app', QUOTA)).rejects.toThrow();
  gone.disconnect();
});
