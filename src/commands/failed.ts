import type { Job } from 'bullmq';
import { decode, type JobData } from '../queue/job.ts';
import { causeOf, withCode } from '../queue/job-cause.ts';
import { type CallQueue, findJobs } from '../queue/queue.ts';
import { commandLine, parseArguments, UsageError } from './command-line.ts';
import { withQueue } from './session.ts';

const PAGE = 500;

/** The dead letters: lists, shows, retries or discards them. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { action, callIds } = readArguments(args);
  return withQueue(env, async (queue) => {
    let count = 0;
    const calls = callIds && (await deadLettersOf(queue, callIds));
    const others = calls?.filter(({ ids }) => ids.length === 0) ?? [];
    const ids = calls?.flatMap((call) => call.ids) ?? (await queue.getRanges(['failed'], 0, -1));
    for await (const job of jobsOf(queue, ids)) {
      count += 1;
      // Before the action: afterwards the job no longer holds its reason.
      const line = jobLine(job);
      await ACTIONS[action](job);
      process.stdout.write(action === 'show' ? `${line}${eventText(job)}\n` : line);
    }
    for (const { callId } of others) {
      process.stdout.write(`${callId}  is not a dead letter: see \`${commandLine('status', callId)}\`\n`);
    }
    process.stdout.write(`${count} ${count === 1 ? 'dead letter' : 'dead letters'}${DONE[action]}\n`);
    return others.length > 0 ? 1 : 0;
  });
}

type Action = keyof typeof ACTIONS;

const ACTIONS = {
  list: async () => {},
  show: async () => {},
  async retry(job: Job<JobData>) {
    await job.updateProgress({ ...causeOf(job), retriedAt: Date.now() });
    await job.retry('failed', { resetAttemptsMade: true });
  },
  discard: (job: Job<JobData>) => job.remove(),
};

/** Follows the count in the last line. */
const DONE: Readonly<Record<Action, string>> = {
  list: '',
  show: ' shown',
  retry: ' put back into the queue',
  discard: ' discarded',
};

/** `callIds` is undefined when all dead letters are meant. */
function readArguments(args: readonly string[]): {
  action: Action;
  callIds: readonly string[] | undefined;
} {
  const { values, positionals } = parseArguments('failed', {
    args: [...args],
    options: { all: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [action = 'list', ...callIds] = positionals;
  if (!Object.hasOwn(ACTIONS, action)) throw new UsageError('failed takes list, show, retry or discard');
  const all = values.all || action === 'list';
  // `discard --all` beside an id would discard more than was meant.
  if (all === callIds.length > 0) {
    const expected = action === 'list' ? 'no further argument' : 'either call ids, or --all';
    throw new UsageError(`failed ${action} takes ${expected}`);
  }
  return { action: action as Action, callIds: all ? undefined : callIds };
}

function jobLine(job: Job<JobData>): string {
  const received = new Date(job.data.receivedAt).toISOString();
  return `${callIdOf(job)}  received ${received}  ${withCode(job.failedReason, causeOf(job).code)}\n`;
}

function callIdOf(job: Job<JobData>): string {
  try {
    return decode(job.data).event.id;
  } catch {
    return job.id ?? '?';
  }
}

function eventText(job: Job<JobData>): string {
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

/** The ids of each call's jobs that are dead letters. */
function deadLettersOf(queue: CallQueue, callIds: readonly string[]) {
  return Promise.all(
    callIds.map(async (callId) => {
      const jobs = await findJobs(queue, callId);
      return { callId, ids: jobs.flatMap(({ id, state }) => (state === 'failed' ? id : [])) };
    }),
  );
}
