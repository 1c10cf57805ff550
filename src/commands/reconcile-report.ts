/** `reconcile --report`: the statement of the days of a window. */
import type { TimeWindow } from '../altur/altur-calls.ts';
import { CommandError } from './command-line.ts';

export interface ReportOptions {
  readonly window: TimeWindow;
  readonly json: boolean;
}

/** Answers the exit code. */
export async function report(_: ReportOptions, __: NodeJS.ProcessEnv): Promise<number> {
  throw new CommandError('reconcile --report is not part of this version', { code: 'USAGE' });
}
