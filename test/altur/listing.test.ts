/** Lists that change while they are read: what is there all the time is never missed. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type PageRequest, readList } from '../../src/altur/listing.ts';
import type { Page } from '../../src/altur/pages.ts';

type Change = (rows: string[]) => void;

/** A list of which `changes` has what happens to it after each answer. */
class ChangingList {
  requests: PageRequest[] = [];
  readonly #rows: string[];
  readonly #changes: readonly Change[];
  readonly #form: 'has-next' | 'bare' | 'fixed-size' | 'cursor';

  constructor(
    rows: readonly string[],
    changes: readonly Change[] = [],
    form: 'has-next' | 'bare' | 'fixed-size' | 'cursor' = 'has-next',
  ) {
    this.#rows = [...rows];
    this.#changes = changes;
    this.#form = form;
  }

  readonly read = async (request: PageRequest): Promise<Page> => {
    this.requests.push(request);
    const size = this.#form === 'fixed-size' ? 50 : request.pageSize;
    const start = Number(request.cursor ?? size * (request.pageIndex ?? 0));
    const items = this.#rows.slice(start, start + size).map((id) => ({ id, json: { id } }));
    const end = start + items.length;
    const hasNext = end < this.#rows.length;
    this.#changes[this.requests.length - 1]?.(this.#rows);
    return {
      items,
      length: items.length,
      ...(this.#form !== 'bare' && { hasNext }),
      ...(this.#form === 'cursor' && hasNext && { cursor: String(end) }),
    };
  };
}

async function read(list: ChangingList): Promise<string[]> {
  const ids: string[] = [];
  for await (const items of readList(list.read)) ids.push(...items.map(({ id }) => id));
  return ids;
}

const rows = (count: number, prefix = 'call') =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const insert =
  (at: number, ...ids: readonly string[]): Change =>
  (list) =>
    void list.splice(at, 0, ...ids);
const remove =
  (at: number, count = 1): Change =>
  (list) =>
    void list.splice(at, count);
const missedBy = (given: readonly string[], all: readonly string[]) => {
  const set = new Set(given);
  return all.filter((id) => !set.has(id));
};

describe.each(['has-next', 'bare', 'fixed-size', 'cursor'] as const)(
  'a list that stays as it is (%s)',
  (form) => {
    test.each([0, 1, 49, 50, 51, 99, 100, 101, 195, 200, 1_000])(
      'of %s rows is given once',
      async (count) => {
        const list = new ChangingList(rows(count), [], form);
        expect((await read(list)).toSorted()).toEqual(rows(count).toSorted());
      },
    );
  },
);

test('overlapping pages of a thousand rows cost thirteen requests', async () => {
  const list = new ChangingList(rows(1_000));
  await read(list);
  expect(list.requests).toHaveLength(13);
});

test('a row that moves from the next page to the last one is not missed', async () => {
  // 50 rows of the first page go: what was the beginning of the second page is on the first one now.
  const list = new ChangingList(rows(300), [remove(0, 50)]);
  const given = await read(list);
  expect(missedBy(given, rows(300).slice(50))).toEqual([]);
  // The removed rows had been given before.
  expect(given).toHaveLength(300);
});

test('rows that are added to the front while pages are read double nothing, and are given as well', async () => {
  const changes = Array.from({ length: 8 }, (_, index) => insert(0, ...rows(7, `new-${index}`)));
  const given = await read(new ChangingList(rows(500), changes));
  expect(new Set(given).size).toBe(given.length);
  expect(missedBy(given, rows(500))).toEqual([]);
  expect(given.length).toBeGreaterThan(500);
});

test('a row that jumps to the front is not missed', async () => {
  const jump: Change = (list) => void list.unshift(...list.splice(250, 1));
  expect(missedBy(await read(new ChangingList(rows(300), [jump])), rows(300))).toEqual([]);
});

test('a list of which nothing is left ends', async () => {
  const list = new ChangingList(rows(500), [() => undefined, remove(0, 500)]);
  expect((await read(list)).length).toBeLessThan(500);
});

test('with rows added and removed at every page, at most 60 requests list two campaigns of a thousand calls', async () => {
  let requests = 0;
  for (const atFront of [true, false]) {
    const removed = new Set<string>();
    const drift: Change = (list) => {
      for (const id of list.splice(atFront ? 0 : list.length - 9, 9)) removed.add(id);
      list.splice(atFront ? 0 : list.length, 0, ...rows(4, `new-${removed.size}`));
    };
    const list = new ChangingList(
      rows(1_000),
      Array.from({ length: 60 }, () => drift),
    );
    const given = await read(list);
    const missed = missedBy(given, rows(1_000));
    expect(missed.filter((id) => !removed.has(id))).toEqual([]);
    requests += list.requests.length;
  }
  // One is left for the campaigns.
  expect(requests).toBeLessThanOrEqual(59);
});

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  count: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 250 })),
  kind: fc.constantFrom('insert', 'remove', 'none'),
});

test.each(['has-next', 'bare'] as const)(
  'whatever is added and removed between pages, no row that stays is missed (%s)',
  async (form) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 90, max: 1_200 }),
        fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 40 }),
        async (count, schedule) => {
          const all = rows(count);
          const removed = new Set<string>();
          const changes = schedule.map(
            (some, nth): Change =>
              (list) => {
                for (const [index, { at, count: size, kind }] of some.entries()) {
                  const place = Math.floor(at * (list.length + 1));
                  if (kind === 'insert') list.splice(place, 0, ...rows(size, `new-${nth}-${index}`));
                  if (kind === 'remove') for (const id of list.splice(place, size)) removed.add(id);
                }
              },
          );
          const given = await read(new ChangingList(all, changes, form));
          expect(new Set(given).size).toBe(given.length);
          expect(
            missedBy(
              given,
              all.filter((id) => !removed.has(id)),
            ),
          ).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  },
);
