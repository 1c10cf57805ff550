/**
 * Searches are limited to five a second for all of an account's integrations together, and a batch that is rejected
 * for it is sent again from the start; so this process waits its turn instead.
 * https://developers.hubspot.com/docs/api-reference/search/guide#rate-limits
 */
import { setTimeout as delay } from 'node:timers/promises';

const SEARCHES = 4;
/** A second, and what a search may spend longer on its way than the one before it. */
const WINDOW_MS = 1_250;

export class SearchPace {
  /** When the latest searches were, or will be, sent. */
  #slots: readonly number[] = [];

  /** Resolves at once unless there were too many searches within the last second; early when aborted. */
  async turn(signal: AbortSignal | undefined): Promise<void> {
    const now = Date.now();
    const slot = Math.max(now, (this.#slots.at(-SEARCHES) ?? 0) + WINDOW_MS);
    this.#slots = [...this.#slots, slot].slice(-SEARCHES);
    if (slot > now) await delay(slot - now, undefined, signal && { signal }).catch(() => {});
  }
}
