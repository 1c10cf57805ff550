/**
 * Writes the lines of the log to a stream of the process. A write to a pipe is a system call that the whole process waits
 * for, and a busy ingress logs a line for each event: written one by one they took 7 % of its time.
 *
 * States: idle → busy, with a line, which is written at once, until none came for `TOGETHER_MS`. The lines that come
 * meanwhile are kept, and written together after that time, with an urgent line, or when the process exits.
 */

/** So many lines of a killed process may be missing; urgent ones never. */
const TOGETHER_MS = 20;

export class LineWriter {
  readonly #stream: Pick<NodeJS.WriteStream, 'write'>;
  readonly #flush = () => this.#write();
  #busy: NodeJS.Timeout | undefined;
  #kept = '';

  constructor(stream: Pick<NodeJS.WriteStream, 'write'>) {
    this.#stream = stream;
  }

  /** `urgent`: written before this returns. */
  line(text: string, urgent: boolean): void {
    if (this.#busy && this.#kept === '') process.once('exit', this.#flush);
    this.#kept += `${text}\n`;
    if (urgent || !this.#busy) this.#write();
    this.#busy ??= setTimeout(() => this.#writeTogether(), TOGETHER_MS).unref();
  }

  #writeTogether(): void {
    if (this.#kept === '') {
      this.#busy = undefined;
      return;
    }
    this.#write();
    this.#busy?.refresh();
  }

  #write(): void {
    if (this.#kept === '') return;
    process.off('exit', this.#flush);
    const lines = this.#kept;
    this.#kept = '';
    this.#stream.write(lines);
  }
}
