/** Single records that the CRM does not take. */
import { POISON } from '../plan.ts';
import type { Row, RunningRow } from '../row.ts';

/** The calls that are doomed, for good; as many others, twice. */
async function rejectRecords({ world: { crm }, calls, random }: RunningRow): Promise<void> {
  const others = calls.filter(({ isDoomed }) => !isDoomed);
  const doomed = calls.filter(({ isDoomed }) => isDoomed);
  const busy = random.shuffled(others).slice(0, doomed.length);
  const [rejected, locked] =
    crm.kind === 'hubspot'
      ? [
          { object: 'calls', category: 'VALIDATION_ERROR', message: 'x' },
          { object: 'calls', category: 'INTERNAL_ERROR', status: 500, message: 'x', times: 2 },
        ]
      : [
          { object: 'Task', statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'x' },
          { object: 'Task', statusCode: 'UNABLE_TO_LOCK_ROW', message: 'x', times: 2 },
        ];
  await crm.control('record-faults', [
    ...doomed.map(({ id }) => ({ ...rejected, key: id })),
    ...busy.map(({ id }) => ({ ...locked, key: id })),
  ]);
}

export const recordRows: readonly Row[] = [
  {
    name: 'records-rejected',
    title: '5 % of the calls are rejected for good, as many others twice',
    population: () => ({ doomed: 0.05 }),
    prepare: rejectRecords,
  },
  {
    name: 'poison',
    title: 'one call in 50 makes the CRM answer 500 to its whole batch',
    population: () => ({ doomed: 0.02 }),
    hurriesRetries: true,
    // Forty are bisected, each in about twenty batches.
    othersWithinMs: 240_000,
    prepare: ({ world }) =>
      world.crm.install([{ kind: 'status', status: 500, containing: POISON, times: 'always' }]),
  },
];
