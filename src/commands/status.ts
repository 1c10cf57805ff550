import type { CallStatus } from '../monitoring/call-status.ts';
import { openCallFinder } from '../service/call-finder.ts';
import { printCheck } from './check-call.ts';
import { parseArguments, UsageError } from './command-line.ts';
import { withQueue } from './session.ts';
import { statusLines } from './status-text.ts';

/** Prints where a call is and how it got there. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArguments('status', {
    args: [...args],
    options: {
      check: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const [callId, ...others] = positionals;
  if (callId === undefined || others.length > 0) throw new UsageError('status takes one call id');
  if (values.check && values.json) throw new UsageError('status takes --check or --json, not both');
  const code = await printStatus(callId, values.json, env);
  return values.check ? Math.max(code, await printCheck(callId, env)) : code;
}

function printStatus(callId: string, json: boolean, env: NodeJS.ProcessEnv): Promise<number> {
  return withQueue(env, 'reads', async (queue, redis, config) => {
    const status = await openCallFinder(queue, redis, config).readCallStatus(callId);
    const text = json ? JSON.stringify(status, null, 2) : statusLines(status).join('\n');
    process.stdout.write(`${text}\n`);
    return exitCodeOf(status);
  });
}

/** 0 when the call is in the CRM, skipped by the mapping, or on its way; 1 when a person has to do something. */
export function exitCodeOf({ state, waiting }: Pick<CallStatus, 'state' | 'waiting'>): number {
  switch (state) {
    case 'synced':
    case 'skipped':
    case 'being-written':
      return 0;
    case 'queued':
    case 'retrying':
      // Everything else that makes a call wait is over by itself.
      return waiting?.workersAlive === 0 || waiting?.pause?.kind === 'unauthorized' ? 1 : 0;
    case 'dead-letter':
    case 'unknown':
      return 1;
    default:
      return state satisfies never;
  }
}
