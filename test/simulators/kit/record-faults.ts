/** Records that a simulated CRM rejects, whatever else is right with them. */

export interface RecordFaultRule {
  /** A value that any of the record's fields has; `*`: all records. */
  readonly key: string;
  /** Default: any object. */
  readonly object?: string;
  /** How often it rejects; default: always. */
  readonly times?: number;
}

export class RecordFaults<Rule extends RecordFaultRule> {
  readonly #faults = new Map<string, { rule: Rule; left: number }>();

  add(rule: Rule): void {
    this.#faults.set(rule.key, { rule, left: rule.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults.clear();
  }

  /** The rule that rejects this record; counts the rejection. */
  take(object: string, values: readonly unknown[]): Rule | undefined {
    if (this.#faults.size === 0) return undefined;
    for (const value of [...values, '*']) {
      const fault = typeof value === 'string' ? this.#faults.get(value) : undefined;
      if (!fault || fault.left <= 0 || (fault.rule.object ?? object) !== object) continue;
      fault.left--;
      return fault.rule;
    }
    return undefined;
  }
}
