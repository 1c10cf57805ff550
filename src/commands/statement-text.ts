/** Statements as `reconcile --report` prints them. */
import { type DayStatement, type MissingCall, sumOf, type Tally } from '../reconcile/statement.ts';
import { commandLine } from './command-line.ts';
import { unreadCampaignText } from './reconcile-summary.ts';
import { counted, timeText } from './texts.ts';

const SHOWN = 100;
/** As many ids as one may copy at once. */
const RESYNCED = 20;

/** A missing call, and the day of whose statement it is part. */
type Missing = MissingCall & { readonly day: string };

export interface TextOptions {
  /** As people write it: `HubSpot`. */
  readonly crm: string;
  /** When a day begins, ms since the epoch. */
  startOf(day: string): number;
}

export function statementText(statements: readonly DayStatement[], options: TextOptions): string {
  const listed = statements.map(({ listed }) => listed);
  return [
    table(statements, options.crm),
    ...besidesLines(statements, options.crm),
    ...skippedLines(listed),
    ...deadLetterLines(listed),
    ...unreadLines(statements),
    ...missingLines(missingOf(statements), options),
    '',
  ].join('\n');
}

export function missingOf(statements: readonly DayStatement[]): readonly Missing[] {
  return statements.flatMap(({ day, listed, unlisted }) =>
    [...listed.missingCalls, ...unlisted.missingCalls].map((call) => ({ day, ...call })),
  );
}

function table(statements: readonly DayStatement[], crm: string): string {
  const header = ['day', 'at Altur', `in ${crm}`, 'skipped', 'dead letters', 'waiting', 'missing', ''];
  const rows = statements.map((statement) => {
    const { day, listed, ongoing } = statement;
    const still = ongoing > 0 ? `, ${ongoing} still going on` : '';
    return [day, ...numbersOf(listed), `${markOf(statement)}${still}`];
  });
  const all = statements.map(({ listed }) => numbersOf(listed).map(Number));
  const sums = all[0]?.map((_, column) => String(all.reduce((sum, row) => sum + row[column]!, 0))) ?? [];
  const total = statements.length > 1 ? [['all', ...sums, '']] : [];
  const lines = [header, ...rows, ...total];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const last = header.length - 1;
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 || column === last ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function numbersOf({ calls, inCrm, skipped, deadLetters, waiting, missing }: Tally): string[] {
  return [calls, inCrm, sumOf(skipped), sumOf(deadLetters), waiting, missing].map(String);
}

function markOf({ listed: { missing }, unreadCampaigns = [] }: DayStatement): string {
  const marks = missing === 0 ? [] : [`${missing} missing`];
  if (unreadCampaigns.length > 0) marks.push(`${counted(unreadCampaigns.length, 'campaign')} not read`);
  return marks.length === 0 ? '✓ none missing' : `✗ ${marks.join(', ')}`;
}

/** Each campaign once: it is the same on all days. */
function unreadLines(statements: readonly DayStatement[]): readonly string[] {
  const campaigns = new Map(
    statements.flatMap(({ unreadCampaigns = [] }) => unreadCampaigns.map((each) => [each.id, each] as const)),
  );
  if (campaigns.size === 0) return [];
  return ['', ...[...campaigns.values()].map(unreadCampaignText)];
}

function besidesLines(statements: readonly DayStatement[], crm: string): readonly string[] {
  const sum = (of: (tally: Tally) => number) =>
    statements.reduce((total, { unlisted }) => total + of(unlisted), 0);
  const calls = sum((tally) => tally.calls);
  if (calls === 0) return [];
  const others = [
    [sum(({ skipped }) => sumOf(skipped)), 'skipped'],
    [sum(({ deadLetters }) => sumOf(deadLetters)), 'dead letters'],
    [sum(({ waiting }) => waiting), 'waiting'],
    [sum(({ missing }) => missing), 'missing'],
  ] as const;
  const parts = others.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const what = 'in no list of a campaign (inbound, started through the API, or created on another day)';
  const places = [`${sum(({ inCrm }) => inCrm)} in ${crm}`, ...parts].join(', ');
  return ['', `besides, ${counted(calls, 'call')} received ${what}: ${places}`];
}

function skippedLines(tallies: readonly Tally[]): readonly string[] {
  const rules = new Map<string, number>();
  for (const { rule, count } of tallies.flatMap(({ skipped }) => skipped))
    rules.set(rule, (rules.get(rule) ?? 0) + count);
  if (rules.size === 0) return [];
  return ['', 'skipped by the mapping, by rule', ...[...rules].map(([rule, count]) => `  ${count}  ${rule}`)];
}

function deadLetterLines(tallies: readonly Tally[]): readonly string[] {
  const causes = new Map<string, Tally['deadLetters'][number]>();
  for (const cause of tallies.flatMap(({ deadLetters }) => deadLetters)) {
    const count = (causes.get(cause.id)?.count ?? 0) + cause.count;
    causes.set(cause.id, { ...cause, count });
  }
  if (causes.size === 0) return [];
  const lines = [...causes.values()].flatMap((cause) => {
    const { code, count, reason } = cause;
    const retry = commandLine('failed', 'retry', '--cause', cause.id);
    return [`  ${count}  ${code}  ${reason}`, `     after the fix: ${retry}`];
  });
  return ['', 'dead letters, by cause', ...lines];
}

function missingLines(missing: readonly Missing[], options: TextOptions): readonly string[] {
  if (missing.length === 0) return [];
  const shown = missing.slice(0, SHOWN).map(({ callId, day, ...call }) => {
    return `  ${callId}  ${day}  ${whyText(call, options.crm)}`;
  });
  const more = missing.length - shown.length;
  const rest = more > 0 ? [`  and ${more} more: --json names all`] : [];
  return ['', 'missing', ...shown, ...rest, '', ...cures(missing, options)];
}

function whyText({ why, at }: Pick<Missing, 'why' | 'at'>, crm: string): string {
  const when = at === undefined ? 'at some time' : `at ${timeText(at)}`;
  switch (why) {
    case 'never-received':
      return 'never received';
    case 'deleted':
      return `was written ${when}, deleted in ${crm} since`;
    case 'other-account':
      return `was written ${when} to another account of ${crm}`;
    case 'discarded':
      return `was a dead letter, discarded ${when}`;
    case 'lost':
      return 'was received, and its job is gone without a result';
    default:
      return why satisfies never;
  }
}

/** `reconcile` writes what nobody knows; what was written or discarded once, `resync` does, by its id. */
function cures(missing: readonly Missing[], { startOf }: TextOptions): readonly string[] {
  const named = missing.filter(({ why }) => why === 'deleted' || why === 'discarded');
  const unknown = missing.filter((call) => !named.includes(call));
  const lines: string[] = [];
  const [first] = unknown.map(({ day }) => day).toSorted();
  if (first !== undefined) {
    const command = commandLine('reconcile', '--since', timeText(startOf(first)));
    lines.push(`to write the ${unknown.length === 1 ? 'one' : unknown.length} that never came: ${command}`);
  }
  if (named.length > 0) {
    const command = commandLine('resync', ...named.slice(0, RESYNCED).map(({ callId }) => callId));
    const which = named.length === 1 ? 'one that was' : `${named.length} that were`;
    lines.push(
      `to write the ${which} deleted or discarded: ${command}${named.length > RESYNCED ? ' …' : ''}`,
    );
  }
  return lines;
}
