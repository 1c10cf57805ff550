/** After a batch: caches where its persons are, notes when their fields were written, deletes what proved wrong. */
import type { LastWrites, MatchPolicy, PersonCache } from '../../connector.ts';
import type { RejectionKind } from '../rows/rejection.ts';
import { type RowResults, rejectionOf } from '../rows/row.ts';
import { cachePeople, deleteWrong, namesOf, type WrongEntries } from './cache.ts';
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
}

export async function noteMatches(
  { matches, moved, results, personIds }: NotedMatches,
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
  }
  await cachePeople(written, stores);
  await noteWrites(written, stores.lastWrites);
  await deleteWrong(wrong, stores.cache);
}

/** Of a record that is gone or taken the cache knows nothing true; a rejected creation left nothing behind. */
function isWrong({ action }: PersonMatch, kind: RejectionKind | undefined): boolean {
  if (kind === 'gone' || kind === 'conflict') return true;
  return action === 'create' && (kind === 'permanent' || kind === 'field' || kind === 'duplicate');
}
