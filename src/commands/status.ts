import type { Job } from 'bullmq';
import { connectors } from '../../connectors/index.ts';
import type { JobData } from '../queue/job.ts';
import { causeOf, withCode } from '../queue/job-cause.ts';
import { type LedgerEntry, openLedger } from '../queue/ledger.ts';
import { openPauseNotice } from '../queue/pause-notice.ts';
import { ATTEMPTS, type CallQueue, findJobs } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { checkCall } from './check-call.ts';
import { commandLine, parseArguments, UsageError } from './command-line.ts';
import { withQueue } from './session.ts';

/** Prints where a call is. Exit code 0 when it is in the CRM or on its way, 1 when it is a dead letter or unknown. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { positionals, values } = parseArguments('status', {
    args: [...args],
    options: { check: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [callId, ...others] = positionals;
  if (callId === undefined || others.length > 0) throw new UsageError('status takes one call id');
  const code = await printStatus(callId, env);
  return values.check ? Math.max(code, await checkCall(callId, env)) : code;
}

function printStatus(callId: string, env: NodeJS.ProcessEnv): Promise<number> {
  return withQueue(env, async (queue, redis) => {
    const { entries, jobs } = await findCall(queue, redis, callId);
    const pause = await openPauseNotice(redis).read();
    const lines = entries.flatMap(syncedLines);
    for (const { state, job } of jobs) {
      const prefix = entries.length > 0 ? 'changed since, ' : '';
      lines.push(`${prefix}${jobText(state, job, callId, pause?.reason)}`);
    }
    if (lines.length === 0) {
      lines.push('unknown: no call with this id arrived here, or it was synced more than 30 days ago');
      lines.push('  check that Altur’s webhook points here, and the deliveries Altur shows for it');
    }
    process.stdout.write(`${lines.join('\n')}\n`);
    const isUnknown = entries.length === 0 && jobs.length === 0;
    return isUnknown || jobs.some(({ state }) => state === 'failed') ? 1 : 0;
  });
}

interface FoundCall {
  readonly jobs: readonly { readonly state: string; readonly job: Job<JobData> }[];
  readonly entries: readonly LedgerEntry[];
}

/** Looks twice: a call that moves on meanwhile may be missed at each place where it is looked for. */
export async function findCall(queue: CallQueue, redis: RedisClient, callId: string): Promise<FoundCall> {
  const found = await lookForCall(queue, redis, callId);
  const isMissed = found.jobs.length === 0 && found.entries.length === 0;
  return isMissed ? lookForCall(queue, redis, callId) : found;
}

/** The ledger last: that is where calls go. */
async function lookForCall(queue: CallQueue, redis: RedisClient, callId: string): Promise<FoundCall> {
  const jobs: { state: string; job: Job<JobData> }[] = [];
  for (const { id, state } of await findJobs(queue, callId)) {
    const job = await queue.getJob(id);
    if (job) jobs.push({ state, job });
  }
  const entries = await ledgerEntries(redis, callId);
  const isWritten = (digest: string) => entries.some((entry) => entry.digest === digest);
  // A job ends a moment after the ledger has its version.
  const open = jobs.filter(({ state, job }) => state !== 'active' || !isWritten(job.data.digest));
  return { jobs: open, entries };
}

/** From the ledgers of all CRMs: the call may have been written to another one than is configured now. */
async function ledgerEntries(redis: RedisClient, callId: string): Promise<LedgerEntry[]> {
  const read = Object.keys(connectors).map((crm) => openLedger(redis, crm).read([callId]));
  const entries = (await Promise.all(read)).flat().filter((entry) => entry !== undefined);
  return entries.sort((a, b) => a.syncedAt - b.syncedAt);
}

function syncedLines({ syncedAt, crm, records, skippedFields, note }: LedgerEntry): string[] {
  const ids = [
    records.person && `person ${records.person}`,
    records.call && `call ${records.call}`,
    ...Object.entries(records.tasks ?? {}).map(([key, id]) => `task ${id} (${key})`),
  ].filter(Boolean);
  const where = ids.length > 0 ? ids.join(', ') : 'no record';
  return [
    `synced: ${new Date(syncedAt).toISOString()} to ${crm}: ${where}${note ? ` (${note})` : ''}`,
    ...skippedFields.map(({ object, field, code, reason }) => {
      return `  skipped field: ${object}.${field}: ${withCode(reason, code)}`;
    }),
  ];
}

function jobText(state: string, job: Job<JobData>, callId: string, pause: string | undefined): string {
  const received = `received ${new Date(job.data.receivedAt).toISOString()}`;
  const { code, reason = 'another batch is writing this person' } = causeOf(job);
  const paused = pause === undefined ? undefined : `the queue is paused: ${pause}`;
  switch (state) {
    case 'failed': {
      const fix = `  after the fix: ${commandLine('failed', 'retry', callId)}`;
      return `dead letter: ${received}: ${withCode(job.failedReason, code)}\n${fix}`;
    }
    case 'delayed': {
      // BullMQ holds a reason only for a job that has used up an attempt.
      if (job.failedReason == null) return `retrying: ${received}: ${paused ?? withCode(reason, code)}`;
      return `retrying: ${received}, ${job.attemptsMade} of ${ATTEMPTS} attempts made: ${withCode(job.failedReason, code)}`;
    }
    case 'active':
      return `being written: ${received}`;
    default:
      return `queued: ${received}${paused ? `; ${paused}` : ''}`;
  }
}
