/** What a run has found, as `reconcile` and `backfill` print it. */
import type { ReconcileRun } from '../reconcile/reconcile-run.ts';
import type { UnreadCampaign } from '../reconcile/unread-campaigns.ts';
import { counted, timeText } from './texts.ts';

/** Whether nothing that is missing is left. */
export function isComplete({ stoppedBy, unusable, unreadCampaigns = [] }: ReconcileRun): boolean {
  return stoppedBy === undefined && Object.keys(unusable).length === 0 && unreadCampaigns.length === 0;
}

export function unreadCampaignText({ id, code, reason }: UnreadCampaign): string {
  return `campaign ${id} could not be read, so its calls are not counted: ${reason} [${code}]`;
}

/** `again`: the command line that goes on with it. */
export function summaryText(run: ReconcileRun, again: string, workers: number): string {
  const { window, campaigns, listed, known, inCrm, missing, enqueued, unfinished, unusable, stoppedBy } = run;
  const { unreadCampaigns = [] } = run;
  const lines = [
    `${counted(listed, 'call')} of ${counted(campaigns.of, 'campaign')}, created from ${timeText(window.from)} to ${timeText(window.to)}`,
    `  ${known} known: written, skipped by the mapping, in the queue, or discarded`,
  ];
  if (inCrm > 0)
    lines.push(`  ${inCrm} known to the CRM alone${run.isDryRun ? '' : ': noted in the ledger'}`);
  if (unfinished > 0) lines.push(`  ${unfinished} not ended yet: their webhooks are to come`);
  lines.push(`  ${missing} missing${missingText(run)}`);
  for (const [code, count] of Object.entries(unusable)) {
    lines.push(`  ${count} of them could not be read from Altur [${code}]`);
  }
  lines.push(...unreadCampaigns.map(unreadCampaignText));
  if (enqueued > 0) {
    const when = workers > 0 ? 'written behind the live calls' : 'no worker runs: written once one does';
    lines.push(`${counted(enqueued, 'call')} queued, marked as reconciled: ${when}`);
  }
  if (stoppedBy) {
    const why =
      stoppedBy.code === 'STOPPED' ? 'stopped' : `ended early: ${stoppedBy.reason} [${stoppedBy.code}]`;
    lines.push(run.isDryRun ? why : `${why}\n\`${again}\` goes on where it ended`);
  }
  return `${lines.join('\n')}\n`;
}

function missingText({ isDryRun, missing, enqueued }: ReconcileRun): string {
  if (missing === 0) return '';
  return isDryRun ? ': would be read from Altur and written' : `: ${enqueued} read from Altur and queued`;
}
