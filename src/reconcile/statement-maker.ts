/** Makes statements and keeps them, one at a time among all processes; says how far it is. */
import { randomUUID } from 'node:crypto';
import { OperatorError } from '../operator-error.ts';
import type { StatementProgress } from './read-statement.ts';
import type { DayStatement } from './statement.ts';
import type { Making, StatementStore } from './statement-store.ts';

export interface MakerParts {
  readonly store: StatementStore;
  read(days: readonly string[], options: ReadOptions): Promise<readonly DayStatement[]>;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  onProgress(progress: StatementProgress): void;
}

export interface MakeOptions {
  readonly signal?: AbortSignal;
  onProgress?(progress: StatementProgress): void;
}

/** Much shorter than the store takes for the time after which its maker has died. */
const TELL_EVERY_MS = 1_000;

/** A statement that is being made. */
export interface StartedStatement {
  readonly done: Promise<readonly DayStatement[]>;
}

export class StatementMaker {
  readonly #parts: MakerParts;

  constructor(parts: MakerParts) {
    this.#parts = parts;
  }

  /** Throws OperatorError while another one is being made. `done` rejects with what made it fail. */
  async start(days: readonly string[], options: MakeOptions = {}): Promise<StartedStatement> {
    const token = randomUUID();
    const making: Making = { days: { first: days[0]!, last: days.at(-1)! }, startedAt: Date.now() };
    if (!(await this.#parts.store.begin(token, making))) {
      const message = 'a statement is being made: wait until it is there';
      throw new OperatorError(message, { code: 'STATEMENT_IN_PROGRESS' });
    }
    return { done: this.#make(token, making, days, options) };
  }

  async make(days: readonly string[], options: MakeOptions = {}): Promise<readonly DayStatement[]> {
    const { done } = await this.start(days, options);
    return done;
  }

  async #make(
    token: string,
    making: Making,
    days: readonly string[],
    { signal: asked, onProgress }: MakeOptions,
  ): Promise<readonly DayStatement[]> {
    const { store, read } = this.#parts;
    const stopped = new AbortController();
    const signal = asked ? AbortSignal.any([asked, stopped.signal]) : stopped.signal;
    let progress: StatementProgress | undefined;
    const telling = setInterval(async () => {
      // A Redis that does not answer for a moment is no reason to stop.
      const isOurs = await store.goOn(token, { ...making, ...(progress && { progress }) }).catch(() => true);
      if (!isOurs) stopped.abort();
    }, TELL_EVERY_MS);
    try {
      const statements = await read(days, {
        signal,
        onProgress(now) {
          progress = now;
          onProgress?.(now);
        },
      });
      await store.write(statements);
      await store.end(token);
      return statements;
    } catch (error) {
      const { message: reason, code = 'STATEMENT_FAILED' } = error as Error & { readonly code?: string };
      // What made it fail is worth more than that this could not be stored.
      await store.end(token, { at: Date.now(), code: String(code), reason }).catch(() => {});
      throw error;
    } finally {
      clearInterval(telling);
    }
  }
}
