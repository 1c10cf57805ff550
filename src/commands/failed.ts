import type { Job } from 'bullmq';
import { decode, type JobData } from '../queue/job.ts';
import { type CallQueue, findJobs } from '../queue/queue.ts';
import { withQueue } from './session.ts';
import { parseArguments, UsageError } from './usage.ts';

const PAGE = 500;

/** The parked calls: what they are, and what to do with them. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { action, callIds } = read(args);
  return withQueue(env, async (queue) => {
    let count = 0;
    const found = callIds && (await idsOf(queue, callIds));
    const others = found?.filter(({ ids }) => ids.length === 0) ?? [];
    const ids = found?.flatMap((each) => each.ids) ?? (await queue.getRanges(['failed'], 0, -1));
    for await (const job of jobsOf(queue, ids)) {
      count += 1;
      // A job that is retried or discarded no longer tells why it was parked.
      const told = line(job);
      await ACTIONS[action](job);
      process.stdout.write(action === 'show' ? `${told}${eventOf(job)}\n` : told);
    }
    for (const { callId } of others)
      process.stdout.write(`${callId}  is not parked: \`status\` says where it is\n`);
    process.stdout.write(`${count} ${count === 1 ? 'call' : 'calls'} ${SUMMARIES[action]}\n`);
    return others.length > 0 ? 1 : 0;
  });
}

type Action = keyof typeof SUMMARIES;

/** `callIds` is undefined when all are meant. */
function read(args: readonly string[]): { action: Action; callIds: readonly string[] | undefined } {
  const { values, positionals } = parseArguments('failed', {
    args: [...args],
    options: { all: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [action = 'list', ...callIds] = positionals;
  if (!Object.hasOwn(SUMMARIES, action)) throw new UsageError('failed takes list, show, retry or discard');
  const all = values.all || action === 'list';
  // `discard --all` beside an id would discard more than was meant.
  if (all === callIds.length > 0) {
    const takes = action === 'list' ? 'nothing more' : 'either call ids, or --all';
    throw new UsageError(`failed ${action} takes ${takes}`);
  }
  return { action: action as Action, callIds: all ? undefined : callIds };
}

const SUMMARIES = {
  list: 'parked',
  show: 'shown',
  retry: 'put back into the queue',
  discard: 'discarded',
} as const;

const ACTIONS = {
  list: async () => {},
  show: async () => {},
  retry: (job: Job<JobData>) => job.retry('failed', { resetAttemptsMade: true }),
  discard: (job: Job<JobData>) => job.remove(),
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

function eventOf(job: Job<JobData>): string {
  try {
    return JSON.stringify(decode(job.data).event, null, 2);
  } catch {
    return 'its event cannot be read: discard it and have the call sent again';
  }
}

async function* jobsOf(queue: CallQueue, ids: readonly string[]): AsyncGenerator<Job<JobData>> {
  for (let start = 0; start < ids.length; start += PAGE) {
    const jobs = await Promise.all(ids.slice(start, start + PAGE).map((id) => queue.getJob(id)));
    for (const job of jobs) if (job) yield job as Job<JobData>;
  }
}

/** The parked jobs of each call. */
function idsOf(queue: CallQueue, callIds: readonly string[]) {
  return Promise.all(
    callIds.map(async (callId) => {
      const jobs = await findJobs(queue, callId);
      return { callId, ids: jobs.flatMap(({ id, state }) => (state === 'failed' ? id : [])) };
    }),
  );
}
