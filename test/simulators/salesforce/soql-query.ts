import { ApiError } from './api-error.ts';
import type { Field, SObject } from './field.ts';
import type { Org } from './org.ts';
import type { Row, Value } from './row.ts';
import { rowTest } from './soql-filter.ts';
import { parseSoql } from './soql-parser.ts';
import type { Order, Query } from './soql-query-tree.ts';

export interface QueryResult {
  readonly totalSize: number;
  readonly records: readonly unknown[];
}

/**
 * `deleted`: as by `queryAll`, with records in the recycle bin and archived ones.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
 */
export function runQuery(org: Org, soql: string, version: string, deleted = false): QueryResult {
  const query = parseSoql(soql);
  const object = queried(org, query);
  const columns = query.fields.map((path) => [path, reader(org, object, path)] as const);
  const rows = rowsOf(org, object, query, deleted);
  if (columns.length === 0) return { totalSize: rows.length, records: [] };
  return { totalSize: rows.length, records: rows.map((row) => projected(object, row, columns, version)) };
}

function rowsOf(org: Org, object: SObject, query: Query, deleted = false): Row[] {
  const fieldOf = (name: string) => column(org, object, name);
  const select = (inner: Query) => onlyColumn(org, inner);
  const test = query.where ? rowTest(query.where, { fieldOf, select }) : () => true;
  const table = org.table(object.name);
  const live = () => table.list().filter(({ IsArchived }) => IsArchived !== true);
  const found = (deleted ? table.listAll() : live()).filter(test);
  return sorted(found, query.order, fieldOf).slice(query.offset, end(query));
}

function onlyColumn(org: Org, query: Query): Value[] {
  if (!org.settings.semiJoins) throw new ApiError(400, 'MALFORMED_QUERY', 'unexpected token: SELECT');
  const object = queried(org, query);
  if (query.fields.length !== 1) throw new ApiError(400, 'MALFORMED_QUERY', 'a semi-join selects one field');
  const read = reader(org, object, query.fields[0]!);
  return rowsOf(org, object, query).map(read);
}

type Read = (row: Row) => Value;

function queried(org: Org, query: Query): SObject {
  const object = org.objects.find(({ name }) => name === query.object);
  if (object) return object;
  throw new ApiError(400, 'INVALID_TYPE', `sObject type '${query.object}' is not supported.`);
}

function column(org: Org, object: SObject, name: string): Field {
  const field = org.access.seen(object, name);
  if (field) return field;
  throw new ApiError(400, 'INVALID_FIELD', `No such column '${name}' on entity '${object.name}'.`);
}

/** Reads `Field`, or `Parent.Field` where the parent can be one object only. */
function reader(org: Org, object: SObject, path: string): Read {
  const [first, ...rest] = path.split('.') as [string, ...string[]];
  if (rest.length === 0) {
    const { name } = column(org, object, first);
    return (row) => row[name] ?? null;
  }
  const link = org.access.allSeen(object).find((field) => field.relationshipName === first);
  const target = link?.referenceTo.length === 1 ? link.referenceTo[0] : undefined;
  if (!link || target === undefined) {
    const message = `Didn't understand relationship '${first}' in field path.`;
    throw new ApiError(400, 'INVALID_FIELD', message);
  }
  const read = reader(org, org.object(target), rest.join('.'));
  return (row) => {
    const parent =
      typeof row[link.name] === 'string' ? org.table(target).get(row[link.name] as string) : undefined;
    return parent ? read(parent) : null;
  };
}

function projected(
  object: SObject,
  row: Row,
  columns: readonly (readonly [string, Read])[],
  version: string,
): Record<string, unknown> {
  const url = `/services/data/${version}/sobjects/${object.name}/${row.Id}`;
  const record: Record<string, unknown> = { attributes: { type: object.name, url } };
  for (const [path, read] of columns) {
    const parts = path.split('.');
    holder(record, parts.slice(0, -1))[parts.at(-1)!] = read(row);
  }
  return record;
}

/** The object that holds the last part of a path; its parents are created as needed. */
function holder(record: Record<string, unknown>, parents: readonly string[]): Record<string, unknown> {
  return parents.reduce((at, parent) => {
    at[parent] ??= {};
    return at[parent] as Record<string, unknown>;
  }, record);
}

function sorted(rows: Row[], order: readonly Order[], fieldOf: (name: string) => Field): Row[] {
  for (const { field } of order) fieldOf(field);
  return rows.toSorted((a, b) => {
    for (const key of order) {
      const sign = compare(a[key.field] ?? null, b[key.field] ?? null, key);
      if (sign !== 0) return sign;
    }
    return 0;
  });
}

function compare(a: Value, b: Value, { descending, nullsLast }: Order): number {
  if (a === b) return 0;
  if (a === null) return nullsLast ? 1 : -1;
  if (b === null) return nullsLast ? -1 : 1;
  return a < b === descending ? 1 : -1;
}

function end({ offset, limit }: Query): number | undefined {
  return limit === undefined ? undefined : offset + limit;
}
