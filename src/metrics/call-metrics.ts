/** What the worker does with calls. */
import { Counter, Histogram, type Registry } from 'prom-client';

const OUTCOMES = [
  'synced',
  'synced_with_skipped_fields',
  'skipped',
  'known',
  'retried',
  'dead_letter',
] as const;

export type OutcomeLabel = (typeof OUTCOMES)[number];

const RECONCILED = ['synced', 'skipped', 'known', 'dead_letter'] as const;

export type ReconciledLabel = (typeof RECONCILED)[number];

export interface CallMetrics {
  /** `action`: of the job decision. */
  call(action: string): void;
  outcome(outcome: OutcomeLabel): void;
  /** A call whose webhook never came is decided. */
  reconciledCall(outcome: ReconciledLabel): void;
  skippedField(skipped: { readonly object: string; readonly field: string; readonly code: string }): void;
  /** A call is in the CRM, `ms` after it was received. */
  delivered(ms: number): void;
  batch(size: number, ms: number): void;
}

const SECOND = 1;
const MINUTE = 60;
const HOUR = 3_600;

export function callMetrics(registry: Registry): CallMetrics {
  const registers = [registry];
  const calls = new Counter({
    name: 'altur_calls_total',
    help: 'Jobs, by the decision of the worker: complete, retry, delay, requeue, pause or fail',
    labelNames: ['outcome'],
    registers,
  });
  const outcomes = new Counter({
    name: 'altur_call_outcomes_total',
    help: 'Calls, by what became of them; retried ones are counted at every attempt',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of OUTCOMES) outcomes.inc({ outcome }, 0);
  const reconciled = new Counter({
    name: 'altur_reconciled_calls_total',
    help: 'Calls that a reconcile found missing, by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of RECONCILED) reconciled.inc({ outcome }, 0);
  const skippedFields = new Counter({
    name: 'altur_skipped_fields_total',
    help: 'Fields that were not written although their call was, by name and cause',
    labelNames: ['object', 'field', 'code'],
    registers,
  });
  const { delivered, batch } = durations(registers);
  return {
    call: (action) => calls.inc({ outcome: action }),
    outcome: (outcome) => outcomes.inc({ outcome }),
    reconciledCall: (outcome) => reconciled.inc({ outcome }),
    skippedField: ({ object, field, code }) => skippedFields.inc({ object, field, code }),
    delivered,
    batch,
  };
}

function durations(registers: Registry[]): Pick<CallMetrics, 'delivered' | 'batch'> {
  const deliverySeconds = new Histogram({
    name: 'altur_delivery_seconds',
    help: 'Time from the POST of a call until the CRM has confirmed it',
    buckets: [0.1, 0.25, 0.5, SECOND, 2.5, 5, 10, 30, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR],
    registers,
  });
  const batchSize = new Histogram({
    name: 'altur_batch_size',
    help: 'Calls written together',
    buckets: [1, 2, 5, 10, 25, 50, 100, 200],
    registers,
  });
  const batchSeconds = new Histogram({
    name: 'altur_sync_seconds',
    help: 'Time to write a batch',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  return {
    delivered: (ms) => deliverySeconds.observe(ms / 1_000),
    batch(size, ms) {
      batchSize.observe(size);
      batchSeconds.observe(ms / 1_000);
    },
  };
}
