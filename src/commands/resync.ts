import { type Resynced, resyncCalls } from '../actions/resync.ts';
import type { CallSearch } from '../monitoring/call-history.ts';
import { openCallHistory } from '../monitoring/call-history-store.ts';
import { withCode } from '../queue/job-cause.ts';
import { openRecentEvents } from '../queue/recent-events.ts';
import { openCallFinder } from '../service/call-finder.ts';
import { recordAction } from '../service/record-action.ts';
import { resyncSources } from '../service/resync-sources.ts';
import { commandLine, parseArguments, UsageError } from './command-line.ts';
import { parseDuration } from './duration.ts';
import { commandLog, withQueue } from './session.ts';
import { counted } from './texts.ts';

/** More at once would take hours: they are written behind the live calls. */
const MAX_CALLS = 10_000;

/** Writes calls again. Exit code 1 when that is impossible for one of them. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { callIds, search } = readArguments(args);
  return withQueue(env, 'writes', async (queue, redis, config) => {
    const finder = openCallFinder(queue, redis, config);
    // The oldest first, as they were written.
    const found = search ? (await finder.findCalls(search)).toReversed() : [];
    const chosen = search ? found.map(({ callId }) => callId) : callIds;
    const log = commandLog('info');
    const recentEvents = openRecentEvents(redis, config.dashboardPassword);
    const results = await resyncCalls(
      {
        queue,
        ...resyncSources(config.altur, redis, recentEvents),
        actor: { by: 'command line' },
        log,
        record: recordAction('resynced-by-operator', openCallHistory(redis), log),
        onEach: (resynced) => process.stdout.write(`${resynced.callId}  ${textOf(resynced)}\n`),
      },
      chosen,
    );
    process.stdout.write(summary(results, chosen.length === MAX_CALLS));
    return results.some(({ result }) => result === 'impossible') ? 1 : 0;
  });
}

function readArguments(args: readonly string[]): {
  callIds: readonly string[];
  search: CallSearch | undefined;
} {
  const { values, positionals: callIds } = parseArguments('resync', {
    args: [...args],
    options: { since: { type: 'string' }, outcome: { type: 'string' } },
    allowPositionals: true,
  });
  const { since, outcome } = values;
  const isSearch = since !== undefined || outcome !== undefined;
  if (isSearch === callIds.length > 0) {
    throw new UsageError('resync takes either call ids, or --since 24h, --outcome synced or both');
  }
  if (!isSearch) return { callIds, search: undefined };
  return {
    callIds,
    search: {
      limit: MAX_CALLS,
      ...(since !== undefined && { since: Date.now() - parseDuration('--since', since) }),
      ...(outcome !== undefined && { outcome: outcomeOf(outcome) }),
    },
  };
}

const OUTCOMES = ['synced', 'skipped', 'dead-letter', 'unassigned'] as const;

function outcomeOf(text: string): (typeof OUTCOMES)[number] {
  const outcome = OUTCOMES.find((each) => each === text);
  if (outcome === undefined) throw new UsageError(`--outcome takes one of ${OUTCOMES.join(', ')}`);
  return outcome;
}

function textOf(resynced: Resynced): string {
  switch (resynced.result) {
    case 'from-recent-event':
      return 'queued again, with its event of the last hour';
    case 'from-altur':
      return `queued again from Altur’s API${resynced.hasTranscript ? '' : ', which has no transcript'}; a call that is still in the CRM keeps its text`;
    case 'dead-letter-retried':
      return 'was a dead letter: put back into the queue';
    case 'on-its-way':
      return `is on its way already: see \`${commandLine('status', resynced.callId)}\``;
    case 'impossible':
      return `impossible: ${withCode(resynced.reason, resynced.code)}`;
    default:
      return resynced satisfies never;
  }
}

function summary(results: readonly Resynced[], isCut: boolean): string {
  const count = (...some: readonly Resynced['result'][]) =>
    results.filter(({ result }) => some.includes(result)).length;
  const parts = [
    `${count('from-recent-event', 'from-altur')} queued again`,
    `${count('dead-letter-retried')} dead letters put back`,
    `${count('on-its-way')} on their way`,
    `${count('impossible')} impossible`,
  ];
  const cut = isCut ? `only the latest ${MAX_CALLS} were taken: run it again for a shorter time\n` : '';
  return `${counted(results.length, 'call')}: ${parts.join(', ')}\n${cut}`;
}
