/** The calls of a batch that are to be written again at once, since one of their records is gone or merged. */
import type { CallRecord, Person } from '../connector.ts';
import type { BatchEntry } from './activity-rows.ts';
import type { SyncParts } from './batch-pass.ts';
import { findSuspects, isPassedOver, type Whereabouts } from './gone-records.ts';
import { type BatchResults, isGone, partsOf, recordIds } from './outcomes.ts';
import type { FoundOut } from './persons/found-out.ts';
import type { Candidate } from './persons/match.ts';

export interface Repeated {
  /** By index, as they are to be written now. */
  readonly records: ReadonlyMap<number, CallRecord>;
  readonly found: FoundOut;
}

/**
 * The cache keeps the former ids until the next pass has written the persons elsewhere: should that fail, they are the
 * only way from a person to the record that theirs was merged into.
 */
export async function recordsToRepeat(
  { client, policy }: SyncParts,
  entries: readonly BatchEntry[],
  results: BatchResults,
  signal: AbortSignal | undefined,
): Promise<Repeated> {
  const suspects = await findSuspects({ client, policy }, entries, results, signal);
  const records = new Map<number, CallRecord>();
  const successors = new Map<string, Candidate>();
  const goneIds = new Map<string, string>();
  for (const [index, entry] of entries.entries()) {
    const whereabouts = suspects.get(index);
    const parts = partsOf(entry, results);
    const personFailed = parts.some(
      (part) => part.object === 'person' && (isGone(part) || isPassedOver(part)),
    );
    if (personFailed || isElsewhere(whereabouts)) {
      for (const { key } of entry.match!.people) {
        if (whereabouts?.record) successors.set(key, whereabouts.record);
        else if (whereabouts) goneIds.set(key, whereabouts.id);
      }
      records.set(index, lookedUpAgain(entry, results, whereabouts));
    } else if (parts.some(isGone) && (entry.record.existing || entry.record.keepCall)) {
      // An activity that is gone is created again. A search may still show a call that is.
      const { existing: _, keepCall, ...record } = entry.record;
      const callIsGone = parts.some((part) => part.object === 'call' && isGone(part));
      records.set(index, { ...record, ...(keepCall && !callIsGone && { keepCall }) });
    }
  }
  return { records, found: { successors, goneIds } };
}

/** Is the record no longer under its known id? */
function isElsewhere(whereabouts: Whereabouts | undefined): whereabouts is Whereabouts {
  return whereabouts !== undefined && whereabouts.record?.id !== whereabouts.id;
}

/** Records that were written are updated; a record that another one was merged into is known by the former id. */
function lookedUpAgain(
  { record, match }: BatchEntry,
  results: BatchResults,
  whereabouts: Whereabouts | undefined,
): CallRecord {
  const { person, existing, ...rest } = record;
  const written = { ...existing, ...recordIds({ record, match }, results) };
  return { ...rest, ...(person && { person: withFormerId(person, whereabouts) }), existing: written };
}

function withFormerId(person: Person, whereabouts: Whereabouts | undefined): Person {
  if (!whereabouts || whereabouts.record) return person;
  const former = { by: 'record-id', value: whereabouts.id, former: true } as const;
  return { ...person, identities: [former, ...person.identities] };
}
