/** The page that a full run writes. */
import type { DifferenceKind } from './compare.ts';
import { faultsOf, type RowResult } from './run-row.ts';

export interface RunFacts {
  readonly calls: number;
  readonly seed: number;
  readonly minutes: string;
  readonly machine: string;
  readonly parallel: number;
}

const TITLES = { hubspot: 'HubSpot', salesforce: 'Salesforce' };
const HEAD = [
  'fault',
  'CRM',
  'events',
  'deliveries',
  'answered 200',
  'calls synced',
  'dead letters',
  'still waiting',
  'lost',
  'doubled calls',
  'doubled people',
  'stale',
  'wrong',
  'CRM requests',
  'seconds',
];

export function reportOf(results: readonly RowResult[], facts: RunFacts): string {
  const { calls, seed, minutes, machine, parallel } = facts;
  const failed = results.filter((result) => faultsOf(result).length > 0);
  const rows = results.map(cellsOf);
  return `# Fault matrix

Written by \`npm run test:faults\`, ${new Date().toISOString().slice(0, 10)}, seed ${seed}, ${minutes} minutes with ${parallel} at a time, on ${machine}.
${results.length - failed.length} of ${results.length} hold.

Each row is a run of its own: ${calls} calls of ${Math.round(calls * 0.3)} people, delivered as Altur does (signed, up to five times with
exponential backoff unless it is answered 200 within ten seconds) to real processes, one ingress and two workers unless the row says
otherwise, with a real Redis (append-only file) and a simulated CRM that answers after 50 ms. One call in ten changes later and is
delivered in its new version; one in ten is delivered once more although it was answered 200; one person in ten is known by number only,
and numbers come in three notations; when a call ended has nothing to do with when it is delivered. While this goes on, the fault happens.

When the queue is empty, the CRM's state is compared with what the events sent say that it must be, record by record and field by field:

- **still waiting**: in the queue when the row's patience ended; then nothing is compared. Must be 0, like the following ones.
- **lost**: answered 200, and neither in the CRM nor a dead letter.
- **doubled calls**, **doubled people**: two records of one call or person, whatever keys they have.
- **stale**: a person's status, tags or last call, or a call, has an older value than the newest event says.
- **wrong**: everything else. A call linked to another person, to nobody or to two; a field with another value; a follow-up task that is
  missing or doubled; a record that nobody asked for; a dead letter that must not be, or one that is missing.

Dead letters are those calls that the row makes the CRM reject for good, and no others. Events that are not answered 200 in five
deliveries are Altur's to keep; \`reconcile\` finds them.

${table([HEAD, ...rows])}
Run it: \`npm run test:faults\`; one row: \`npm run test:faults -- --row redis-killed --crm hubspot --events 500\`; the same choices again:
\`--seed ${seed}\`; several rows at a time: \`--parallel 3\`. A shorter form is part of \`npm test\`.
`;
}

function cellsOf(result: RowResult): string[] {
  const { row, crm, differences, wrongDeadLetters, unsettled, seconds } = result;
  const isCompared = unsettled === 0;
  const count = (kind: DifferenceKind, others = 0) =>
    isCompared ? `${differences.filter((each) => each.kind === kind).length + others}` : '–';
  return [
    row.title,
    TITLES[crm],
    `${result.events}`,
    `${result.deliveries}`,
    `${result.accepted}`,
    `${result.synced}`,
    `${result.deadLetters}`,
    `${unsettled}`,
    count('lost'),
    count('doubled call'),
    count('doubled person'),
    count('stale'),
    count('wrong', wrongDeadLetters.length),
    `${result.crmRequests}`,
    seconds.toFixed(0),
  ];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |\n`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`;
  return line(rows[0]!) + rule + rows.slice(1).map(line).join('');
}
