/** The calls of a batch that are to be written again at once, since one of their records is gone or merged. */
import type { CallRecord, Person } from '../connector.ts';
import type { BatchEntry } from './activity-rows.ts';
import type { SyncParts } from './batch-pass.ts';
import { findSuspects, isPassedOver, type Whereabouts } from './gone-records.ts';
import { type BatchResults, isGone, partsOf, recordIds } from './outcomes.ts';
import { deleteWrong, namesOf, type WrongEntries } from './persons/cache.ts';
import type { Candidate } from './persons/match.ts';

export interface Repeated {
  /** By index, as they are to be written now. */
  readonly records: ReadonlyMap<number, CallRecord>;
  /** The records that persons turned out to be, by person key. */
  readonly successors: ReadonlyMap<string, Candidate>;
}

export async function recordsToRepeat(
  { client, cache, policy }: SyncParts,
  entries: readonly BatchEntry[],
  results: BatchResults,
  signal: AbortSignal | undefined,
): Promise<Repeated> {
  const suspects = await findSuspects({ client, policy }, entries, results, signal);
  const records = new Map<number, CallRecord>();
  const successors = new Map<string, Candidate>();
  const wrong: WrongEntries[] = [];
  for (const [index, entry] of entries.entries()) {
    const whereabouts = suspects.get(index);
    const parts = partsOf(entry, results);
    const personFailed = parts.some(
      (part) => part.object === 'person' && (isGone(part) || isPassedOver(part)),
    );
    if (personFailed || isElsewhere(whereabouts)) {
      if (isElsewhere(whereabouts)) wrong.push({ names: namesOf(entry.match!), id: whereabouts.id });
      if (whereabouts?.record)
        for (const { key } of entry.match!.people) successors.set(key, whereabouts.record);
      records.set(index, lookedUpAgain(entry, results, whereabouts));
    } else if (parts.some(isGone) && (entry.record.existing || entry.record.keepCall)) {
      // An activity that is gone is created again. A search may still show a call that is.
      const { existing: _, keepCall, ...record } = entry.record;
      const callIsGone = parts.some((part) => part.object === 'call' && isGone(part));
      records.set(index, { ...record, ...(keepCall && !callIsGone && { keepCall }) });
    }
  }
  await deleteWrong(wrong, cache);
  return { records, successors };
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
