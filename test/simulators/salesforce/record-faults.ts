import { type RecordFaultRule, RecordFaults } from '../kit/record-faults.ts';
import { RecordRefused } from './api-error.ts';

/** Rejects the records that hold `key` in any of their fields (`*`: all records), `times` times; default: always. */
export interface RecordFault extends RecordFaultRule {
  readonly statusCode: string;
  readonly message: string;
  readonly fields?: readonly string[];
}

export type OrgFaults = RecordFaults<RecordFault>;

export const noFaults = (): OrgFaults => new RecordFaults();

export function refuseFaulty(faults: OrgFaults, object: string, values: readonly unknown[]): void {
  const fault = faults.take(object, values);
  if (fault) throw new RecordRefused(fault.statusCode, fault.message, fault.fields);
}
