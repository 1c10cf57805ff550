import type { Job } from 'bullmq';
import type { JobData } from '../queue/job.ts';
import { type LedgerEntry, openLedger } from '../queue/ledger.ts';
import { openPauseNotice } from '../queue/pause.ts';
import { ATTEMPTS, findJobs } from '../queue/queue.ts';
import { withQueue } from './session.ts';
import { parseArguments, UsageError } from './usage.ts';

/** Where is this call? Exit code 0 when it is in the CRM or on its way, 1 when it is parked or unknown. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { positionals } = parseArguments('status', { args: [...args], allowPositionals: true });
  const [callId, ...others] = positionals;
  if (callId === undefined || others.length > 0) throw new UsageError('status takes one call id');
  return withQueue(env, async (queue, redis, { crm = 'hubspot' }) => {
    const [entry] = await openLedger(redis, crm).read([callId]);
    const jobs = await findJobs(queue, callId);
    const pause = await openPauseNotice(redis).read();
    const lines = [...(entry ? synced(entry) : [])];
    for (const { id, state } of jobs) {
      const job = await queue.getJob(id);
      if (job) lines.push(pending(state, job, pause?.reason));
    }
    if (lines.length === 0)
      lines.push('unknown: no such call arrived, or it was synced more than 30 days ago');
    process.stdout.write(`${lines.join('\n')}\n`);
    return jobs.some(({ state }) => state === 'failed') || (!entry && jobs.length === 0) ? 1 : 0;
  });
}

function synced({ syncedAt, crm, records, leftOut, note }: LedgerEntry): string[] {
  const ids = [
    records.person && `person ${records.person}`,
    records.call && `call ${records.call}`,
    ...Object.entries(records.tasks ?? {}).map(([key, id]) => `task ${id} (${key})`),
  ].filter(Boolean);
  const where = ids.length > 0 ? ids.join(', ') : 'no record';
  return [
    `synced: ${new Date(syncedAt).toISOString()} to ${crm}: ${where}${note ? ` (${note})` : ''}`,
    ...leftOut.map(({ object, field, reason }) => `  left out: ${object}.${field}: ${reason}`),
  ];
}

function pending(state: string, job: Job<JobData>, pause: string | undefined): string {
  const since = new Date(job.data.receivedAt).toISOString();
  switch (state) {
    case 'failed':
      return `parked: received ${since}: ${job.failedReason}\n  when it is mended: altur-crm-sync failed retry <call id>`;
    case 'delayed':
      return `to be tried again: received ${since}, attempt ${job.attemptsMade} of ${ATTEMPTS}: ${job.failedReason ?? 'its person is being written'}`;
    case 'active':
      return `being written: received ${since}`;
    default:
      return `queued: received ${since}${pause ? `; the queue waits: ${pause}` : ''}`;
  }
}
