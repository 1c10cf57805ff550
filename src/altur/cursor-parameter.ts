import type { Page } from './pages.ts';

/** The first is what such parameters are called nearly everywhere. Altur's pages show the answer only. */
const NAMES = ['cursor', 'next_cursor', 'nextCursor'];

/** By which name a cursor is given back: the one with which the API moves on. */
export class CursorParameter {
  #names: readonly string[] = NAMES;

  async read(
    cursor: string,
    readPage: (name: string) => Promise<Page | 'rejected'>,
  ): Promise<Page | 'rejected'> {
    let page: Page | 'rejected' = 'rejected';
    for (const name of this.#names) {
      page = await readPage(name);
      // A parameter that is ignored gives the page again that ends with this cursor.
      if (page === 'rejected' || page.cursor === cursor) continue;
      this.#names = [name];
      return page;
    }
    return page;
  }
}
