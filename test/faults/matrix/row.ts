/** One row of the matrix: what is disturbed, when, and what must come of it. */

import type { Random } from '../../random.ts';
import type { CrmKind } from '../../simulators/crm-process.ts';
import type { PlannedCall, PlannedPerson, Population } from './plan.ts';
import type { Sending } from './sending.ts';
import type { World } from './world.ts';

export interface Row {
  /** For `--row`. */
  readonly name: string;
  /** In the table. */
  readonly title: string;
  readonly population?: (calls: number) => Partial<Population>;
  /** Settings of the simulated CRM. */
  readonly simulator?: (crm: CrmKind) => object;
  readonly ingresses?: number;
  readonly proxied?: boolean;
  /** Deliveries of each event at the same time. */
  readonly atOnce?: number;
  /** Retries of a record that fails are not waited for: fifteen attempts take hours. */
  readonly hurriesRetries?: boolean;
  /** How many times as long as usual the queue may need: the fault itself makes calls wait. */
  readonly patience?: number;
  /** Calls that are not doomed are written within this time after the last was sent, ms, whatever becomes of the others. */
  readonly othersWithinMs?: number;
  /** Before the first delivery. */
  readonly prepare?: (run: RunningRow) => Promise<void>;
  /** Is this call of a round that closes the run sent? */
  readonly sends?: (run: RunningRow, call: PlannedCall) => boolean;
  /** While deliveries arrive. The rounds that close the run are sent after it. */
  readonly during?: (run: RunningRow) => Promise<void>;
}

export interface RunningRow {
  readonly world: World;
  readonly sending: Sending;
  readonly calls: readonly PlannedCall[];
  readonly random: Random;
  /** The "minute" that a fault lasts, ms: less in the short form. */
  readonly minuteMs: number;
  readonly mergedInto: Map<PlannedPerson, PlannedPerson>;
  readonly deleted: Set<string>;
}
