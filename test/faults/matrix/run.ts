/**
 * The fault matrix: `npm run test:faults -- [--row name] [--crm hubspot|salesforce] [--events 2000] [--seed 1]
 * [--parallel 2]`. Ends with 1 when anything is lost, doubled or overwritten. All rows on both CRMs write docs/faults.md.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { describeMachine, reportOf } from './report.ts';
import { ROWS } from './rows/rows.ts';
import { faultsOf, type RowResult, runRow } from './run-row.ts';
import type { CrmKind } from './simulated-crm.ts';
import { line } from './terminal.ts';

const { values } = parseArgs({
  options: {
    row: { type: 'string', multiple: true },
    crm: { type: 'string' },
    events: { type: 'string', default: '2000' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    parallel: { type: 'string', default: '1' },
  },
});

const unknown = values.row?.filter((name) => !ROWS.some((row) => row.name === name)) ?? [];
if (unknown.length > 0) {
  line(`There is no row ${unknown.join(', ')}: ${ROWS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const rows = ROWS.filter(({ name }) => values.row?.includes(name) ?? true);
const crms = (['hubspot', 'salesforce'] as const).filter((crm) => (values.crm ?? crm) === crm);
const calls = Number(values.events);
const seed = Number(values.seed);
line(`${rows.length} rows, ${calls} calls each, on ${crms.join(' and ')}; seed ${seed}`);

const startedAt = Date.now();
const queue = rows.flatMap((row) => crms.map((crm): [typeof row, CrmKind] => [row, crm]));
const order = new Map(queue.map(([row, crm], index) => [`${row.name} ${crm}`, index]));
const results: RowResult[] = [];
const broken: string[] = [];

async function lane(): Promise<void> {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [row, crm] = next;
    try {
      const result = await runRow(row, {
        crm,
        calls,
        seed,
        callsPerSecond: 100,
        minuteMs: 60_000,
        firstBackoffMs: 1_000,
        patienceMs: 300_000,
        laterMs: 3_000,
      });
      results.push(result);
      const faults = faultsOf(result);
      const { seconds, synced, deadLetters, crmRequests } = result;
      line(
        `${faults.length === 0 ? 'ok  ' : 'FAIL'} ${row.name}, ${crm}: ${synced} synced, ${deadLetters} dead letters, ${crmRequests} CRM requests, ${seconds.toFixed(0)} s`,
      );
      for (const fault of faults.slice(0, 10)) line(`       ${fault}`);
      for (const entry of result.log.slice(-40)) line(`       ${entry.slice(0, 400)}`);
      if (faults.length > 10) line(`       and ${faults.length - 10} more`);
    } catch (error) {
      broken.push(`${row.name}, ${crm}`);
      line(`FAIL ${row.name}, ${crm}: the run itself failed: ${(error as Error).stack}`);
    }
  }
}

await Promise.all(Array.from({ length: Number(values.parallel) }, lane));
const inOrder = results.toSorted((a, b) => place(a) - place(b));
const failed = inOrder.filter((result) => faultsOf(result).length > 0);
const minutes = ((Date.now() - startedAt) / 60_000).toFixed(1);
line(`${results.length - failed.length} of ${order.size} hold, ${minutes} minutes`);
if (rows.length === ROWS.length && crms.length === 2 && broken.length === 0) {
  const machine = await describeMachine();
  const page = new URL('../../../docs/faults.md', import.meta.url);
  await writeFile(
    page,
    reportOf(inOrder, { calls, seed, minutes, machine, parallel: Number(values.parallel) }),
  );
  line('written to docs/faults.md');
}
process.exit(failed.length + broken.length > 0 ? 1 : 0);

function place({ row, crm }: RowResult): number {
  return order.get(`${row.name} ${crm}`)!;
}
