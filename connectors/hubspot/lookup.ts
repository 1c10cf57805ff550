/** Looks people up among the contacts: by key and other unique properties, then by phone. */
import type { Person, Phone } from '../connector.ts';
import type { Candidate } from '../engine/persons/match.ts';
import { KEY_PROPERTIES } from './keys.ts';
import { type FoundRecord, type HubSpot, type Read, readRecords, searchRecords } from './records.ts';

const KEY = KEY_PROPERTIES.person.name;

/**
 * HubSpot standardises numbers into these as area code and local number, without the country's:
 * https://developers.hubspot.com/docs/api-reference/search/guide#search-through-phone-numbers
 */
const SEARCHABLE_PHONES = ['hs_searchable_calculated_phone_number', 'hs_searchable_calculated_mobile_number'];
/** Where a contact's numbers are read from, to see whether a hit is in the same country. */
const WRITTEN_PHONES = ['phone', 'mobilephone', 'hs_calculated_phone_number', 'hs_calculated_mobile_number'];

/**
 * One read for a hundred people; for the hundred that it did not find, at most two searches under all forms of their
 * numbers. `properties`: further ones whose values are wanted.
 */
export async function findContacts(
  hubspot: HubSpot,
  people: readonly Person[],
  properties: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Candidate[]> {
  const read = (idProperty: string | undefined, values: readonly string[]) =>
    readContacts(hubspot, { idProperty, values, properties }, signal);
  const keys = keysOf(people);
  const found = (await read(KEY, keys)).map(spelledLike(keys));
  for (const [property, values] of otherIdentities(people)) found.push(...(await read(property, values)));
  const present = new Set(found.map(({ key }) => key));
  const missing = people.filter(({ key }) => !present.has(key));
  const ids = await searchByPhone(hubspot, missing.flatMap(phonesOf), signal);
  found.push(...(await read(undefined, ids)));
  return found;
}

/** Unique values may come back in lower case: a contact found by a key carries that key. */
function spelledLike(keys: readonly string[]): (candidate: Candidate) => Candidate {
  const asked = new Set(keys);
  const folded = new Map(keys.map((key) => [key.toLowerCase(), key]));
  return (candidate) => {
    const { key } = candidate;
    if (key === undefined || asked.has(key)) return candidate;
    return { ...candidate, key: folded.get(key.toLowerCase()) ?? key };
  };
}

/** Contacts as candidates, with the properties that tell who they are. */
export async function readContacts(hubspot: HubSpot, read: Read, signal?: AbortSignal): Promise<Candidate[]> {
  const { idProperty } = read;
  const wanted = [
    KEY,
    ...WRITTEN_PHONES,
    'createdate',
    ...read.properties,
    ...(idProperty ? [idProperty] : []),
  ];
  const properties = [...new Set(wanted)];
  return (await readRecords(hubspot, 'contacts', { ...read, properties }, signal)).map(toCandidate);
}

/**
 * The ids of contacts that have one of these numbers. A search asks for ids only: every property it names takes the
 * room of a number, and what it says is seconds old. A contact adopted a moment ago must not look as if it were
 * nobody's.
 */
async function searchByPhone(
  hubspot: HubSpot,
  phones: readonly Phone[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const canonical = phones.flatMap(({ national }) => national.slice(0, 1));
  const legacy = phones.flatMap(({ national }) => national.slice(1));
  const values = [...new Set([...canonical, ...legacy])];
  const query = { by: SEARCHABLE_PHONES, values, properties: [] };
  return (await searchRecords(hubspot, 'contacts', query, signal)).map(({ id }) => id);
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
