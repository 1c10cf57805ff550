/**
 * One page of a list, whatever form it has. Altur's pages show `campaigns` or `calls` beside `pagination`, which has either
 * `next_cursor` with `has_more` or `has_next`, or `next_page` with `has_next`; the older ones were cut off before that.
 * https://docs.altur.io/en/api-reference/campaigns/retrieve
 * https://docs.altur.io/es/api-reference/campaigns/retrieve-calls
 */
import { toCallId } from './event.ts';
import { isObject, type Json } from './json.ts';

export interface Item {
  readonly id: string;
  readonly json: Json;
}

export interface Page {
  /** Those with an id: of the others nothing can be asked. */
  readonly items: readonly Item[];
  /** With those that have none. */
  readonly length: number;
  /** Where the next page begins, in lists that are read by cursors. */
  readonly cursor?: string;
  /** Whether there is a next page; undefined where the answer does not say. */
  readonly hasNext?: boolean;
}

const ITEM_KEYS = ['data', 'results', 'calls', 'campaigns', 'items'];

/** Undefined when the answer is no list. */
export function readPage(json: unknown): Page | undefined {
  const rows = rowsOf(json);
  if (!rows) return undefined;
  const items = rows.flatMap((row) => {
    const id = isObject(row) ? toCallId(row.id) : undefined;
    return id === undefined ? [] : { id, json: row as Json };
  });
  return { items, length: rows.length, ...nextOf(paginationOf(json)) };
}

/** `{"data": {"calls": [...]}}` is a list, too. */
function rowsOf(json: unknown, depth = 1): readonly unknown[] | undefined {
  if (Array.isArray(json)) return json;
  if (!isObject(json)) return undefined;
  const values = ITEM_KEYS.map((key) => json[key]);
  const rows = values.find((value) => Array.isArray(value));
  if (rows || depth === 0) return rows as readonly unknown[] | undefined;
  return values.map((value) => rowsOf(value, depth - 1)).find((each) => each !== undefined);
}

/** What the answer says of its pages, at whatever place. */
function paginationOf(json: unknown): Json {
  if (!isObject(json)) return {};
  const { data, meta, pagination } = json;
  const inner = isObject(data) ? [data, data.pagination] : [];
  return Object.assign({}, ...[json, ...inner, meta, pagination].filter(isObject));
}

function nextOf(pagination: Json): Pick<Page, 'cursor' | 'hasNext'> {
  const flag = [pagination.has_next, pagination.has_more].find((each) => typeof each === 'boolean');
  const { next_cursor, next_page } = pagination;
  const cursor =
    typeof next_cursor === 'string' || typeof next_cursor === 'number' ? String(next_cursor) : '';
  if (cursor !== '') return flag === false ? { hasNext: false } : { cursor, hasNext: true };
  if (flag !== undefined) return { hasNext: flag };
  if (next_cursor === null || next_page === null) return { hasNext: false };
  return next_page === undefined ? {} : { hasNext: true };
}
