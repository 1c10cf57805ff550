/** Looks people up, all of a batch in one API request: by key, by id, by a field of the customer's, by phone. */
import type { Identity, Person } from '../connector.ts';
import type { Candidate } from '../engine/persons/match.ts';
import { PERSON_KEY } from './keys.ts';
import { conditionsOf, type Found, MAX_SOQL, runQueries } from './query.ts';
import { isRecordId, toId18 } from './record-id.ts';
import type { Describe } from './schema.ts';
import { isIn } from './soql.ts';
import type { Transport } from './transport.ts';

export interface Lookup {
  readonly transport: Transport;
  /** Contact or Lead. */
  readonly object: string;
  readonly describes: ReadonlyMap<string, Describe>;
  /** Further fields whose values are wanted. */
  readonly fields: readonly string[];
}

/** Leads have the first two. */
export const PHONES = ['Phone', 'MobilePhone', 'HomePhone', 'OtherPhone'];

export async function findPeople(
  lookup: Lookup,
  people: readonly Person[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const identities = people.flatMap((person) => person.identities);
  const conditions = [
    ...conditionsOf(
      PERSON_KEY,
      identities.flatMap((each) => (each.by === 'key' ? each.value : [])),
    ),
    ...conditionsOf(
      'Id',
      identities.flatMap((each) => (each.by === 'record-id' && isRecordId(each.value) ? each.value : [])),
    ),
    ...ownFields(lookup, identities),
    ...byPhone(lookup, identities),
  ];
  return query(lookup, conditions, signal);
}

/** Reads records by id, for values that are about to be extended. */
export function readPeople(
  lookup: Lookup,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  return query(lookup, conditionsOf('Id', ids), signal);
}

function ownFields({ describes }: Lookup, identities: readonly Identity[]): string[] {
  const wanted = Map.groupBy(
    identities.filter((each) => each.by === 'field'),
    ({ field }) => field,
  );
  return [...wanted].flatMap(([field, each]) =>
    describes.has(field)
      ? conditionsOf(
          field,
          each.map(({ value }) => value),
        )
      : [],
  );
}

/** Text is compared exactly, so every way a number is written is asked for, in every field that holds numbers. */
function byPhone({ describes }: Lookup, identities: readonly Identity[]): string[] {
  const fields = PHONES.filter((name) => describes.has(name));
  const written = identities.flatMap((each) => (each.by === 'phone' ? each.phone.textForms : []));
  const share = Math.floor(MAX_SOQL / Math.max(fields.length, 1));
  const conditions: string[] = [];
  let some: string[] = [];
  let length = 0;
  const flush = () => {
    if (some.length > 0) conditions.push(fields.map((field) => isIn(field, some)).join(' OR '));
    [some, length] = [[], 0];
  };
  for (const form of new Set(written)) {
    if (length + form.length + 3 > share) flush();
    some.push(form);
    length += form.length + 3;
  }
  flush();
  return fields.length > 0 ? conditions : [];
}

async function query(
  lookup: Lookup,
  conditions: readonly string[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const { transport, object, describes, fields } = lookup;
  const names = new Set(
    ['Id', PERSON_KEY, 'CreatedDate', ...PHONES, ...fields].filter((name) => describes.has(name)),
  );
  const select = `SELECT ${[...names].join(', ')} FROM ${object} WHERE`;
  const found = await runQueries(
    transport,
    conditions.map((condition) => `${select} ${condition}`),
    signal,
  );
  return found.map(toCandidate);
}

function toCandidate(row: Found): Candidate {
  const text = (name: string) => (row[name] == null ? '' : String(row[name]));
  return {
    id: toId18(row.Id),
    key: text(PERSON_KEY) || undefined,
    phones: PHONES.map(text).filter((phone) => phone !== ''),
    createdAt: Date.parse(text('CreatedDate')) || 0,
    values: new Map(Object.keys(row).map((name) => [name, text(name)])),
  };
}
