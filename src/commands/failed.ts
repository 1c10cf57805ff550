import {
  callIdOf,
  type DeadLetter,
  deadLetters,
  type Selection,
  withoutDeadLetter,
} from '../actions/dead-letters.ts';
import { type Acted, discardDeadLetters, retryDeadLetters } from '../actions/retry.ts';
import { openCallHistory } from '../monitoring/call-history-store.ts';
import { decode, UNREADABLE_HINT } from '../queue/job.ts';
import { deadLetterCause, withCode } from '../queue/job-cause.ts';
import type { CallQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { recordAction } from '../service/record-action.ts';
import { commandLine, parseArguments, UsageError } from './command-line.ts';
import { printCauses } from './failed-by-cause.ts';
import { commandLog, withQueue } from './session.ts';
import { counted, timeText } from './texts.ts';

/** The dead letters: lists, shows, retries or discards them. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { action, selection, byCause } = readArguments(args);
  return withQueue(env, ACCESS[action], async (queue, redis) => {
    if (byCause) return printCauses(queue, redis);
    const callIds = typeof selection === 'object' && 'callIds' in selection ? selection.callIds : [];
    const others = await withoutDeadLetter(queue, callIds);
    const count = await ACTIONS[action](queue, selection, redis);
    for (const callId of others) {
      process.stdout.write(`${callId}  is not a dead letter: see \`${commandLine('status', callId)}\`\n`);
    }
    process.stdout.write(`${counted(count, 'dead letter')}${DONE[action]}\n`);
    return others.length > 0 ? 1 : 0;
  });
}

type Action = keyof typeof ACTIONS;

/** Each answers how many dead letters there were. */
const ACTIONS = {
  list: (queue: CallQueue, selection: Selection) => print(queue, selection, jobLine),
  show: (queue: CallQueue, selection: Selection) =>
    print(queue, selection, (job) => `${jobLine(job)}${eventText(job)}\n`),
  retry: (queue: CallQueue, selection: Selection, redis: RedisClient) =>
    act(retryDeadLetters, 'retried-by-operator', queue, selection, redis),
  discard: (queue: CallQueue, selection: Selection, redis: RedisClient) =>
    act(discardDeadLetters, 'discarded-by-operator', queue, selection, redis),
};

const ACCESS = { list: 'reads', show: 'reads', retry: 'writes', discard: 'writes' } as const;

/** Follows the count in the last line. */
const DONE: Readonly<Record<Action, string>> = {
  list: '',
  show: ' shown',
  retry: ' put back into the queue',
  discard: ' discarded',
};

async function print(
  queue: CallQueue,
  selection: Selection,
  text: (job: DeadLetter) => string,
): Promise<number> {
  let count = 0;
  for await (const page of deadLetters(queue, selection)) {
    for (const job of page) process.stdout.write(text(job));
    count += page.length;
  }
  return count;
}

async function act(
  action: typeof retryDeadLetters,
  event: 'retried-by-operator' | 'discarded-by-operator',
  queue: CallQueue,
  selection: Selection,
  redis: RedisClient,
): Promise<number> {
  const log = commandLog('info');
  const { callIds }: Acted = await action(
    {
      queue,
      actor: { by: 'command line' },
      log,
      record: recordAction(event, openCallHistory(redis), log),
      onEach: (job) => process.stdout.write(jobLine(job)),
    },
    selection,
  );
  return callIds.length;
}

function readArguments(args: readonly string[]): {
  action: Action;
  selection: Selection;
  byCause: boolean;
} {
  const { values, positionals } = parseArguments('failed', {
    args: [...args],
    options: {
      all: { type: 'boolean', default: false },
      'by-cause': { type: 'boolean', default: false },
      code: { type: 'string' },
      field: { type: 'string' },
      cause: { type: 'string' },
    },
    allowPositionals: true,
  });
  const [action = 'list', ...callIds] = positionals;
  if (!Object.hasOwn(ACTIONS, action)) throw new UsageError('failed takes list, show, retry or discard');
  const { all, code, field, cause, 'by-cause': byCause } = values;
  if (field !== undefined && code === undefined) throw new UsageError('--field goes with --code');
  if (byCause && (action !== 'list' || code !== undefined || cause !== undefined))
    throw new UsageError('--by-cause goes with failed list alone');
  // `discard --all` beside an id would discard more than was meant.
  const ways = [all, callIds.length > 0, code !== undefined, cause !== undefined].filter(Boolean).length;
  if (action === 'list' ? callIds.length > 0 || ways > 1 : ways !== 1) {
    const expected =
      action === 'list' ? 'no further argument' : 'either call ids, or --all, or --code, or --cause';
    throw new UsageError(`failed ${action} takes ${expected}`);
  }
  return { action: action as Action, selection: selectionOf({ callIds, code, field, cause }), byCause };
}

function selectionOf({
  callIds,
  code,
  field,
  cause,
}: {
  readonly callIds: readonly string[];
  readonly code: string | undefined;
  readonly field: string | undefined;
  readonly cause: string | undefined;
}): Selection {
  if (cause !== undefined) return { group: cause };
  if (code !== undefined) return { code, ...(field !== undefined && { field }) };
  return callIds.length > 0 ? { callIds } : 'all';
}

function jobLine(job: DeadLetter): string {
  return `${callIdOf(job)}  received ${timeText(job.data.receivedAt)}  ${withCode(job.failedReason, deadLetterCause(job).code)}\n`;
}

function eventText(job: DeadLetter): string {
  try {
    return JSON.stringify(decode(job.data).event, null, 2);
  } catch {
    return `its event cannot be read: ${UNREADABLE_HINT}`;
  }
}
