/** The pace of requests to Altur, over processes that share a Redis. */
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { AlturPace } from '../../src/queue/altur-pace.ts';
import { connectProducer, connectWorker } from '../../src/queue/redis.ts';
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

const EVERY = 20;
const timesOf = async (paces: readonly AlturPace[], turns: number) => {
  const times: number[] = [];
  const take = (pace: AlturPace) => pace.turn().then(() => times.push(performance.now()));
  await Promise.all(paces.flatMap((pace) => Array.from({ length: turns }, () => take(pace))));
  return times.toSorted((a, b) => a - b);
};

test('two processes together are as fast as one', async () => {
  const times = await timesOf([new AlturPace(redis, EVERY), new AlturPace(other, EVERY)], 15);
  expect(times.at(-1)! - times[0]!).toBeGreaterThan(29 * EVERY * 0.9);
});

test('a slot of a clock that was an hour ahead stops nothing', async () => {
  await new AlturPace(redis, EVERY).turn();
  const [key] = await redis.keys('*altur-pace');
  await redis.set(key!, `${Date.now() + 3_600_000}`);
  await new AlturPace(redis, EVERY).turn(AbortSignal.timeout(2_000));
});

test('without Redis each process keeps its own', async () => {
  const gone = connectProducer({ nodes: [`redis://127.0.0.1:${await freePort()}`] });
  gone.on('error', () => {});
  const times = await timesOf([new AlturPace(gone, EVERY)], 10);
  for (const [index, at] of times.slice(1).entries()) expect(at - times[index]!).toBeGreaterThan(EVERY * 0.8);
  gone.disconnect();
});

test('who gives up does not keep the next one waiting for long', async () => {
  const pace = new AlturPace(redis, 100);
  await pace.turn();
  const [given, next] = [pace.turn(AbortSignal.timeout(10)), pace.turn()];
  await expect(given).rejects.toThrow(/abort/i);
  const began = performance.now();
  await next;
  expect(performance.now() - began).toBeLessThan(300);
});
