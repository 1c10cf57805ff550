import {
  type CallSearch,
  type CallSummary,
  OUTCOME_FILTERS,
  type OutcomeFilter,
} from '../monitoring/call-history.ts';
import { openCallFinder } from '../service/call-finder.ts';
import { parseArguments, UsageError } from './command-line.ts';
import { parseMoment } from './duration.ts';
import { withQueue } from './session.ts';
import { UNASSIGNED_TEXTS } from './status-text.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 10_000;

/** Lists calls, the latest first, by person, time and outcome. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { search, json } = readArguments(args);
  return withQueue(env, 'reads', async (queue, redis, config) => {
    const calls = await openCallFinder(queue, redis, config).findCalls(search);
    process.stdout.write(json ? `${JSON.stringify(calls, null, 2)}\n` : table(calls, search.limit));
    return 0;
  });
}

function readArguments(args: readonly string[]): { search: CallSearch; json: boolean } {
  const { values, positionals } = parseArguments('calls', {
    args: [...args],
    options: {
      phone: { type: 'string' },
      id: { type: 'string' },
      'f-id': { type: 'string' },
      since: { type: 'string' },
      until: { type: 'string' },
      outcome: { type: 'string' },
      limit: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (positionals.length > 0)
    throw new UsageError('calls takes no argument without its name: --phone P, --id ID or --f-id F');
  const { phone, id, 'f-id': fId, since, until, outcome, limit, json } = values;
  return {
    json,
    search: {
      limit: limit === undefined ? DEFAULT_LIMIT : limitOf(limit),
      ...(phone !== undefined && { phone: phoneOf(phone) }),
      ...(id !== undefined && { callId: id }),
      ...(fId !== undefined && { fId }),
      ...(since !== undefined && { since: parseMoment('--since', since) }),
      ...(until !== undefined && { until: parseMoment('--until', until) }),
      ...(outcome !== undefined && { outcome: outcomeOf(outcome) }),
    },
  };
}

function phoneOf(text: string): string {
  if (text.replace(/\D/g, '').length < 6) throw new UsageError('--phone takes a whole phone number');
  return text;
}

function outcomeOf(text: string): OutcomeFilter {
  const outcome = OUTCOME_FILTERS.find((each) => each === text);
  if (outcome === undefined) throw new UsageError(`--outcome takes one of ${OUTCOME_FILTERS.join(', ')}`);
  return outcome;
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new UsageError(`--limit takes a whole number from 1 to ${MAX_LIMIT}`);
  }
  return limit;
}

function table(calls: readonly CallSummary[], limit: number): string {
  if (calls.length === 0) return 'no calls\n';
  const rows = calls.map(({ callId, outcome, receivedAt, updatedAt, code, unassigned }) => {
    const why = [code, unassigned && `without a person: ${UNASSIGNED_TEXTS[unassigned]}`];
    return [callId, outcome, timeText(receivedAt), timeText(updatedAt), why.filter(Boolean).join(', ')];
  });
  const header = ['call', 'outcome', 'received (UTC)', 'changed (UTC)', ''];
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]!.length)));
  const lines = [header, ...rows].map((row) => {
    return row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  });
  const more = calls.length === limit ? `the latest ${limit}; --limit shows more\n` : '';
  return `${lines.join('\n')}\n${more}`;
}

const timeText = (at: number) => new Date(at).toISOString().replace('T', ' ').slice(0, 19);
