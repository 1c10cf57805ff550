/** `send --wait`: follows a call from the ingress into the CRM, and reads its records back from there. */
import { setTimeout as delay } from 'node:timers/promises';
import type { CallStatus } from '../monitoring/call-status.ts';
import { isOperatorError } from '../operator-error.ts';
import { openCallFinder } from '../service/call-finder.ts';
import { printCheck } from './check-call.ts';
import { commandLine } from './command-line.ts';
import { withQueue } from './session.ts';
import { statusLines } from './status-text.ts';
import { recordText } from './texts.ts';

export interface SentCall {
  readonly callId: string;
  /** What the ingress answered: `queued`, `duplicate` or `ignored`. */
  readonly answer: string;
  readonly startedAt: number;
  readonly timeoutMs: number;
}

const READ_EVERY_MS = 100;
/** Within this time a worker that is being started is alive; a call that the ingress has stored is seen at once. */
const WORKER_START_MS = 5_000;
const VISIBLE_MS = 1_000;

/** Exit code 0 only when the records were read back from the CRM; the connector `preview` writes none. */
export async function followCall(sent: SentCall, env: NodeJS.ProcessEnv): Promise<number> {
  if (sent.answer === 'ignored') return fail(['the service takes events of type on_call_end only']);
  const status = await withQueue(env, 'reads', (queue, redis, config) => {
    const finder = openCallFinder(queue, redis, config);
    return reachEnd(sent, () => finder.readCallStatus(sent.callId));
  });
  if (sent.answer === 'duplicate') return failDuplicate(status);
  if (status.state !== 'synced') return fail(unfinishedLines(status, sent));
  const { crm = '', records = [] } = status.synced ?? {};
  if (crm === 'preview') {
    process.stdout.write(
      'CRM_CONNECTOR is preview: nothing was written to a CRM; the log of the worker says what would be\n',
    );
    return 0;
  }
  const code = await readBack(sent.callId, env);
  if (code !== 0) return code;
  const call = records.find(({ object }) => object === 'call');
  process.stdout.write(`the call is in ${crm}${call?.url === undefined ? '' : `: ${call.url}`}\n`);
  const links = records.map(
    (record) => `  ${recordText(record)}${record.url === undefined ? '' : `: ${record.url}`}`,
  );
  process.stdout.write(
    `To remove the test, delete its records in ${crm}; the person only if nobody else has calls there:\n${links.join('\n')}\n`,
  );
  return 0;
}

/** Until the call has come to an end, a person has to do something, or the time is over. Prints each step once. */
async function reachEnd(
  { startedAt, timeoutMs, answer }: SentCall,
  read: () => Promise<CallStatus>,
): Promise<CallStatus> {
  let printed = answer;
  for (;;) {
    const status = await read();
    const age = Date.now() - startedAt;
    if (answer === 'duplicate') return status;
    const step = stepText(status);
    if (step !== printed) process.stdout.write(`${step}${ofTime(status.state, age)}${recordsOf(status)}\n`);
    printed = step;
    if (isOver(status, age) || age >= timeoutMs) return status;
    await delay(READ_EVERY_MS);
  }
}

function isOver({ state, waiting }: CallStatus, age: number): boolean {
  if (state === 'unknown') return age >= VISIBLE_MS;
  if (waiting?.pause?.kind === 'unauthorized') return true;
  if (waiting?.workersAlive === 0) return age >= WORKER_START_MS;
  return state === 'synced' || state === 'skipped' || state === 'dead-letter';
}

function stepText({ state, waiting, retry }: CallStatus): string {
  const name = state.replace('-', ' ');
  const paused = waiting?.pause ? `; the queue is paused: ${waiting.pause.reason}` : '';
  const noWorker = waiting?.workersAlive === 0 ? '; no worker is running' : '';
  return `${name}${retry ? ` (${retry.attempts} of ${retry.of} attempts made)` : ''}${paused}${noWorker}`;
}

const ofTime = (state: CallStatus['state'], age: number) =>
  `${state === 'being-written' ? ' since' : ' after'} ${(age / 1_000).toFixed(1)} s`;

function recordsOf({ state, synced }: CallStatus): string {
  if (state !== 'synced' || !synced || synced.records.length === 0) return '';
  return `: ${synced.records.map(recordText).join(', ')}`;
}

function unfinishedLines(status: CallStatus, { callId, timeoutMs }: SentCall): string[] {
  const { state, waiting } = status;
  switch (state) {
    case 'unknown':
      return [
        'the ingress took the call, but it is not in the Redis of this command: REDIS_URL must be the same for both',
      ];
    case 'skipped':
      return [...statusLines(status), 'nothing is in the CRM: change the rule, or send another event'];
    case 'dead-letter':
      return statusLines(status);
    default: {
      const isStuck = waiting?.workersAlive === 0 || waiting?.pause?.kind === 'unauthorized';
      return [
        ...(isStuck
          ? []
          : [`the call is not in the CRM after ${timeoutMs / 1_000} s; it goes on without this command`]),
        ...statusLines(status),
        `to see what becomes of it: ${commandLine('status', callId)}`,
      ];
    }
  }
}

function failDuplicate({ state }: CallStatus): number {
  return fail([
    `this call was sent before: it is ${state.replace('-', ' ')} already; use --new-id to send the event as a new call`,
  ]);
}

/** Without the CRM's credentials the records cannot be read back. */
async function readBack(callId: string, env: NodeJS.ProcessEnv): Promise<number> {
  try {
    return await printCheck(callId, env);
  } catch (error) {
    if (!isOperatorError(error)) throw error;
    return fail(['the call is synced, but its records could not be read back from the CRM:', error.message]);
  }
}

function fail(lines: readonly string[]): number {
  process.stderr.write(`${lines.join('\n')}\n`);
  return 1;
}
