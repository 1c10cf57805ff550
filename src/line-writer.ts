/**
 * Writes the lines of the log to a stream of the process. A write to a pipe is a system call that the whole process waits
 * for, and a busy ingress logs a line for each of the requests that it answers in one turn of the event loop.
 *
 * States: idle → busy, with the first line of a turn, which is written at once, until the turn ends. The lines that
 * follow in it are kept, and written together at its end, with an urgent line, or when the process exits.
 */
export class LineWriter {
  readonly #stream: Pick<NodeJS.WriteStream, 'write'>;
  readonly #flush = () => this.#write();
  #isBusy = false;
  #kept = '';

  constructor(stream: Pick<NodeJS.WriteStream, 'write'>) {
    this.#stream = stream;
  }

  /** `urgent`: written before this returns. */
  line(text: string, urgent: boolean): void {
    if (this.#isBusy && this.#kept === '') process.once('exit', this.#flush);
    this.#kept += `${text}\n`;
    if (urgent || !this.#isBusy) this.#write();
    if (this.#isBusy) return;
    this.#isBusy = true;
    setImmediate(() => {
      this.#isBusy = false;
      this.#write();
    });
  }

  #write(): void {
    if (this.#kept === '') return;
    process.off('exit', this.#flush);
    const lines = this.#kept;
    this.#kept = '';
    this.#stream.write(lines);
  }
}
