/** Looks people up, all of a batch in one API request: by key, by id, by a field of the customer's, by phone. */
import type { CrmFields, Identity, Person } from '../connector.ts';
import type { Candidate } from '../engine/persons/match.ts';
import type { CompositeApi } from './composite.ts';
import { PERSON_KEY } from './keys.ts';
import { type FoundRecord, runQueries } from './query.ts';
import { toId18 } from './record-id.ts';
import { anyOf, conditionsOf } from './soql.ts';

/** Where people are looked for. */
export interface PersonTable {
  readonly api: CompositeApi;
  /** Contact or Lead. */
  readonly object: string;
  readonly schema: CrmFields;
}

/** Leads have the first two. */
export const PHONES = ['Phone', 'MobilePhone', 'HomePhone', 'OtherPhone'];

/** `fields`: further ones whose values are wanted. */
export async function findPeople(
  table: PersonTable,
  people: readonly Person[],
  fields: readonly string[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const identities = people.flatMap((person) => person.identities);
  const valuesOf = (by: 'key' | 'record-id') =>
    identities.flatMap((each) => (each.by === by ? each.value : []));
  const conditions = [
    ...conditionsOf(PERSON_KEY, valuesOf('key')),
    ...conditionsOf('Id', valuesOf('record-id')),
    ...byField(table, identities),
    ...byPhone(table, identities),
  ];
  return query(table, conditions, fields, signal);
}

/** Reads records by id. */
export function readPeople(
  table: PersonTable,
  ids: readonly string[],
  fields: readonly string[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  return query(table, conditionsOf('Id', ids), fields, signal);
}

function byField({ schema }: PersonTable, identities: readonly Identity[]): string[] {
  const wanted = Map.groupBy(
    identities.filter((each) => each.by === 'field'),
    ({ field }) => field,
  );
  return [...wanted].flatMap(([field, each]) => {
    const values = each.map(({ value }) => value);
    return schema.has(field) ? conditionsOf(field, values) : [];
  });
}

/** Text is compared exactly, so every way a number is written is asked for, in every field that holds numbers. */
function byPhone({ schema }: PersonTable, identities: readonly Identity[]): string[] {
  const fields = PHONES.filter((name) => schema.has(name));
  const forms = identities.flatMap((each) => (each.by === 'phone' ? each.phone.textForms : []));
  return anyOf(fields, forms);
}

async function query(
  { api, object, schema }: PersonTable,
  conditions: readonly string[],
  fields: readonly string[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const wanted = ['Id', PERSON_KEY, 'CreatedDate', ...PHONES, ...fields];
  const names = new Set(wanted.filter((name) => schema.has(name)));
  const select = `SELECT ${[...names].join(', ')} FROM ${object} WHERE`;
  const queries = conditions.map((condition) => `${select} ${condition}`);
  return (await runQueries(api, queries, signal)).map(toCandidate);
}

function toCandidate(record: FoundRecord): Candidate {
  const text = (name: string) => (record[name] == null ? '' : String(record[name]));
  return {
    id: toId18(record.Id),
    key: text(PERSON_KEY) || undefined,
    phones: PHONES.map(text).filter((phone) => phone !== ''),
    createdAt: Date.parse(text('CreatedDate')) || 0,
    values: new Map(Object.keys(record).map((name) => [name, text(name)])),
  };
}
