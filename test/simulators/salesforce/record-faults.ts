import { RecordRefused } from './api-error.ts';

/** Rejects the records that hold `key` in any of their fields (`*`: all records), `times` times; default: always. */
export interface RecordFault {
  readonly key: string;
  readonly object?: string;
  readonly statusCode: string;
  readonly message: string;
  readonly fields?: readonly string[];
  readonly times?: number;
}

export class RecordFaults {
  readonly #faults = new Map<string, { fault: RecordFault; left: number }>();

  add(fault: RecordFault): void {
    this.#faults.set(fault.key, { fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults.clear();
  }

  check(object: string, values: readonly unknown[]): void {
    if (this.#faults.size === 0) return;
    for (const value of [...values, '*']) {
      const scripted = typeof value === 'string' ? this.#faults.get(value) : undefined;
      if (!scripted || scripted.left <= 0 || (scripted.fault.object ?? object) !== object) continue;
      scripted.left--;
      throw new RecordRefused(scripted.fault.statusCode, scripted.fault.message, scripted.fault.fields);
    }
  }
}
