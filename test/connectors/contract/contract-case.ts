/** One thing that every connector owes the core. */
import type { Harness } from './harness.ts';
import type { Stage } from './stage.ts';

export interface ContractCase {
  /** A sentence; unique. */
  readonly name: string;
  /** Why the case is not about this CRM; undefined when it is. */
  doesNotApply?(harness: Harness): string | undefined;
  /** Rejects with what is wrong. */
  run(stage: Stage): Promise<void>;
}
