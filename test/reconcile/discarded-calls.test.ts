/** What an operator has discarded: a reconcile leaves it alone, whatever the history still knows. */
import { expect, test } from '@jest/globals';
import { Worker } from 'bullmq';
import { discardDeadLetters } from '../../src/actions/retry.ts';
import type { CallEvent } from '../../src/altur/event.ts';
import { openCallHistory } from '../../src/monitoring/call-history-store.ts';
import { enqueue } from '../../src/queue/queue.ts';
import { locateCalls } from '../../src/reconcile/locate-calls.ts';
import { recordingLog } from '../recording-log.ts';
import { HOUR_MS, openWorld } from './world.ts';

test('a call that was discarded is not read again, and the statement says so', async () => {
  const world = await openWorld({ CRM_CONNECTOR: 'preview', PREVIEW_CRM: 'hubspot' });
  try {
    const { queue, redis, altur } = world;
    const [call] = altur.seed({
      campaigns: [{ calls: 1, from: Date.now() - HOUR_MS / 2, to: Date.now() - HOUR_MS / 4 }],
    }).calls;
    const { id } = call!;
    await enqueue(queue, altur.webhookEvent(id) as CallEvent, Date.now());
    const worker = new Worker(queue.name, null, {
      connection: redis,
      prefix: '{altur}',
      skipVersionCheck: true,
    });
    const job = (await worker.getNextJob('token'))!;
    job.opts.attempts = 1;
    await job.moveToFailed(new Error('no'), 'token', false);
    await worker.close();
    expect(await world.run()).toMatchObject({ known: 1, missing: 0 });

    const actor = { by: 'command line' } as const;
    await discardDeadLetters({ queue, actor, log: recordingLog() }, 'all');
    expect(await queue.getFailedCount()).toBe(0);
    expect(await world.run()).toMatchObject({ listed: 1, known: 1, missing: 0, enqueued: 0 });
    const connector = { name: 'hubspot', findCalls: async () => [undefined] };
    const places = await locateCalls({ queue, redis, connector, history: openCallHistory(redis) }, [id]);
    expect(places.get(id)).toEqual({ in: 'nowhere', why: 'discarded', at: expect.any(Number) });
    const [key, ...others] = await redis.keys('{altur}:discarded:*');
    expect(others).toEqual([]);
    expect(await redis.pttl(key!)).toBeGreaterThan(29 * 24 * 3_600_000);
  } finally {
    await world.close();
  }
});
