/** What is missing or wrong in the configuration: one problem per variable, the one that was found first. */
import type { z } from 'zod';

export interface Problem {
  readonly kind: 'missing' | 'wrong';
  /** Empty where no single variable is at fault. */
  readonly variable: string;
  /** Comes after the variable's name, and says what to do. */
  readonly message: string;
}

export class Problems {
  readonly #byVariable = new Map<string, Problem>();
  readonly #blank: ReadonlySet<string>;

  /** `blank`: the variables that are set to nothing but quotes or blanks; to them nobody forgot to write a line. */
  constructor(blank: ReadonlySet<string> = new Set()) {
    this.#blank = blank;
  }

  /** `message` begins with "is missing". */
  missing(variable: string, message: string): void {
    if (this.#blank.has(variable)) {
      this.wrong(variable, message.replace(/^is missing/, 'is set to nothing but quotes or blanks'));
    } else this.#add({ kind: 'missing', variable, message });
  }

  wrong(variable: string, message: string): void {
    this.#add({ kind: 'wrong', variable, message });
  }

  /** `given`: the values that were checked. */
  issues(error: z.ZodError, given: Readonly<Record<string, string>>): void {
    for (const { path, message } of error.issues) {
      const variable = path.join('.');
      if (given[variable] !== undefined) this.wrong(variable, message);
      else this.missing(variable, message.startsWith('is missing') ? message : 'is missing');
    }
  }

  addAll({ all }: Problems): void {
    for (const problem of all) this.#add(problem);
  }

  /** What is missing first, and before all which CRM is meant. */
  get all(): readonly Problem[] {
    const rank = ({ kind, variable }: Problem) =>
      variable === 'CRM_CONNECTOR' ? 0 : kind === 'missing' ? 1 : 2;
    return [...this.#byVariable.values()].toSorted((a, b) => rank(a) - rank(b));
  }

  has(variable: string): boolean {
    return this.#byVariable.has(variable.replace(/_FILE$/, ''));
  }

  get isEmpty(): boolean {
    return this.#byVariable.size === 0;
  }

  /** A value whose file cannot be read is not missing as well. */
  #add(problem: Problem): void {
    const key = problem.variable.replace(/_FILE$/, '');
    if (!this.#byVariable.has(key)) this.#byVariable.set(key, problem);
  }
}
