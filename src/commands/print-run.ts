/** Prints what a run has found. */
import { isWorker, openRunningProcesses } from '../monitoring/running-processes.ts';
import type { ReconcileRun } from '../reconcile/reconcile-run.ts';
import { commandLine } from './command-line.ts';
import type { MissingTally } from './missing-tally.ts';
import { isComplete, summaryText } from './reconcile-summary.ts';
import type { Session } from './session.ts';

export interface PrintOptions {
  readonly json: boolean;
  /** Of a dry run. */
  readonly tally: MissingTally | undefined;
  /** The command that goes on with it. */
  readonly again: readonly string[];
}

/** Answers the exit code: 1 when something that is missing is left. */
export async function printRun(
  { redis, connector }: Session,
  run: ReconcileRun,
  { json, tally, again }: PrintOptions,
): Promise<number> {
  if (json) {
    const found = tally && { missingByDay: tally.rows, estimate: tally.estimate(connector.batchSize) };
    process.stdout.write(`${JSON.stringify({ ...run, ...found }, null, 2)}\n`);
  } else {
    const processes = await openRunningProcesses(redis)
      .list()
      .catch(() => []);
    const workers = processes.filter(isWorker).length;
    process.stdout.write(summaryText(run, commandLine(...again), workers));
    if (tally) process.stdout.write(tally.text(connector.batchSize));
  }
  return isComplete(run) ? 0 : 1;
}
