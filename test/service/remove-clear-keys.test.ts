import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { connectWorker } from '../../src/queue/redis.ts';
import { RETENTION_MS } from '../../src/queue/retention.ts';
import { type RemovingClearKeys, removeClearKeys } from '../../src/service/remove-clear-keys.ts';
import { until } from '../e2e/service-process.ts';
import { recordingLog } from '../recording-log.ts';

const redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
let removing: RemovingClearKeys;
afterEach(() => removing.stop());
afterAll(() => redis.quit());

test('a worker of 0.1.0 that runs on beside this version leaves keys in clear later: they are deleted, too', async () => {
  const scope = randomUUID();
  let passes = 0;
  const mayStart = () => {
    passes += 1;
    return true;
  };
  const log = recordingLog();
  removing = removeClearKeys({ redis, scopes: [scope], mayStart, log, everyMs: 20 });
  await until(() => passes > 2, 'nothing was left in two passes');
  const key = `{altur}:${scope}:person:x`;
  await redis.set(key, JSON.stringify({ id: '7', key: 'customer-1' }), 'PX', RETENTION_MS - 3_600_000);
  await until(async () => (await redis.exists(key)) === 0, 'it is deleted');
  await until(() => log.entries.length > 0, 'it is logged');
  expect(log.entries).toMatchObject([{ level: 'info', fields: { deleted: 1 } }]);
});

test('after that time the passes end', async () => {
  let passes = 0;
  const mayStart = () => {
    passes += 1;
    return true;
  };
  const parts = { redis, scopes: [randomUUID()], log: recordingLog() };
  removing = removeClearKeys({ ...parts, mayStart, everyMs: 20, atLeastMs: 0 });
  await until(() => passes > 0, 'a pass is made');
  await new Promise((next) => setTimeout(next, 500));
  const before = passes;
  await new Promise((next) => setTimeout(next, 200));
  expect(passes).toBe(before);
});
