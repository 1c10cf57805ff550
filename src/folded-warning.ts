/**
 * A warning that anyone on the internet can cause: logged at once, then counted.
 *
 * States: quiet → counting, with the first warning, until none came for `QUIET_MS`; then the final count is logged, if
 * it is not the one that was logged last. While counting, the 10th, 100th, … is logged.
 */
import type { Log } from './log.ts';

const QUIET_MS = 10_000;

export class FoldedWarning {
  readonly #log: Pick<Log, 'warn'>;
  readonly #message: string;
  readonly #hint: string;
  #count = 0;
  #logged = 0;
  #quiet: NodeJS.Timeout | undefined;

  constructor(log: Pick<Log, 'warn'>, message: string, hint: string) {
    this.#log = log;
    this.#message = message;
    this.#hint = hint;
  }

  warn(fields: object): void {
    this.#count += 1;
    if (Number.isInteger(Math.log10(this.#count))) this.#write(fields);
    this.#quiet ??= setTimeout(() => this.#end(fields), QUIET_MS).unref();
    this.#quiet.refresh();
  }

  #write(fields: object): void {
    this.#logged = this.#count;
    this.#log.warn(this.#message, { ...fields, count: this.#count, hint: this.#hint });
  }

  #end(fields: object): void {
    if (this.#logged < this.#count) this.#write(fields);
    this.#quiet = undefined;
    this.#count = 0;
    this.#logged = 0;
  }
}
