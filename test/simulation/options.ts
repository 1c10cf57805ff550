/** What a run of the simulation is asked to do. */
import { UsageError } from '../../src/commands/command-line.ts';
import { countFlag, scriptFlags } from '../script.ts';

/** Seeds one after the other, until one fails. */
export interface ManyRuns {
  readonly from: number;
  readonly runs: number;
  readonly json: boolean;
}

/** One seed, and the parts of its plan that are kept: by default all. */
export interface OneRun {
  readonly seed: number;
  readonly deliveries?: readonly number[];
  readonly faults?: readonly number[];
  readonly workers?: number;
  readonly trace: boolean;
  readonly json: boolean;
}

const RUNS = 500;

/** Throws UsageError. */
export function readOptions(args: readonly string[]): ManyRuns | OneRun {
  const flags = scriptFlags('test:simulation', args, {
    runs: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    deliveries: { type: 'string' },
    faults: { type: 'string' },
    workers: { type: 'string' },
    trace: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const { json = false, trace = false, seed, deliveries, faults, workers } = flags;
  refuseOthers(flags, seed === undefined ? OF_ONE : OF_MANY, seed === undefined ? 'with' : 'without');
  if (seed === undefined) {
    const runs = countFlag('runs', flags.runs ?? `${RUNS}`);
    return { from: countFlag('from', flags.from ?? '1', 0), runs, json };
  }
  return {
    seed: countFlag('seed', seed, 0),
    ...(deliveries !== undefined && { deliveries: indexes('deliveries', deliveries) }),
    ...(faults !== undefined && { faults: indexes('faults', faults) }),
    ...(workers !== undefined && { workers: countFlag('workers', workers) }),
    trace,
    json,
  };
}

const OF_ONE = ['deliveries', 'faults', 'workers', 'trace'];
const OF_MANY = ['runs', 'from'];

function refuseOthers(flags: object, names: readonly string[], how: 'with' | 'without'): void {
  const other = names.find((name) => Object.hasOwn(flags, name));
  if (other !== undefined) throw new UsageError(`--${other} goes ${how} --seed`);
}

function indexes(name: string, text: string): readonly number[] {
  return text === 'none' ? [] : text.split(',').map((index) => countFlag(name, index, 0));
}

export const HELP = `npm run test:simulation -- [--runs N] [--from N] [--json]
npm run test:simulation -- --seed N [--trace] [--deliveries 0,3] [--faults 1] [--workers N] [--json]

  Runs the core on simulated time, Redis, BullMQ and CRM: many seeds, until one fails, which is then made smaller; or one
  seed, or a part of it, as the failure of a run names it. What is simulated: test/simulation/README.md.

  --runs N         so many seeds; ${RUNS} by default
  --from N         the first of them; 1 by default
  --seed N         this one only
  --trace          print every message and log line of it
  --deliveries LIST, --faults LIST
                   keep only these of its plan, counted from 0; none: no one
  --workers N      so many workers instead of those of its plan
  --json           print one line of JSON
  --help, -h       print this

  Exit codes: 0 all that must hold holds, 1 it does not, 2 wrong arguments.
`;
