/** What a run of the fault matrix is asked to do. */
import { UsageError } from '../../../src/commands/command-line.ts';
import { choiceFlag, countFlag, helpCommand, scriptFlags } from '../../script.ts';
import type { CrmKind } from '../../simulators/crm-process.ts';
import type { Row } from './row.ts';
import { ROWS } from './rows/rows.ts';

export interface MatrixOptions {
  readonly rows: readonly Row[];
  readonly crms: readonly CrmKind[];
  readonly calls: number;
  readonly seed: number;
  readonly parallel: number;
  /** Every row on both CRMs, of the documented size: only such a run is written into docs/. */
  readonly isFull: boolean;
}

const SCRIPT = 'test:faults';
const CALLS = 2_000;
const CRMS = ['hubspot', 'salesforce'] as const;

/** Throws UsageError. */
export function readOptions(args: readonly string[]): MatrixOptions {
  const flags = scriptFlags(SCRIPT, args, {
    row: { type: 'string', multiple: true },
    crm: { type: 'string' },
    events: { type: 'string', default: `${CALLS}` },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    parallel: { type: 'string', default: '1' },
  });
  const rows = [...new Set(flags.row?.map(rowNamed) ?? ROWS)];
  const crms = flags.crm === undefined ? CRMS : [choiceFlag('crm', flags.crm, CRMS)];
  const calls = countFlag('events', flags.events);
  return {
    rows,
    crms,
    calls,
    seed: countFlag('seed', flags.seed, 0),
    parallel: countFlag('parallel', flags.parallel),
    isFull: rows.length === ROWS.length && crms.length === CRMS.length && calls === CALLS,
  };
}

function rowNamed(name: string): Row {
  const row = ROWS.find((each) => each.name === name);
  if (!row) throw new UsageError(`--row: there is no ${name}: see \`${helpCommand(SCRIPT)}\``);
  return row;
}

const NAME_WIDTH = Math.max(...ROWS.map(({ name }) => name.length));

export const HELP = `npm run ${SCRIPT} -- [--row ROW]… [--crm ${CRMS.join('|')}] [--events N] [--seed N] [--parallel N]

  Real processes, a real Redis and a simulated CRM, and in each row a fault: at the end the CRM's state is compared with
  what it must be. All rows on both CRMs take about an hour and write docs/faults.md; any other run writes nothing.

  --row ROW      one row only; may be given several times
  --crm CRM      one CRM only
  --events N     calls in each row; ${CALLS} by default
  --seed N       repeats the choices of the run that printed this seed; another one each time by default
  --parallel N   so many rows at a time; 1 by default
  --help, -h     print this

  Rows:
${ROWS.map(({ name, title }) => `    ${name.padEnd(NAME_WIDTH)}  ${title}`).join('\n')}

  Exit codes: 0 all rows hold, 1 something was lost, doubled or overwritten, 2 wrong arguments.
`;
