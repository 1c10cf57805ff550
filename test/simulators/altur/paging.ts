/** The two ways in which lists are read page by page. */
import { badRequest } from './api-error.ts';
import type { Settings } from './settings.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly pagination: Readonly<Record<string, unknown>>;
}

/** A row is where the list now has it: rows that are added before it shift it. */
export function pageByIndex<T>(
  items: readonly T[],
  query: URLSearchParams,
  { size, maxRows }: { size: number; maxRows: number },
): Page<T> {
  const index = wholeNumber(query, 'pageIndex', 0);
  if ((index + 1) * size > maxRows && index > 0) {
    throw badRequest(`pageIndex goes beyond ${maxRows} rows`);
  }
  const end = (index + 1) * size;
  const hasNext = end < items.length;
  return {
    items: items.slice(index * size, end),
    pagination: {
      page_index: index,
      page_size: size,
      has_next: hasNext,
      has_previous: index > 0,
      next_page: hasNext ? index + 1 : null,
      previous_page: index > 0 ? index - 1 : null,
    },
  };
}

/** A cursor names the last row of its page: rows that are added do not shift what follows. */
export function pageByCursor<T>(
  items: readonly T[],
  query: URLSearchParams,
  { size, settings, keyOf }: { size: number; settings: Settings; keyOf: (item: T) => string },
): Page<T> {
  const start = startAfter(items, query.get(settings.cursorParameter), keyOf);
  const page = items.slice(start, start + size);
  const hasNext = start + size < items.length;
  return {
    items: page,
    pagination: {
      next_cursor: hasNext ? cursorOf(keyOf(page.at(-1)!)) : null,
      [settings.cursorFlag]: hasNext,
    },
  };
}

export function wholeNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw badRequest(`${name} must be a whole number`);
  return Number(text);
}

/** 1 to 100. */
export function pageSizeOf(query: URLSearchParams, otherwise: number): number {
  const size = wholeNumber(query, 'pageSize', otherwise);
  if (size < 1 || size > 100) throw badRequest('pageSize must be 1 to 100');
  return size;
}

function startAfter<T>(items: readonly T[], cursor: string | null, keyOf: (item: T) => string): number {
  if (cursor === null) return 0;
  const index = items.findIndex((item) => cursorOf(keyOf(item)) === cursor);
  if (index < 0) throw badRequest('the cursor is not one of this list');
  return index + 1;
}

function cursorOf(key: string): string {
  return Buffer.from(`after ${key}`).toString('base64url');
}
