/** Reads contacts as candidates, with the properties that show who they are. */
import type { CrmFields } from '../connector.ts';
import type { Candidate } from '../engine/persons/match.ts';
import { KEY_PROPERTIES } from './keys.ts';
import { type FoundRecord, type HubSpot, type Read, readRecord, readRecords } from './records.ts';

const KEY = KEY_PROPERTIES.person.name;
/** Where a contact's numbers are read from, to see whether a hit is in the same country. */
const WRITTEN_PHONES = ['phone', 'mobilephone', 'hs_calculated_phone_number', 'hs_calculated_mobile_number'];
/**
 * The ids of the contacts that were merged into it, separated by `;`:
 * https://developers.hubspot.com/changelog/updated-merge-functionality-for-contacts-and-companies
 */
const MERGED_IDS = 'hs_merged_object_ids';
/** Each more takes room in every search. */
const MAX_FURTHER_PHONES = 10;

export type ContactRead = Read;

/** The portal's own properties for phone numbers, besides those that HubSpot standardises for its search. */
export function furtherPhones(contacts: CrmFields): readonly string[] {
  const names = [...contacts.values()]
    .filter(({ holdsPhone, sensitivity }) => holdsPhone && !sensitivity)
    .map(({ name }) => name);
  return names.filter((name) => !WRITTEN_PHONES.includes(name)).slice(0, MAX_FURTHER_PHONES);
}

/** Those that are there; of ids that were merged into another contact, that one. */
export async function readContacts(
  hubspot: HubSpot,
  read: ContactRead,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const { idProperty, values } = read;
  const properties = wanted(hubspot, [...read.properties, ...(idProperty ? [idProperty] : [])]);
  const found = await readRecords(hubspot, 'contacts', { ...read, properties }, signal);
  const candidates = found.map((record) => toCandidate(hubspot, record));
  return idProperty === undefined ? withFormerIds(candidates, values) : candidates;
}

/** The contact that this id leads to, if any. */
export async function readContact(
  hubspot: HubSpot,
  id: string,
  properties: readonly string[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const found = await readRecord(
    hubspot,
    'contacts',
    { id, properties: wanted(hubspot, properties) },
    signal,
  );
  return found ? withFormerIds([toCandidate(hubspot, found)], [id]) : [];
}

/** A contact under an id that was not asked for is the one that an unanswered id was merged into. */
function withFormerIds(candidates: readonly Candidate[], asked: readonly string[]): Candidate[] {
  const answered = new Set(candidates.flatMap(({ id, formerIds = [] }) => [id, ...formerIds]));
  const silent = [...new Set(asked)].filter((id) => !answered.has(id));
  const foreign = candidates.filter(
    ({ id, formerIds = [] }) => !asked.includes(id) && !formerIds.some((each) => asked.includes(each)),
  );
  if (foreign.length !== 1) return [...candidates];
  return candidates.map((each) =>
    each === foreign[0] ? { ...each, formerIds: [...(each.formerIds ?? []), ...silent] } : each,
  );
}

function wanted({ schema }: HubSpot, properties: readonly string[]): string[] {
  return [
    ...new Set([
      KEY,
      ...WRITTEN_PHONES,
      ...furtherPhones(schema.person),
      MERGED_IDS,
      'createdate',
      ...properties,
    ]),
  ];
}

function toCandidate({ schema }: HubSpot, { id, createdAt, properties = {} }: FoundRecord): Candidate {
  const phones = [...WRITTEN_PHONES, ...furtherPhones(schema.person)];
  const formerIds = (properties[MERGED_IDS] ?? '').split(';').map((each) => each.trim());
  return {
    id: String(id),
    formerIds: formerIds.filter((each) => each !== '' && each !== String(id)),
    key: properties[KEY] ?? undefined,
    phones: phones.flatMap((name) => properties[name] ?? []),
    createdAt: Date.parse(properties.createdate ?? createdAt ?? '') || 0,
    values: new Map(Object.entries(properties).map(([name, value]) => [name, value ?? ''])),
  };
}
