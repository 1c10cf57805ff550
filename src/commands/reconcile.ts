import type { TimeWindow } from '../altur/altur-calls.ts';
import { parseArguments, UsageError } from './command-line.ts';
import { MissingTally } from './missing-tally.ts';
import { printRun } from './print-run.ts';
import { runReconcile } from './reconcile-session.ts';
import { readWindow } from './reconcile-window.ts';
import { withConnector } from './session.ts';

const DAY_MS = 24 * 3_600_000;
/** A longer window may hold so many missing calls that live ones would wait: it is throttled like a backfill. */
const LONG_MS = 2 * DAY_MS;
export const DEFAULT_SHARE = 0.2;

/** Finds the calls whose webhooks never came, and puts them into the queue. Exit code 1 when some are still missing. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArguments('reconcile', {
    args: [...args],
    options: {
      since: { type: 'string', default: '24h' },
      until: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (positionals.length > 0) throw new UsageError('reconcile takes a time: --since 24h, --until 1h');
  const { since, until, 'dry-run': isDryRun, report, json } = values;
  const window = readWindow(since, until);
  if (report) return reportOf(window, json, env);
  return withConnector(env, async (session) => {
    const tally = isDryRun ? new MissingTally() : undefined;
    const ended = await runReconcile(session, {
      ...{ kind: 'reconcile', window, isDryRun },
      ...(window.to - window.from > LONG_MS && { share: DEFAULT_SHARE }),
      ...(tally && { onMissing: (call, campaign) => tally.add(call, campaign) }),
    });
    return printRun(session, ended, { json, tally, again: ['reconcile', ...args] });
  });
}

async function reportOf(window: TimeWindow, json: boolean, env: NodeJS.ProcessEnv): Promise<number> {
  const { printStatement } = await import('./reconcile-report.ts');
  return printStatement({ ...window, json }, env);
}
