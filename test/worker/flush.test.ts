/** How a batch that the CRM as a whole refuses makes the queue wait. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CrmError } from '../../connectors/connector.ts';
import { openPauseNotice } from '../../src/queue/pause.ts';
import { openQueue } from '../../src/queue/queue.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import { createFlush } from '../../src/worker/flush.ts';
import { Narrowing } from '../../src/worker/narrowing.ts';
import { recordingLog } from '../recording-log.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';

let server: RedisServer;
let redis: RedisClient;

beforeAll(async () => {
  server = await startRedis();
  redis = connectWorker({ nodes: [server.url] });
});

afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** Flushes to a CRM that fails so; answers how long the queue waits after each flush, in ms. */
function outage(failure = new CrmError('transient', 'the CRM is down')) {
  const log = recordingLog();
  const parts = {
    queue: openQueue(redis),
    pause: openPauseNotice(redis),
    log,
    sync: async () => {
      await new Promise(setImmediate);
      throw failure;
    },
  };
  const flush = createFlush(parts, new Narrowing(100), new AbortController().signal, () => {});
  const delivery = (id: string) => ({
    event: { event_type: 'on_call_end' as const, id },
    digest: 'd',
    receivedAt: 0,
  });
  const batch = [delivery('cll_one'), delivery('cll_two')];
  return async () => {
    const verdicts = await flush(batch);
    return verdicts[0]?.action === 'pause' ? verdicts[0].pauseMs : 0;
  };
}

test('while the CRM is down the queue waits longer and longer, at most fifteen seconds', async () => {
  const fail = outage();
  const pauses: number[] = [];
  while (pauses.length < 8) pauses.push(await fail());
  expect(pauses[0]).toBeLessThanOrEqual(1_000);
  expect(pauses[4]).toBeGreaterThan(7_000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(15_000);
});

test('batches under way at the same time fail as one', async () => {
  const fail = outage();
  const pauses = await Promise.all(Array.from({ length: 6 }, fail));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(1_000);
});

test.each([0, -1, 0.5])(
  'a CRM that says to come back in %d ms is asked again at once',
  async (retryAfterMs) => {
    const fail = outage(new CrmError('rate_limited', 'the quota is used up', { retryAfterMs }));
    expect(await fail()).toBe(1);
  },
);
