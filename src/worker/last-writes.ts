/**
 * Which call last wrote which field of a person, so that an older call does not overwrite it. The same person has
 * several keys when not every call tells the customer's own id (inbound ones seldom do), so what was written is noted
 * under the CRM's record as well.
 */
import type { CallRecord, PersonCache } from '../../connectors/connector.ts';
import { recordsOf } from '../../connectors/engine/persons/cache.ts';
import type { Applied, Ledger } from '../queue/ledger.ts';

/** Field → when the call ended that wrote it, in ms since the epoch. */
export type Times = ReadonlyMap<string, number>;

/** What other calls have written to the people of these records, by person key. */
export async function readApplied(
  { ledger, personCache }: { readonly ledger: Ledger; readonly personCache: PersonCache },
  records: readonly CallRecord[],
): Promise<Applied> {
  const people = new Map(records.flatMap(({ person }) => (person ? [[person.key, person] as const] : [])));
  const ids = await recordsOf([...people.values()], personCache);
  const names = [...people.keys(), ...[...ids.values()].map(recordName)];
  const applied = await ledger.readApplied([...new Set(names)]);
  const of = (key: string) => {
    const id = ids.get(key);
    return latest(applied.get(key), id === undefined ? undefined : applied.get(recordName(id)));
  };
  return new Map([...people.keys()].map((key) => [key, of(key)]));
}

/** Adds what was written to a person, under the key and under the CRM's record. */
export function noteApplied(
  applied: Map<string, Times>,
  key: string,
  recordId: string | undefined,
  times: Times = new Map(),
): void {
  applied.set(key, times);
  if (recordId === undefined) return;
  const name = recordName(recordId);
  applied.set(name, latest(applied.get(name), times));
}

/** No person key: those have no blank at their beginning. */
const recordName = (id: string) => ` record ${id}`;

function latest(some: Times = new Map(), others: Times = new Map()): Times {
  const times = new Map(some);
  for (const [field, at] of others) times.set(field, Math.max(at, times.get(field) ?? at));
  return times;
}
