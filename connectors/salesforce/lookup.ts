/** Looks people up, all of a batch in one API request: by key, by id, by a field of the customer's, by phone. */
import type { Identity, Person } from '../connector.ts';
import type { Candidate } from '../people.ts';
import { PERSON_KEY } from './keys.ts';
import type { Describe } from './schema.ts';
import { isIn, isRecordId, queryPath } from './soql.ts';
import type { Transport } from './transport.ts';

export interface Lookup {
  readonly transport: Transport;
  /** Contact or Lead. */
  readonly object: string;
  readonly describes: ReadonlyMap<string, Describe>;
  /** Further fields whose values are wanted. */
  readonly fields: readonly string[];
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite_post.htm */
const MAX_QUERIES = 5;
/** https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta: SOQL has 100,000 characters at most. */
const MAX_SOQL = 90_000;
const PHONES = ['Phone', 'MobilePhone', 'HomePhone', 'OtherPhone'];

export async function findPeople(
  lookup: Lookup,
  people: readonly Person[],
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const identities = people.flatMap((person) => person.identities);
  const conditions = [
    ...split(
      PERSON_KEY,
      identities.flatMap((each) => (each.by === 'key' ? each.value : [])),
    ),
    ...split(
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
  return query(lookup, split('Id', ids), signal);
}

/** `field IN (…)`, as many values as a query takes. */
function split(field: string, values: readonly string[]): string[] {
  const conditions: string[] = [];
  let some: string[] = [];
  let length = 0;
  for (const value of new Set(values)) {
    if (length + value.length + 3 > MAX_SOQL) {
      conditions.push(isIn(field, some));
      [some, length] = [[], 0];
    }
    some.push(value);
    length += value.length + 3;
  }
  if (some.length > 0) conditions.push(isIn(field, some));
  return conditions;
}

function ownFields({ describes }: Lookup, identities: readonly Identity[]): string[] {
  const wanted = Map.groupBy(
    identities.filter((each) => each.by === 'field'),
    ({ field }) => field,
  );
  return [...wanted].flatMap(([field, each]) =>
    describes.has(field)
      ? split(
          field,
          each.map(({ value }) => value),
        )
      : [],
  );
}

/** Text is compared exactly, so every way a number is written is asked for, in every field that holds numbers. */
function byPhone({ describes }: Lookup, identities: readonly Identity[]): string[] {
  const fields = PHONES.filter((name) => describes.has(name));
  const written = identities.flatMap((each) => (each.by === 'phone' ? each.phone.written : []));
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
  const found: Candidate[] = [];
  for (let start = 0; start < conditions.length; start += MAX_QUERIES) {
    const some = conditions.slice(start, start + MAX_QUERIES);
    const answers = await transport.composite(
      some.map((condition, index) => ({
        referenceId: `q${index}`,
        method: 'GET',
        path: queryPath(`${select} ${condition}`),
      })),
      signal,
    );
    for (const { status, body } of answers?.values() ?? []) {
      if (status === 200) found.push(...((body as { records?: Row[] }).records ?? []).map(toCandidate));
    }
  }
  return found;
}

type Row = Readonly<Record<string, unknown>> & { readonly Id: string };

function toCandidate(row: Row): Candidate {
  const text = (name: string) => (row[name] == null ? '' : String(row[name]));
  return {
    id: row.Id,
    key: text(PERSON_KEY) || undefined,
    phones: PHONES.map(text).filter((phone) => phone !== ''),
    createdAt: Date.parse(text('CreatedDate')) || 0,
    values: new Map(Object.keys(row).map((name) => [name, text(name)])),
  };
}
