import { type RecordFaultRule, RecordFaults } from '../kit/record-faults.ts';
import { ApiError } from './api-error.ts';

/** Rejects the rows that hold `key` in any of their properties (`*`: all rows), `times` times; default: always. */
export interface RecordFault extends RecordFaultRule {
  readonly status?: number;
  readonly category: string;
  readonly message: string;
}

export type StoreFaults = RecordFaults<RecordFault>;

export const noFaults = (): StoreFaults => new RecordFaults();

export function refuseFaulty(faults: StoreFaults, object: string, values: readonly unknown[]): void {
  const fault = faults.take(object, values);
  if (!fault) return;
  const { status = 400, category, message } = fault;
  throw new ApiError({ status, category, message });
}
