/** The fault matrix: `npm run test:faults`. Ends with 1 when anything is lost, doubled or overwritten. */
import { writeFile } from 'node:fs/promises';
import { machine } from '../../../bench/machine.ts';
import { runScript } from '../../script.ts';
import type { CrmKind } from '../../simulators/crm-process.ts';
import { HELP, type MatrixOptions, readOptions } from './options.ts';
import { reportOf } from './report.ts';
import type { Row } from './row.ts';
import { faultsOf, type RowResult, runRow } from './run-row.ts';
import { line } from './terminal.ts';

const PAGE = new URL('../../../docs/faults.md', import.meta.url);
/** Of what is wrong with a row, and of the log of the first call that is. */
const PRINTED_FAULTS = 10;
const PRINTED_LINES = 40;
const PRINTED_WIDTH = 400;

async function runMatrix(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  const { rows, crms, calls, seed, parallel } = options;
  line(`${rows.length} rows, ${calls} calls each, on ${crms.join(' and ')}; seed ${seed}`);
  const startedAt = Date.now();
  const runs = rows.flatMap((row) => crms.map((crm) => ({ row, crm })));
  const results: (RowResult | undefined)[] = runs.map(() => undefined);
  const left = [...runs.entries()];
  const lane = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [index, { row, crm }] = next;
      results[index] = await runOne(row, crm, options);
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  const done = results.filter((result) => result !== undefined);
  const held = done.filter((result) => faultsOf(result).length === 0).length;
  const minutes = ((Date.now() - startedAt) / 60_000).toFixed(1);
  line(`${held} of ${runs.length} hold, ${minutes} minutes`);
  if (options.isFull && done.length === runs.length) {
    await writeFile(PAGE, reportOf(done, { calls, seed, minutes, machine: machine(), parallel }));
    line('written to docs/faults.md');
  }
  return held === runs.length ? 0 : 1;
}

/** Undefined when the run itself failed, and shows nothing. */
async function runOne(
  row: Row,
  crm: CrmKind,
  { calls, seed }: MatrixOptions,
): Promise<RowResult | undefined> {
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
    print(result);
    return result;
  } catch (error) {
    line(`FAIL ${row.name}, ${crm}: the run itself failed: ${(error as Error).stack}`);
    return undefined;
  }
}

function print(result: RowResult): void {
  const { row, crm, seconds, synced, deadLetters, crmRequests, log } = result;
  const faults = faultsOf(result);
  const found = `${synced} synced, ${deadLetters} dead letters, ${crmRequests} CRM requests, ${seconds.toFixed(0)} s`;
  line(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${row.name}, ${crm}: ${found}`);
  for (const fault of faults.slice(0, PRINTED_FAULTS)) line(`       ${fault}`);
  if (faults.length > PRINTED_FAULTS) line(`       and ${faults.length - PRINTED_FAULTS} more`);
  for (const entry of log.slice(-PRINTED_LINES)) line(`       ${entry.slice(0, PRINTED_WIDTH)}`);
}

runScript(HELP, runMatrix);
