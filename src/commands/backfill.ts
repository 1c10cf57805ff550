import { parseArguments, UsageError } from './command-line.ts';
import { MissingTally } from './missing-tally.ts';
import { printRun } from './print-run.ts';
import { runReconcile } from './reconcile-session.ts';
import { readWindow } from './reconcile-window.ts';
import { withConnector } from './session.ts';

const DEFAULT_SHARE_PERCENT = '20';
const MAX_SHARE_PERCENT = 90;

/** Writes the calls of months that the CRM does not have, throttled. Exit code 1 when some are still missing. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArguments('backfill', {
    args: [...args],
    options: {
      since: { type: 'string' },
      until: { type: 'string' },
      share: { type: 'string', default: DEFAULT_SHARE_PERCENT },
      'dry-run': { type: 'boolean', default: false },
      restart: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const { since, until, 'dry-run': isDryRun, restart, json } = values;
  if (positionals.length > 0 || since === undefined) {
    throw new UsageError('backfill takes a time to go back to: --since 180d');
  }
  const window = readWindow(since, until);
  const share = shareOf(values.share);
  return withConnector(env, async (session) => {
    const tally = isDryRun ? new MissingTally() : undefined;
    const ended = await runReconcile(session, {
      ...{ kind: 'backfill', window, share, isDryRun, restart },
      ...(tally && { onMissing: (call, campaign) => tally.add(call, campaign) }),
    });
    return printRun(session, ended, { json, tally, again: ['backfill', ...args.filter(isRepeated)] });
  });
}

/** Typed again it would start over once more. */
const isRepeated = (arg: string) => arg !== '--restart';

function shareOf(text: string): number {
  const percent = Number(text.replace(/%$/, ''));
  if (!Number.isInteger(percent) || percent < 1 || percent > MAX_SHARE_PERCENT) {
    throw new UsageError(
      `--share takes a percentage from 1 to ${MAX_SHARE_PERCENT}: the rest is for live calls`,
    );
  }
  return percent / 100;
}
