/** Makes statements and keeps them, one at a time among all processes; says how far it is. */
import { OperatorError } from '../operator-error.ts';
import type { RedisLease } from '../queue/redis-lease.ts';
import type { StatementProgress } from './read-statement.ts';
import type { DayStatement } from './statement.ts';
import { failureWrite, type Making, type StatementStore, statementWrites } from './statement-store.ts';

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
    const making: Making = { days: { first: days[0]!, last: days.at(-1)! }, startedAt: Date.now() };
    const lease = await this.#parts.store.begin(making);
    if (!lease) {
      const message = 'a statement is being made: wait until it is there';
      throw new OperatorError(message, { code: 'STATEMENT_IN_PROGRESS' });
    }
    return { done: this.#make(lease, making, days, options) };
  }

  async make(days: readonly string[], options: MakeOptions = {}): Promise<readonly DayStatement[]> {
    const { done } = await this.start(days, options);
    return done;
  }

  async #make(
    lease: RedisLease,
    making: Making,
    days: readonly string[],
    { signal: asked, onProgress }: MakeOptions,
  ): Promise<readonly DayStatement[]> {
    try {
      const statements = await this.#parts.read(days, {
        signal: asked ? AbortSignal.any([asked, lease.lost]) : lease.lost,
        onProgress(progress) {
          lease.tell({ ...making, progress });
          onProgress?.(progress);
        },
      });
      await lease.write([...statementWrites(statements), failureWrite(undefined)]);
      return statements;
    } catch (error) {
      const { message: reason, code = 'STATEMENT_FAILED' } = error as Error & { readonly code?: string };
      // What made it fail is worth more than that this could not be stored.
      await lease.write([failureWrite({ at: Date.now(), code: String(code), reason })]).catch(() => {});
      throw error;
    } finally {
      await lease.release();
    }
  }
}
