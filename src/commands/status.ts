import type { Job } from 'bullmq';
import { connectors } from '../../connectors/index.ts';
import type { JobData } from '../queue/job.ts';
import { type LedgerEntry, openLedger } from '../queue/ledger.ts';
import { openPauseNotice } from '../queue/pause-notice.ts';
import { ATTEMPTS, findJobs } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { withQueue } from './session.ts';
import { parseArguments, UsageError } from './usage.ts';

/** Where is this call? Exit code 0 when it is in the CRM or on its way, 1 when it is parked or unknown. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { positionals } = parseArguments('status', { args: [...args], allowPositionals: true });
  const [callId, ...others] = positionals;
  if (callId === undefined || others.length > 0) throw new UsageError('status takes one call id');
  return withQueue(env, async (queue, redis) => {
    const entries = await entriesOf(redis, callId);
    const jobs = await findJobs(queue, callId);
    const pause = await openPauseNotice(redis).read();
    const lines = entries.flatMap(synced);
    for (const { id, state } of jobs) {
      const job = await queue.getJob(id);
      const since = entries.length > 0 ? 'changed since, ' : '';
      if (job) lines.push(`${since}${pending(state, job, callId, pause?.reason)}`);
    }
    if (lines.length === 0) {
      lines.push('unknown: no call of this id arrived here, or it was synced more than 30 days ago');
      lines.push('  see that Altur’s webhook leads here and what Altur says of its deliveries');
    }
    process.stdout.write(`${lines.join('\n')}\n`);
    return jobs.some(({ state }) => state === 'failed') || (entries.length === 0 && jobs.length === 0)
      ? 1
      : 0;
  });
}

/** Whatever CRM it was written to: that may have been another one than today's. */
async function entriesOf(redis: RedisClient, callId: string): Promise<LedgerEntry[]> {
  const read = Object.keys(connectors).map((crm) => openLedger(redis, crm).read([callId]));
  const entries = (await Promise.all(read)).flat().filter((entry) => entry !== undefined);
  return entries.sort((a, b) => a.syncedAt - b.syncedAt);
}

function synced({ syncedAt, crm, records, skippedFields, note }: LedgerEntry): string[] {
  const ids = [
    records.person && `person ${records.person}`,
    records.call && `call ${records.call}`,
    ...Object.entries(records.tasks ?? {}).map(([key, id]) => `task ${id} (${key})`),
  ].filter(Boolean);
  const where = ids.length > 0 ? ids.join(', ') : 'no record';
  return [
    `synced: ${new Date(syncedAt).toISOString()} to ${crm}: ${where}${note ? ` (${note})` : ''}`,
    ...skippedFields.map(({ object, field, reason }) => `  left out: ${object}.${field}: ${reason}`),
  ];
}

function pending(state: string, job: Job<JobData>, callId: string, pause: string | undefined): string {
  const since = new Date(job.data.receivedAt).toISOString();
  switch (state) {
    case 'failed':
      return `parked: received ${since}: ${job.failedReason}\n  when it is mended: altur-crm-sync failed retry ${callId}`;
    case 'delayed':
      // What waits for the CRM or for its person has used up no attempt, and says nothing itself.
      if (job.failedReason == null)
        return `to be tried again: received ${since}: ${pause ? `the queue waits: ${pause}` : 'its person is being written'}`;
      return `to be tried again: received ${since}, ${job.attemptsMade} of ${ATTEMPTS} attempts made: ${job.failedReason}`;
    case 'active':
      return `being written: received ${since}`;
    default:
      return `queued: received ${since}${pause ? `; the queue waits: ${pause}` : ''}`;
  }
}
