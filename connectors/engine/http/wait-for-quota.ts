/** Waits for a quota of seconds and sends again: for searches, and for commands, which no queue repeats. */
import { setTimeout as delay } from 'node:timers/promises';
import { CrmError } from '../../connector.ts';

/** Longer than a short quota's window, which is ten seconds; a daily quota is not waited for. */
const LONGEST_WAIT_MS = 15_000;
/** The workers use up the same quota. */
const MAX_TRIES = 5;

export interface QuotaWait {
  readonly longestMs?: number;
  readonly tries?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Runs `work` again after each short `rate_limited`; throws the last error. */
export async function waitForQuota<T>(work: () => Promise<T>, wait: QuotaWait = {}): Promise<T> {
  const { longestMs = LONGEST_WAIT_MS, tries = MAX_TRIES, signal } = wait;
  try {
    return await work();
  } catch (error) {
    const short = error instanceof CrmError && error.kind === 'rate_limited' && error.retryAfterMs;
    if (!short || short > longestMs || tries === 1) throw error;
    await delay(short, undefined, signal && { signal }).catch(() => {});
    return waitForQuota(work, { ...wait, tries: tries - 1 });
  }
}
