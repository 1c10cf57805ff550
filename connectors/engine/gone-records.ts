/** Finds out what became of persons whose records may be gone, when a rejection, a missing result or a failed link suggests it. */
import type { MatchPolicy } from '../connector.ts';
import type { BatchEntry } from './activity-rows.ts';
import type { CrmClient } from './crm.ts';
import { type BatchResults, isGone, type OutcomePart, partsOf } from './outcomes.ts';
import type { Candidate } from './persons/match.ts';
import { personRowName } from './persons/person-rows.ts';

/** The state of a record that may be gone. */
export interface Whereabouts {
  /** The id under which it was known. */
  readonly id: string;
  /** The record it is now: itself, or the one it was merged into; absent when it is gone. */
  readonly record?: Candidate | undefined;
}

/** By the index of their entries. One request for a batch, and none when nothing suggests that a record is gone. */
export async function findSuspects(
  { client, policy }: { readonly client: CrmClient; readonly policy: MatchPolicy },
  entries: readonly BatchEntry[],
  results: BatchResults,
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, Whereabouts>> {
  const suspects = entries.flatMap((entry, index) => {
    // Of a person who has just been created, too: the record may be gone by the batch's next request.
    const id = entry.match && (entry.match.id ?? results.personIds.get(personRowName(entry.match)));
    return id !== undefined && isSuspected(entry, results) ? [{ index, id }] : [];
  });
  if (suspects.length === 0) return new Map();
  const ids = [...new Set(suspects.map(({ id }) => id))];
  const fields = [...policy.ifEmpty, ...(policy.matchFields ?? [])];
  const found = await client.readPeople(ids, fields, signal);
  return new Map(
    suspects.map(({ index, id }) => {
      const record =
        found.find((each) => each.id === id) ?? found.find(({ formerIds = [] }) => formerIds.includes(id));
      return [index, { id, record }];
    }),
  );
}

/** Was the person's record passed over, although the request succeeded? */
export function isPassedOver({ object, result }: OutcomePart): boolean {
  return object === 'person' && result.status === 'rejected' && result.rejection.kind === 'unreported';
}

function isSuspected(entry: BatchEntry, results: BatchResults): boolean {
  const { unconfirmed, rejected } = results.links;
  return partsOf(entry, results).some(
    (part) =>
      isGone(part) || isPassedOver(part) || unconfirmed.has(part.rowName) || rejected.has(part.rowName),
  );
}
