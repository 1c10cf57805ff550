/** Looks people up, all of a batch in one API request: by key, by id, by a field of the customer's, by phone. */
import type { Identity, Person } from '../connector.ts';
import type { Candidate } from '../engine/persons/match.ts';
import { PERSON_KEY } from './keys.ts';
import { findSuccessors, findSuccessorsByKey } from './merged-records.ts';
import {
  objectOf,
  type PersonObject,
  type PersonTable,
  phonesOf,
  searchablePhones,
} from './person-objects.ts';
import { type FoundRecord, MAX_QUERIES, runQueries } from './query.ts';
import { isIdOf, toId18 } from './record-id.ts';
import { anyOf, conditionsOf, joinedByOr, literalFor, MAX_LENGTH, usableValues } from './soql.ts';

/** Conditions for the numbers of these identities, in so many queries at most. */
export type ByPhone = (
  object: PersonObject,
  identities: readonly Identity[],
  queries: number,
) => readonly string[];

/** `fields`: further ones whose values are wanted. `byPhone`: by default the exact forms of numbers. */
export async function findPeople(
  table: PersonTable,
  people: readonly Person[],
  fields: readonly string[],
  signal?: AbortSignal,
  byPhone: ByPhone = byExactForms,
): Promise<Candidate[]> {
  const identities = people.flatMap((person) => person.identities);
  const queriesEach = Math.floor(MAX_QUERIES / table.objects.length);
  const queries = table.objects.flatMap((object) => {
    const exact = joinedByOr(byIdentity(object, identities));
    const phones = byPhone(object, identities, Math.max(1, queriesEach - exact.length));
    return selects(object, [...exact, ...phones], fields);
  });
  const found = await candidatesOf(table, await runQueries(table.api, queries, signal), fields, signal);
  const ids = identities.flatMap((each) => (each.by === 'record-id' ? each.value : []));
  return [...found, ...(await readSuccessors(table, missingIds(ids, found), fields, signal))];
}

/** Reads records by id; of those that were merged into another one, that one. */
export async function readPeople(
  table: PersonTable,
  ids: readonly string[],
  fields: readonly string[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const found = await readById(table, ids, fields, signal);
  return [...found, ...(await readSuccessors(table, missingIds(ids, found), fields, signal))];
}

/** By key: what the records with these keys are now that were merged into others. */
export async function findMerged(
  table: PersonTable,
  keys: readonly string[],
  fields: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Candidate>> {
  const ids = await findSuccessorsByKey(table, keys, signal);
  const found = await readById(table, [...new Set(ids.values())], fields, signal);
  const byId = new Map(found.map((record) => [record.id, record]));
  return new Map([...ids].flatMap(([key, id]) => (byId.has(id) ? [[key, byId.get(id)!] as const] : [])));
}

/** The candidates of found records; of converted leads the contacts they became, where people may be contacts. */
export async function candidatesOf(
  table: PersonTable,
  records: readonly FoundRecord[],
  fields: readonly string[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const candidates = records.map((record) => toCandidate(table, record));
  const contactOf = new Map(
    records.flatMap(({ Id, ConvertedContactId: contact }) => {
      const isUsed = typeof contact === 'string' && table.objects.some(({ name }) => isIdOf(name, contact));
      return isUsed ? [[toId18(Id), toId18(contact)] as const] : [];
    }),
  );
  if (contactOf.size === 0) return candidates;
  const found = new Map(candidates.map((each) => [each.id, each]));
  const unread = missingIds([...contactOf.values()], candidates);
  for (const each of await readById(table, unread, fields, signal)) found.set(each.id, each);
  for (const [leadId, contactId] of contactOf) {
    const [lead, contact] = [found.get(leadId)!, found.get(contactId)];
    found.delete(leadId);
    if (contact) found.set(contactId, asConverted(contact, lead));
  }
  return [...found.values()];
}

/** Found by whatever the lead was found by. */
function asConverted(contact: Candidate, lead: Candidate): Candidate {
  return {
    ...contact,
    key: contact.key ?? lead.key,
    phones: [...contact.phones, ...lead.phones],
    formerIds: [...(contact.formerIds ?? []), lead.id],
  };
}

/** Queries for those fields that the object has. */
export function selects(
  { name, describes }: PersonObject,
  conditions: readonly string[],
  fields: readonly string[],
): string[] {
  const converted = name === 'Lead' ? ['ConvertedContactId'] : [];
  const wanted = ['Id', PERSON_KEY, 'CreatedDate', ...phonesOf(name), ...converted, ...fields];
  const names = new Set(wanted.filter((field) => describes.has(field)));
  return conditions.map((condition) => `SELECT ${[...names].join(', ')} FROM ${name} WHERE ${condition}`);
}

function byIdentity(object: PersonObject, identities: readonly Identity[]): string[] {
  const keys = identities.flatMap((each) => (each.by === 'key' ? each.value : []));
  const ids = identities.flatMap((each) => (each.by === 'record-id' ? each.value : []));
  const wanted = Map.groupBy(
    identities.filter((each) => each.by === 'field'),
    ({ field }) => field,
  );
  return [
    ...conditionsOf(PERSON_KEY, keys),
    ...conditionsOf(
      'Id',
      ids.filter((id) => isIdOf(object.name, id)),
    ),
    ...[...wanted].flatMap(([field, each]) => {
      const type = object.describes.get(field)?.type;
      if (type === undefined) return [];
      const values = usableValues(
        type,
        each.map(({ value }) => value),
      );
      return conditionsOf(field, values, literalFor(type));
    }),
  ];
}

/**
 * Text is compared exactly, so the ways a number is written are asked for, in every field that holds numbers: as many
 * as the queries take, the most common first. The others are found by patterns.
 */
function byExactForms(object: PersonObject, identities: readonly Identity[], queries: number): string[] {
  const fields = searchablePhones(object);
  const phones = identities.flatMap((each) => (each.by === 'phone' ? [each.phone.textForms] : []));
  const room = (0.9 * queries * MAX_LENGTH) / Math.max(1, fields.length);
  let count = Math.max(0, ...phones.map(({ length }) => length));
  const formsOf = () => [...new Set(phones.flatMap((forms) => forms.slice(0, count)))];
  let forms = formsOf();
  while (count > 1 && forms.reduce((sum, form) => sum + form.length + 3, 0) > room) {
    count -= 1;
    forms = formsOf();
  }
  return anyOf(fields, forms);
}

async function readById(
  { api, objects }: PersonTable,
  ids: readonly string[],
  fields: readonly string[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const queries = objects.flatMap((object) => {
    const own = ids.filter((id) => isIdOf(object.name, id));
    return selects(object, conditionsOf('Id', own), fields);
  });
  return (await runQueries(api, queries, signal)).map((record) => toCandidate({ api, objects }, record));
}

async function readSuccessors(
  table: PersonTable,
  ids: readonly string[],
  fields: readonly string[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const successors = await findSuccessors(table, ids, signal);
  const found = await readById(table, [...new Set(successors.values())], fields, signal);
  return found.map((record) => {
    const formerIds = [...successors].flatMap(([former, id]) => (id === record.id ? [former] : []));
    return { ...record, formerIds };
  });
}

function missingIds(ids: readonly string[], found: readonly Candidate[]): string[] {
  const known = new Set(found.flatMap(({ id, formerIds = [] }) => [id, ...formerIds]));
  return [...new Set(ids)].filter((id) => !known.has(id));
}

function toCandidate({ objects }: PersonTable, record: FoundRecord): Candidate {
  const text = (name: string) => (record[name] == null ? '' : String(record[name]));
  const id = toId18(record.Id);
  const object = objectOf(objects, id);
  return {
    id,
    rank: objects.indexOf(object),
    key: text(PERSON_KEY) || undefined,
    phones: phonesOf(object.name)
      .map(text)
      .filter((phone) => phone !== ''),
    createdAt: Date.parse(text('CreatedDate')) || 0,
    values: new Map(Object.keys(record).map((name) => [name, text(name)])),
  };
}
