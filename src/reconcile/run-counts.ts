/** What a run has counted so far. */
import type { ReconcileRun } from './reconcile-run.ts';

export class RunCounts {
  listed = 0;
  unfinished = 0;
  known = 0;
  inCrm = 0;
  missing = 0;
  enqueued = 0;
  readonly unusable = new Map<string, number>();

  snapshot(): Omit<
    ReconcileRun,
    'kind' | 'window' | 'startedAt' | 'updatedAt' | 'isDryRun' | 'campaigns' | 'unreadCampaigns'
  > {
    const { listed, unfinished, known, inCrm, missing, enqueued, unusable } = this;
    return { listed, unfinished, known, inCrm, missing, enqueued, unusable: Object.fromEntries(unusable) };
  }
}
