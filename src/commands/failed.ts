import type { Job } from 'bullmq';
import { decode, type JobData } from '../queue/job.ts';
import { type CallQueue, findJobs } from '../queue/queue.ts';
import { withQueue } from './session.ts';
import { UsageError } from './usage.ts';

const PAGE = 500;

/** The parked calls: what they are, and what to do with them. */
export async function run(
  [action = 'list', ...targets]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  if (!['list', 'show', 'retry', 'discard'].includes(action)) {
    throw new UsageError('failed takes list, show, retry or discard');
  }
  if (action !== 'list' && targets.length === 0)
    throw new UsageError(`failed ${action} takes call ids, or --all`);
  return withQueue(env, async (queue) => {
    let count = 0;
    for await (const job of parked(queue, action === 'list' ? ['--all'] : targets)) {
      count += 1;
      await ACTIONS[action as keyof typeof ACTIONS](job);
    }
    process.stdout.write(
      `${count} ${count === 1 ? 'call' : 'calls'}${SUMMARIES[action as keyof typeof SUMMARIES]}\n`,
    );
    return action !== 'list' && count === 0 ? 1 : 0;
  });
}

const SUMMARIES = { list: ' parked', show: '', retry: ' put back into the queue', discard: ' discarded' };

const ACTIONS = {
  list: async (job: Job<JobData>) => void process.stdout.write(line(job)),
  show: async (job: Job<JobData>) => {
    process.stdout.write(`${line(job)}${JSON.stringify(decode(job.data).event, null, 2)}\n`);
  },
  retry: async (job: Job<JobData>) => {
    await job.retry('failed', { resetAttemptsMade: true });
    process.stdout.write(line(job));
  },
  discard: async (job: Job<JobData>) => {
    await job.remove();
    process.stdout.write(line(job));
  },
};

function line(job: Job<JobData>): string {
  const received = new Date(job.data.receivedAt).toISOString();
  return `${callIdOf(job)}  received ${received}  ${job.failedReason}\n`;
}

function callIdOf(job: Job<JobData>): string {
  try {
    return decode(job.data).event.id;
  } catch {
    return job.id ?? '?';
  }
}

async function* parked(queue: CallQueue, targets: readonly string[]): AsyncGenerator<Job<JobData>> {
  const ids = targets.includes('--all')
    ? await queue.getRanges(['failed'], 0, -1)
    : await idsOf(queue, targets);
  for (let start = 0; start < ids.length; start += PAGE) {
    const jobs = await Promise.all(ids.slice(start, start + PAGE).map((id) => queue.getJob(id)));
    for (const job of jobs) if (job) yield job as Job<JobData>;
  }
}

async function idsOf(queue: CallQueue, callIds: readonly string[]): Promise<string[]> {
  const found = await Promise.all(callIds.map((callId) => findJobs(queue, callId)));
  return found.flat().flatMap(({ id, state }) => (state === 'failed' ? id : []));
}
