/** Finds out which persons of a batch are no longer in the CRM, when a rejection or a missing link suggests it. */
import type { BatchEntry } from './activity-rows.ts';
import type { CrmClient } from './crm.ts';
import { type BatchResults, isGone, partsOf } from './outcomes.ts';

/**
 * The indexes of entries whose person's record is not there: an activity was rejected as `gone`, or its link was not
 * confirmed. One request for a batch, and none when nothing suggests it.
 */
export async function missingPersons(
  client: CrmClient,
  entries: readonly BatchEntry[],
  results: BatchResults,
  signal?: AbortSignal,
): Promise<ReadonlySet<number>> {
  const suspects = entries.flatMap((entry, index) => {
    const id = entry.match?.id;
    return id !== undefined && isSuspected(entry, results) ? [{ index, id }] : [];
  });
  if (suspects.length === 0) return new Set();
  const ids = [...new Set(suspects.map(({ id }) => id))];
  const present = new Set((await client.readPeople(ids, [], signal)).map(({ id }) => id));
  return new Set(suspects.filter(({ id }) => !present.has(id)).map(({ index }) => index));
}

function isSuspected(entry: BatchEntry, results: BatchResults): boolean {
  const activities = partsOf(entry, results).filter(({ object }) => object !== 'person');
  return activities.some((part) => isGone(part) || results.unlinked.has(part.rowName));
}
