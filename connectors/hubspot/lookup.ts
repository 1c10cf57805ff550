/** Looks people up among the contacts: by key (exact, at once) and by phone (search, seconds behind). */
import type { Person, Phone } from '../connector.ts';
import type { Candidate } from '../people.ts';
import type { Api } from './api.ts';
import { MAX_INPUTS } from './batch.ts';
import { KEY_PROPERTIES } from './keys.ts';
import type { ApiRequest, Transport } from './transport.ts';

export interface Lookup {
  readonly transport: Transport;
  readonly api: Api;
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
const ALWAYS_READ = [KEY, 'createdate', ...WRITTEN_PHONES];

/** A search's body may have this many characters, its page this many hits. */
const MAX_SEARCH_LENGTH = 3_000;
const MAX_PAGE = 200;

/** One read for a hundred people; one search for the hundred that it did not find. */
export async function findContacts(
  lookup: Lookup,
  people: readonly Person[],
  signal?: AbortSignal,
): Promise<readonly Candidate[]> {
  const byKey = await readBy(lookup, KEY, keysOf(people), signal);
  const candidates = [...byKey];
  for (const [property, ids] of otherIdentities(people)) {
    candidates.push(...(await readBy(lookup, property, ids, signal)));
  }
  const found = new Set(candidates.map(({ key }) => key));
  const missing = people.filter(({ key }) => !found.has(key));
  candidates.push(...(await searchByPhone(lookup, missing.flatMap(phonesOf), signal)));
  return candidates;
}

/** Reads contacts by record id, for values that are about to be extended. */
export function readContacts(lookup: Lookup, ids: readonly string[], signal?: AbortSignal) {
  return readBy(lookup, undefined, ids, signal);
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
  const wanted = new Map<string | undefined, string[]>();
  for (const identity of people.flatMap(({ identities }) => identities)) {
    // A record id is a number; anything else would make HubSpot refuse the whole request.
    if (identity.by === 'record-id' && !/^\d{1,18}$/.test(identity.value)) continue;
    if (identity.by !== 'record-id' && identity.by !== 'field') continue;
    const property = identity.by === 'field' ? identity.field : undefined;
    wanted.set(property, [...(wanted.get(property) ?? []), identity.value]);
  }
  return wanted;
}

/** Unknown ids are reported as errors of the answer; what counts is who was found. */
async function readBy(
  { transport, api, properties }: Lookup,
  idProperty: string | undefined,
  values: readonly string[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const distinct = [...new Set(values)];
  const found: Candidate[] = [];
  const wanted = [...new Set([...ALWAYS_READ, ...properties, ...(idProperty ? [idProperty] : [])])];
  for (let start = 0; start < distinct.length; start += MAX_INPUTS) {
    const inputs = distinct.slice(start, start + MAX_INPUTS).map((id) => ({ id }));
    const body = { ...(idProperty && { idProperty }), inputs, properties: wanted, propertiesWithHistory: [] };
    const request: ApiRequest = { method: 'POST', path: api.batch('contacts', 'read'), body, reads: true };
    found.push(...toCandidates((await transport.send(request, signal)).body));
  }
  return found;
}

async function searchByPhone(
  lookup: Lookup,
  phones: readonly Phone[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  // Canonical forms first: a hundred of them fit one search. Legacy forms follow, as many as fit a further one.
  const forms = [
    ...new Set([
      ...phones.flatMap(({ national }) => national.slice(0, 1)),
      ...phones.flatMap(({ national }) => national.slice(1)),
    ]),
  ];
  const found: Candidate[] = [];
  let rest = forms;
  while (rest.length > 0) {
    const count = fitting(rest, lookup.properties);
    let after = '';
    do {
      const body = searchBody(rest.slice(0, count), lookup.properties, after);
      const request: ApiRequest = { method: 'POST', path: lookup.api.search('contacts'), body, reads: true };
      const { body: page } = await lookup.transport.send(request, signal);
      found.push(...toCandidates(page));
      after = (page as SearchPage | undefined)?.paging?.next?.after ?? '';
    } while (after !== '');
    rest = rest.slice(count);
  }
  return found;
}

interface SearchPage {
  readonly paging?: { readonly next?: { readonly after?: string } };
}

function searchBody(forms: readonly string[], properties: readonly string[], after: string) {
  return {
    filterGroups: SEARCHABLE_PHONES.map((propertyName) => ({
      filters: [{ propertyName, operator: 'IN', values: forms }],
    })),
    properties: [...new Set([KEY, ...WRITTEN_PHONES, ...properties])],
    limit: MAX_PAGE,
    ...(after !== '' && { after }),
  };
}

/** How many of the forms one search holds: at least one. */
function fitting(forms: readonly string[], properties: readonly string[]): number {
  const empty = JSON.stringify(searchBody([], properties, '0'.repeat(10))).length;
  let length = empty;
  for (const [index, form] of forms.entries()) {
    length += SEARCHABLE_PHONES.length * (form.length + 3);
    if (length > MAX_SEARCH_LENGTH) return Math.max(index, 1);
  }
  return forms.length;
}

interface ContactPage {
  readonly results?: readonly {
    readonly id: string;
    readonly createdAt?: string;
    readonly properties?: Readonly<Record<string, string | null>>;
  }[];
}

function toCandidates(body: unknown): Candidate[] {
  const { results = [] } = (body ?? {}) as ContactPage;
  return results.map(({ id, createdAt, properties = {} }) => ({
    id,
    key: properties[KEY] ?? undefined,
    phones: WRITTEN_PHONES.flatMap((name) => properties[name] ?? []),
    createdAt: Date.parse(properties.createdate ?? createdAt ?? '') || 0,
    values: new Map(Object.entries(properties).map(([name, value]) => [name, value ?? ''])),
  }));
}
