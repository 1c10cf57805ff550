/** After a batch: caches where its persons are, notes when their fields were written, deletes what proved wrong. */
import type { LastWrites, MatchPolicy, PersonCache } from '../../connector.ts';
import type { RejectionKind } from '../rows/rejection.ts';
import { type RowResults, rejectionOf } from '../rows/row.ts';
import { cachePeople, deleteWrong, goneEntries, namesOf, type WrongEntries } from './cache.ts';
import { noteWrites } from './last-writes.ts';
import type { PersonMatch } from './match.ts';
import { personRowName } from './person-rows.ts';

export interface NotedMatches {
  readonly matches: readonly PersonMatch[];
  /** The record that a match turned out to be, by the name of its row. */
  readonly moved: ReadonlyMap<string, PersonMatch>;
  readonly results: RowResults;
  /** Ids of persons' records by row name. */
  readonly personIds: ReadonlyMap<string, string>;
  /** The ids of records that the pass before this one found gone, by person key. */
  readonly goneIds: ReadonlyMap<string, string>;
}

export async function noteMatches(
  { matches, moved, results, personIds, goneIds }: NotedMatches,
  stores: { readonly cache: PersonCache; readonly lastWrites: LastWrites; readonly policy: MatchPolicy },
): Promise<void> {
  const written: { match: PersonMatch; id: string }[] = [];
  const wrong: WrongEntries[] = [];
  for (const match of matches) {
    const name = personRowName(match);
    const id = personIds.get(name);
    const rejection = rejectionOf(results, name);
    if (id !== undefined && !rejection) written.push({ match: moved.get(name) ?? match, id });
    else if (isWrong(match, rejection?.kind)) wrong.push({ names: namesOf(match), id: match.id });
    // Otherwise their next calls would find the record gone again.
    if (isSettledWithoutCache(match)) wrong.push(...goneEntries(match, goneIds));
  }
  await cachePeople(written, stores);
  await noteWrites(written, stores.lastWrites);
  await deleteWrong(wrong, stores.cache);
}

/**
 * Of a record that is another person's the cache knows nothing true; a rejected creation left nothing behind. A record
 * that is gone may have been merged: what the cache says of it stays until its people are written elsewhere.
 */
function isWrong({ action }: PersonMatch, kind: RejectionKind | undefined): boolean {
  if (kind === 'conflict') return true;
  if (action !== 'create') return false;
  return kind === 'gone' || kind === 'permanent' || kind === 'field' || kind === 'duplicate';
}

/** Is nothing cached of what the people turned out to be, and was it not the former record that led there? */
function isSettledWithoutCache({ action, cacheIsCurrent, found }: PersonMatch): boolean {
  return (
    action === 'none' || (cacheIsCurrent === true && found !== undefined && found.identity.by !== 'record-id')
  );
}
