/** Looks people up among the contacts: by key and other unique properties, then by phone. */
import type { Person, Phone } from '../connector.ts';
import type { Candidate } from '../engine/persons/match.ts';
import { KEY_PROPERTIES } from './keys.ts';
import { type FoundRecord, type HubSpot, readRecords, searchRecords } from './records.ts';

export interface Lookup extends HubSpot {
  /** Further properties whose values are wanted. */
  readonly properties: readonly string[];
}

const KEY = KEY_PROPERTIES.person.name;

/**
 * HubSpot standardises numbers into these as area code and local number, without the country's:
 * https://developers.hubspot.com/docs/api-reference/search/guide#search-through-phone-numbers
 */
const SEARCHABLE_PHONES = ['hs_searchable_calculated_phone_number', 'hs_searchable_calculated_mobile_number'];
/** Where a contact's numbers are read from, to see whether a hit is in the same country. */
const WRITTEN_PHONES = ['phone', 'mobilephone', 'hs_calculated_phone_number', 'hs_calculated_mobile_number'];

/** One read for a hundred people; for the hundred that it did not find, at most two searches under all forms of their numbers. */
export async function findContacts(
  lookup: Lookup,
  people: readonly Person[],
  signal?: AbortSignal,
): Promise<readonly Candidate[]> {
  const keys = keysOf(people);
  const found = (await readContacts(lookup, KEY, keys, signal)).map(spelledLike(keys));
  for (const [property, values] of otherIdentities(people)) {
    found.push(...(await readContacts(lookup, property, values, signal)));
  }
  const present = new Set(found.map(({ key }) => key));
  const missing = people.filter(({ key }) => !present.has(key));
  found.push(...(await searchByPhone(lookup, missing.flatMap(phonesOf), signal)));
  return found;
}

/** Unique values may come back in lower case: whoever was found by a key carries that key. */
function spelledLike(keys: readonly string[]): (candidate: Candidate) => Candidate {
  const asked = new Set(keys);
  const folded = new Map(keys.map((key) => [key.toLowerCase(), key]));
  return (candidate) => {
    const { key } = candidate;
    if (key === undefined || asked.has(key)) return candidate;
    return { ...candidate, key: folded.get(key.toLowerCase()) ?? key };
  };
}

/** Without `idProperty` the values are record ids. */
export async function readContacts(
  lookup: Lookup,
  idProperty: string | undefined,
  values: readonly string[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const properties = [...wanted(lookup), 'createdate'];
  if (idProperty !== undefined && !properties.includes(idProperty)) properties.push(idProperty);
  const read = { ...(idProperty !== undefined && { idProperty }), values, properties };
  return (await readRecords(lookup, 'contacts', read, signal)).map(toCandidate);
}

async function searchByPhone(
  lookup: Lookup,
  phones: readonly Phone[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const canonical = phones.flatMap(({ national }) => national.slice(0, 1));
  const legacy = phones.flatMap(({ national }) => national.slice(1));
  const values = [...new Set([...canonical, ...legacy])];
  // A search asks for ids only: every property named takes the room of a number, and what it tells is seconds old.
  // A contact adopted a moment ago must not look as if it were nobody's.
  const hits = await searchRecords(
    lookup,
    'contacts',
    { by: SEARCHABLE_PHONES, values, properties: [] },
    signal,
  );
  const ids = hits.map(({ id }) => id);
  return readContacts(lookup, undefined, ids, signal);
}

function wanted({ properties }: Lookup): string[] {
  return [...new Set([KEY, ...WRITTEN_PHONES, ...properties])];
}

function keysOf(people: readonly Person[]): string[] {
  return people.flatMap(({ identities }) =>
    identities.flatMap((each) => (each.by === 'key' ? each.value : [])),
  );
}

function phonesOf({ identities }: Person): Phone[] {
  return identities.flatMap((identity) => (identity.by === 'phone' ? identity.phone : []));
}

/** Record ids under `undefined`, the customer's own unique properties under their names. */
function otherIdentities(people: readonly Person[]): Map<string | undefined, string[]> {
  const values = new Map<string | undefined, string[]>();
  for (const identity of people.flatMap(({ identities }) => identities)) {
    // A record id is a number; anything else would make HubSpot refuse the whole request.
    if (identity.by === 'record-id' && !/^\d{1,18}$/.test(identity.value)) continue;
    if (identity.by !== 'record-id' && identity.by !== 'field') continue;
    const property = identity.by === 'field' ? identity.field : undefined;
    values.set(property, [...(values.get(property) ?? []), identity.value]);
  }
  return values;
}

function toCandidate({ id, createdAt, properties = {} }: FoundRecord): Candidate {
  return {
    id,
    key: properties[KEY] ?? undefined,
    phones: WRITTEN_PHONES.flatMap((name) => properties[name] ?? []),
    createdAt: Date.parse(properties.createdate ?? createdAt ?? '') || 0,
    values: new Map(Object.entries(properties).map(([name, value]) => [name, value ?? ''])),
  };
}
