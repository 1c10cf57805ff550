import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { openPauseNotice } from '../../src/queue/pause-notice.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';

let server: RedisServer;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

test('the notice of a worker of version 0.1.0 is read in the words of today', async () => {
  const pause = { reason: 'HubSpot answered 503', until: 1_795_687_374_735 };
  await redis.set('{altur}:pause', JSON.stringify({ kind: 'transient', ...pause }));
  expect(await openPauseNotice(redis).read()).toEqual({ kind: 'unavailable', ...pause });
});
