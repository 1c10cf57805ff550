/** Looks people up among the contacts: by key and other unique properties, then by phone. */
import type { MatchPolicy, Person } from '../connector.ts';
import type { Candidate } from '../engine/persons/match.ts';
import { type ContactRead, readContact, readContacts } from './contacts.ts';
import { KEY_PROPERTIES } from './keys.ts';
import { searchByPhone } from './phone-search.ts';
import type { HubSpot } from './records.ts';

const KEY = KEY_PROPERTIES.person.name;
/** Each takes a request of its own. */
const MAX_FORMER_IDS = 5;

/**
 * One read for a hundred people; for the hundred that it did not find, a few searches under all forms of their
 * numbers. `properties`: further ones whose values are wanted.
 */
export async function findContacts(
  hubspot: HubSpot,
  people: readonly Person[],
  { properties, onMany }: { readonly properties: readonly string[]; readonly onMany: MatchPolicy['onMany'] },
  signal?: AbortSignal,
): Promise<readonly Candidate[]> {
  const read = (given: Omit<ContactRead, 'properties'>) =>
    readContacts(hubspot, { ...given, properties }, signal);
  const found = await read({ idProperty: KEY, values: keysOf(people) });
  const spelled = found.map((candidate) => hubspot.spelling.markKeyOfAnother(candidate, people));
  const candidates = [...spelled];
  for (const [idProperty, values] of otherIdentities(people))
    candidates.push(...(await read({ idProperty, values })));
  const present = new Set(candidates.map(({ key }) => key?.toLowerCase()));
  const missing = people.filter(({ key }) => !present.has(key.toLowerCase()));
  // A batch did not lead from the former id to another record; the endpoint of one record may.
  for (const id of missing.flatMap(formerIds).slice(0, MAX_FORMER_IDS))
    candidates.push(...(await readContact(hubspot, id, properties, signal)));
  const merged = new Set(candidates.flatMap(({ formerIds: ids = [] }) => ids));
  const sought = missing.filter((person) => !formerIds(person).some((id) => merged.has(id)));
  const ids = await searchByPhone(hubspot, sought.flatMap(phonesOf), onMany, signal);
  candidates.push(...(await read({ values: ids })));
  return candidates;
}

function keysOf(people: readonly Person[]): string[] {
  return people.flatMap(({ identities }) =>
    identities.flatMap((each) => (each.by === 'key' ? each.value : [])),
  );
}

function phonesOf({ identities }: Person) {
  return identities.flatMap((identity) => (identity.by === 'phone' ? identity.phone : []));
}

function formerIds({ identities }: Person): string[] {
  return identities.flatMap((each) => (each.by === 'record-id' && each.former ? each.value : []));
}

/** Record ids under `undefined`, the customer's own unique properties under their names. */
function otherIdentities(people: readonly Person[]): Map<string | undefined, string[]> {
  const values = new Map<string | undefined, string[]>();
  for (const identity of people.flatMap(({ identities }) => identities)) {
    if (identity.by !== 'record-id' && identity.by !== 'field') continue;
    // A batch was asked for these already.
    if (identity.by === 'record-id' && identity.former) continue;
    const property = identity.by === 'field' ? identity.field : undefined;
    values.set(property, [...(values.get(property) ?? []), identity.value]);
  }
  return values;
}
