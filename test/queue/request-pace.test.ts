/** Turns for requests to a CRM and to Altur, shared by processes over Redis. */
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { HELD_MS, nextTurn, OwnPace, type RequestPace, type Turn } from '../../connectors/connector.ts';
import { AlturPace } from '../../src/queue/altur-pace.ts';
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

async function withoutRedis(run: (gone: ReturnType<typeof connectProducer>) => Promise<void>): Promise<void> {
  const gone = connectProducer({ nodes: [`redis://127.0.0.1:${await freePort()}`] });
  gone.on('error', () => {});
  await run(gone);
  gone.disconnect();
}

/** Distances of times, each from the one so many before it. */
function distances(times: readonly number[], apart: number): readonly number[] {
  return times.slice(apart).map((at, index) => at - times[index]!);
}

describe('to a CRM', () => {
  const QUOTA = { requests: 10, perMs: 1_000 };
  const shared = () => [openRequestPace(redis, 'crm'), openRequestPace(other, 'crm')];

  /** When each of so many requests is sent. A turn is known as sent no sooner than that. */
  async function sendTimes(paces: readonly RequestPace[], each: number): Promise<readonly number[]> {
    const times: number[] = [];
    const send = async (pace: RequestPace) => {
      for (let index = 0; index < each; index += 1) {
        const turn = await nextTurn(pace, 'app', QUOTA);
        times.push(performance.now());
        turn!.sent();
      }
    };
    await Promise.all(paces.map(send));
    return times.toSorted((one, other) => one - other);
  }

  /** Half of the quota. */
  async function takeHalf(pace: RequestPace): Promise<readonly Turn[]> {
    const turns = await Promise.all(Array.from({ length: 5 }, () => pace.take('app', QUOTA)));
    expect(turns).not.toContainEqual(expect.any(Number));
    return turns as readonly Turn[];
  }

  test('two processes together keep within a quota, which two with a pace of their own do not', async () => {
    const together = await sendTimes(shared(), 10);
    // Redis rounds a clock of ms.
    expect(Math.min(...distances(together, QUOTA.requests))).toBeGreaterThanOrEqual(QUOTA.perMs - 2);
    await redis.flushall();
    const halves = (paces: readonly RequestPace[]) => Promise.allSettled(paces.map(takeHalf));
    const given = async (paces: readonly RequestPace[]) =>
      (await halves(paces)).filter(({ status }) => status === 'fulfilled').length;
    expect(await given([new OwnPace(), new OwnPace()])).toBe(2);
    expect(await given(shared())).toBeLessThan(2);
  });

  test('a turn counts until a window after it was sent, however late that is', async () => {
    const quota = { requests: 1, perMs: 150 };
    const [pace, another] = shared() as [RequestPace, RequestPace];
    const turn = (await pace.take('app', quota)) as Turn;
    const until = performance.now() + 2 * quota.perMs;
    while (performance.now() < until) expect(await another.take('app', quota)).toEqual(expect.any(Number));
    const sentAt = performance.now();
    turn.sent();
    await nextTurn(another, 'app', quota);
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(quota.perMs - 2);
  });

  test('a turn that is never sent counts no longer than five seconds more', async () => {
    const pace = openRequestPace(redis, 'crm');
    await pace.take('app', QUOTA);
    const [key] = await redis.keys('*turns*');
    const ends = Number((await redis.zrange(key!, '0', '-1', 'WITHSCORES')).at(-1));
    const [seconds] = await redis.time();
    expect(ends).toBeLessThanOrEqual((Number(seconds) + 1) * 1_000 + QUOTA.perMs + HELD_MS);
  });

  test('each bucket and each CRM has its own turns', async () => {
    const [pace] = shared() as [RequestPace];
    await takeHalf(pace);
    expect(await pace.take('app', QUOTA)).toEqual(expect.any(Number));
    expect(await pace.take('search', QUOTA)).not.toEqual(expect.any(Number));
    expect(await openRequestPace(redis, 'other').take('app', QUOTA)).not.toEqual(expect.any(Number));
  });

  test('of turns nothing is left in Redis once they are past', async () => {
    await takeHalf(shared()[0]!);
    const [key] = await redis.keys('*turns*');
    expect(await redis.pttl(key!)).toBeLessThanOrEqual(QUOTA.perMs + HELD_MS);
  });

  test('turns of a clock that was an hour ahead are nobody’s: the next one is now', async () => {
    const [pace] = shared() as [RequestPace];
    await takeHalf(pace);
    const [key] = await redis.keys('*turns*');
    for (const turn of await redis.zrange(key!, '0', '-1')) await redis.zincrby(key!, 3_600_000, turn);
    // And from then on they are counted as ever.
    await takeHalf(pace);
    expect(await pace.take('app', QUOTA)).toEqual(expect.any(Number));
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
    expect(await pace.take('app', QUOTA)).not.toEqual(expect.any(Number));
  });

  test('without Redis no turn is given, and that soon', async () => {
    await withoutRedis(async (gone) => {
      await expect(openRequestPace(gone, 'crm').take('app', QUOTA)).rejects.toThrow();
    });
  });
});

describe('to Altur', () => {
  const EVERY = 20;
  const timesOf = async (paces: readonly AlturPace[], turns: number) => {
    const times: number[] = [];
    const take = (pace: AlturPace) => pace.turn().then(() => times.push(performance.now()));
    await Promise.all(paces.flatMap((pace) => Array.from({ length: turns }, () => take(pace))));
    return times.toSorted((one, other) => one - other);
  };

  test('two processes together are as fast as one', async () => {
    const from = performance.now();
    const times = await timesOf([new AlturPace(redis, EVERY), new AlturPace(other, EVERY)], 15);
    expect(times.at(-1)! - from).toBeGreaterThan(29 * EVERY * 0.9);
  });

  test('without Redis each process keeps its own', async () => {
    await withoutRedis(async (gone) => {
      const from = performance.now();
      const times = await timesOf([new AlturPace(gone, EVERY)], 10);
      expect(times.at(-1)! - from).toBeGreaterThan(9 * EVERY * 0.9);
    });
  });

  test('who gives up leaves the turns to the others', async () => {
    const pace = new AlturPace(redis, 100);
    await pace.turn();
    const given = pace.turn(AbortSignal.timeout(10));
    const next = pace.turn();
    await expect(given).rejects.toThrow(/abort/i);
    await next;
  });
});
