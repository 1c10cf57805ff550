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

/** A queue in which the call is being written. */
function activeQueue(id: string, digest: string) {
  const queue = {
    getRanges: async ([state]: string[]) => (state === 'active' ? [`${id}~1`] : []),
    getJob: async () => ({ data: { digest, receivedAt: 1 } }),
  };
  return queue as unknown as CallQueue;
}

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
      return steps[step]?.state === state ? [`${id}~1`] : [];
    },
    getJob: async () => undefined,
  };
  return queue as unknown as CallQueue;
}

const entryOf = (digest: string) => {
  return { digest, receivedAt: 1, syncedAt: 2, crm: 'hubspot', records: {}, skippedFields: [] };
};

test('a call that is written while it is looked for is not unknown', async () => {
  const callId = `cll_${randomUUID()}`;
  const ledger = openLedger(redis, 'hubspot');
  const queue = movingQueue(callId, () => ledger.write(new Map([[callId, entryOf('written')]])));
  const { entries, jobs } = await findCall(queue, redis, callId);
  expect({ entries: entries.length, jobs: jobs.length }).toEqual({ entries: 1, jobs: 0 });
});

test.each([
  { ended: 'written', open: 0 },
  { ended: 'an earlier version', open: 1 },
])('a job is open until the ledger has its version: it has $ended', async ({ ended, open }) => {
  const callId = `cll_${randomUUID()}`;
  await openLedger(redis, 'hubspot').write(new Map([[callId, entryOf(ended)]]));
  const { entries, jobs } = await findCall(activeQueue(callId, 'written'), redis, callId);
  expect({ entries: entries.length, jobs: jobs.length }).toEqual({ entries: 1, jobs: open });
});
