import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findCall } from '../../src/commands/status.ts';
import { openLedger } from '../../src/queue/ledger.ts';
import type { CallQueue } from '../../src/queue/queue.ts';
import { connectProducer } from '../../src/queue/redis.ts';

const redis = connectProducer({ nodes: [process.env.REDIS_URL!] });
beforeAll(async () => {
  if (redis.status !== 'ready') await new Promise((ready) => redis.once('ready', ready));
});
afterAll(() => redis.quit());

/** A queue in which a call moves on each time before the next state is read. */
function movingQueue(id: string, written: () => Promise<void>) {
  const steps = [
    { state: 'wait', next: async () => {} },
    { state: 'active', next: written },
  ];
  let step = 0;
  const queue = {
    async getRanges([state]: string[]) {
      if (state === 'wait' || state === 'delayed') await steps[step++]?.next();
      return steps[step]?.state === state ? [id] : [];
    },
    getJob: async () => undefined,
  };
  return queue as unknown as CallQueue;
}

test('a call that is written while it is looked for is not unknown', async () => {
  const callId = `cll_${randomUUID()}`;
  const ledger = openLedger(redis, 'hubspot');
  const entry = { digest: 'd', receivedAt: 1, syncedAt: 2, crm: 'hubspot', records: {}, skippedFields: [] };
  const queue = movingQueue(callId, () => ledger.write(new Map([[callId, entry]])));
  const { entries, jobs } = await findCall(queue, redis, callId);
  expect({ entries: entries.length, jobs: jobs.length }).toEqual({ entries: 1, jobs: 0 });
});
