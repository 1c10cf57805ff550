/**
 * Reads a list to its end although it changes meanwhile: every item that is there all the time is given, once.
 *
 * Pages are numbered, so an item that is added before the place reached so far makes the next page begin with items that
 * are known; that does no harm. One that is removed makes the next page begin too late, and an item is missed that nobody
 * touched. So pages overlap: Altur takes any page size up to 100, and with sizes that differ the next page can begin some
 * items before the end of the last one. Invariant: `contiguous` has every item, of those that are there all the time,
 * that stands before the last item in it. A page extends it only when it has one of them, or begins at the beginning;
 * otherwise items were removed, and a page further to the front is read. This asks nothing of the order but that
 * the items keep it; one that jumps to the front is found when the front is read again after the end.
 *
 * Where sizes are not taken, and where the list is read by cursors, there is no proof: such a list is read again until
 * that brings nothing new.
 */
import { listUnreadable } from './api-error.ts';
import type { Item, Page } from './pages.ts';

export interface PageRequest {
  readonly pageSize: number;
  /** Undefined in a list that is read by cursors. */
  readonly pageIndex?: number;
  readonly cursor?: string;
}

/** `rejected`: 400 for another page than the first. */
export type ReadPage = (request: PageRequest) => Promise<Page | 'rejected'>;

/** The API gives no further page: the list is to be asked for in parts. */
export class ListTooLong extends Error {
  override readonly name = 'ListTooLong';
}

export const MAX_PAGE_SIZE = 100;
/** https://docs.altur.io/es/api-reference/campaigns/retrieve-contacts */
export const MAX_PAGE_INDEX = 25_000;
/** So many items may be removed between two pages without one more request. */
const OVERLAP = 5;
/** The first reading, and those that look for what it missed. */
const MAX_PASSES = 3;
/** After so many pages in a row without anything new, an API that always has a next one repeats itself. */
const MAX_IDLE_PAGES = 10;

/** Items of each page that no page before it had; empty pages are not given. */
export async function* readList(read: ReadPage): AsyncGenerator<readonly Item[]> {
  const listing = new Listing(read);
  for await (const items of listing.read()) if (items.length > 0) yield items;
}

/** Whether a list with this first page is read by pages that overlap. */
export function overlaps(first: Page): boolean {
  return first.cursor === undefined && first.length === MAX_PAGE_SIZE;
}

class Listing {
  readonly #readPage: ReadPage;
  readonly #known = new Set<string>();

  constructor(readPage: ReadPage) {
    this.#readPage = readPage;
  }

  async *read(): AsyncGenerator<readonly Item[]> {
    const first = await this.#page({ pageSize: MAX_PAGE_SIZE, pageIndex: 0 });
    yield this.#unknown(first);
    if (first.hasNext === false) return;
    if (overlaps(first)) yield* this.#overlapping(first);
    else yield* this.#repeated(first);
  }

  async *#overlapping(first: Page): AsyncGenerator<readonly Item[]> {
    const contiguous = new Set(first.items.map(({ id }) => id));
    let end = MAX_PAGE_SIZE;
    let overlap = OVERLAP;
    let idle = 0;
    let takesSizes = false;
    for (let returns = 0; ; ) {
      const request = pageBefore(end, overlap);
      const page = takesSizes ? await this.#page(request) : await this.#readPage(request);
      if (page === 'rejected' || returns > MAX_PASSES || !hasSize(page, request)) {
        yield* this.#repeated(undefined);
        return;
      }
      takesSizes ||= request.pageIndex > 0;
      const unknown = this.#unknown(page);
      yield unknown;
      if (request.pageIndex > 0 && !page.items.some(({ id }) => contiguous.has(id))) {
        overlap *= 5;
        continue;
      }
      if (request.pageIndex === 0) returns += 1;
      for (const { id } of page.items) contiguous.add(id);
      if (page.hasNext === false || (page.hasNext === undefined && page.length < request.pageSize)) break;
      idle = unknown.length > 0 ? 0 : idle + 1;
      if (idle > MAX_IDLE_PAGES) throw repeatsItself();
      end = request.pageSize * (request.pageIndex + 1);
      overlap = OVERLAP;
    }
    yield* this.#front();
  }

  /** Again, until a page brings nothing new. */
  async *#front(): AsyncGenerator<readonly Item[]> {
    for (let pageIndex = 0; pageIndex < MAX_IDLE_PAGES; pageIndex += 1) {
      const page = await this.#readPage({ pageSize: MAX_PAGE_SIZE, pageIndex });
      if (page === 'rejected') return;
      const unknown = this.#unknown(page);
      yield unknown;
      if (unknown.length === 0 || page.hasNext === false) return;
    }
  }

  /** `first`: where the first page has just been read. */
  async *#repeated(first: Page | undefined): AsyncGenerator<readonly Item[]> {
    for (let pass = 1; pass <= MAX_PASSES; pass += 1) {
      const before = this.#known.size;
      let pages = 0;
      for await (const page of this.#pass(pass === 1 ? first : undefined)) {
        if (page.length > 0) pages += 1;
        yield this.#unknown(page);
      }
      // What fits on one page was read at one moment.
      if (pages <= 1 || (pass > 1 && this.#known.size === before)) return;
    }
  }

  async *#pass(first: Page | undefined): AsyncGenerator<Page> {
    const inPass = new Set<string>();
    const cursors = new Set<string>();
    let page = first ?? (await this.#page({ pageSize: MAX_PAGE_SIZE, pageIndex: 0 }));
    let idle = 0;
    for (let pageIndex = 1; ; pageIndex += 1) {
      const before = inPass.size;
      for (const { id } of page.items) inPass.add(id);
      yield page;
      idle = inPass.size > before ? 0 : idle + 1;
      if (page.hasNext === false || (page.hasNext === undefined && idle > 0)) return;
      if (idle > MAX_IDLE_PAGES || (page.cursor !== undefined && cursors.has(page.cursor))) {
        throw repeatsItself();
      }
      if (page.cursor !== undefined) cursors.add(page.cursor);
      page = await this.#page(
        page.cursor === undefined
          ? { pageSize: MAX_PAGE_SIZE, pageIndex }
          : { pageSize: MAX_PAGE_SIZE, cursor: page.cursor },
      );
    }
  }

  async #page(request: PageRequest): Promise<Page> {
    const page = (request.pageIndex ?? 0) > MAX_PAGE_INDEX ? 'rejected' : await this.#readPage(request);
    if (page === 'rejected') throw new ListTooLong('the API gives no further page of this list');
    return page;
  }

  #unknown({ items }: Page): readonly Item[] {
    return items.filter(({ id }) => !this.#known.has(id) && this.#known.add(id));
  }
}

function repeatsItself() {
  return listUnreadable('it has always a next page, with nothing new on it');
}

/** The page that begins at least `overlap` items before `end`, and of those the one that reaches furthest. */
function pageBefore(end: number, overlap: number): { pageSize: number; pageIndex: number } {
  const latestStart = Math.max(0, end - overlap);
  let best = { pageSize: MAX_PAGE_SIZE, pageIndex: 0 };
  for (let pageSize = MAX_PAGE_SIZE; pageSize > 0; pageSize -= 1) {
    const pageIndex = Math.floor(latestStart / pageSize);
    if (pageSize * (pageIndex + 1) > best.pageSize * (best.pageIndex + 1)) best = { pageSize, pageIndex };
  }
  return best;
}

function hasSize(page: Page, { pageSize }: PageRequest): boolean {
  return page.cursor === undefined && page.length <= pageSize && !(page.hasNext && page.length < pageSize);
}
