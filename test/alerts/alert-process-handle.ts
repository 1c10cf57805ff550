/** A process of alert-process.ts, and what it logs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BASE_ENVIRONMENT } from '../entry.ts';

const SCRIPT = fileURLToPath(new URL('./alert-process.ts', import.meta.url));

interface Line {
  readonly message: string;
  readonly [field: string]: unknown;
}

export class AlertProcess {
  readonly #child: ChildProcess;
  readonly #lines: Line[] = [];
  readonly #started = Promise.withResolvers<void>();

  constructor(redisUrl: string, webhookUrl: string, overviewKey: string) {
    this.#child = spawn(process.execPath, [SCRIPT, redisUrl, webhookUrl, overviewKey], {
      env: { ...BASE_ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.#lines.push(JSON.parse(line));
      this.#started.resolve();
    });
    this.#child.once('exit', (code) => this.#started.reject(new Error(`it ended with ${code}`)));
    this.#started.promise.catch(() => {});
  }

  /** Resolves once it watches. */
  watching(): Promise<void> {
    return this.#started.promise;
  }

  alerts(): readonly Line[] {
    return this.#lines.filter(({ message }) => message === 'alert');
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill(signal);
    await gone;
  }
}
