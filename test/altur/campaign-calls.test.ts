/** The calls of campaigns, from a simulated account and from APIs that behave in other ways. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { TimeWindow } from '../../src/altur/altur-calls.ts';
import { AlturApi } from '../../src/altur/api-client.ts';
import { EvenPace } from '../../src/altur/pace.ts';
import { type AlturOptions, startAltur } from '../simulators/altur/altur.ts';
import type { AlturSimulator } from '../simulators/altur/altur-simulator.ts';
import { type HttpRequest, jsonResponse } from '../simulators/kit/http-message.ts';
import { type ScriptedServer, startScriptedServer } from '../simulators/kit/scripted-server.ts';

const FROM = Date.UTC(2026, 10, 24, 6);
const WINDOW: TimeWindow = { from: FROM, to: FROM + 12 * 3_600_000 };
const MINUTE = 60_000;

const releases: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0)) await release();
});

async function simulated(options: AlturOptions = {}): Promise<AlturSimulator> {
  const altur = await startAltur({ rateLimit: { perSecond: 1_000_000 }, ...options });
  releases.push(() => altur.close());
  return altur;
}
/** An API of which each answer is made by the test. */
async function scripted(
  answer: (query: URLSearchParams, request: HttpRequest) => ReturnType<typeof jsonResponse>,
) {
  const server = await startScriptedServer((request) =>
    answer(new URL(request.url, 'http://localhost').searchParams, request),
  );
  releases.push(() => server.close());
  return server;
}
const apiOf = ({ url, ...altur }: ScriptedServer & Partial<AlturSimulator>, pace = new EvenPace(0)) =>
  new AlturApi({ apiKey: altur.apiKey ?? 'key', apiUrl: altur.apiUrl ?? url }, pace, 1);

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const rows: T[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}
const idsOf = async (api: AlturApi, campaignId = '4001', window = WINDOW) =>
  (await all(api.calls(campaignId, window))).map(({ id }) => id);

/** `count` calls a minute apart, of which the middle third is in the window. */
function seedCalls(altur: AlturSimulator, count: number): { inside: string[]; outside: string[] } {
  const { id } = altur.addCampaign();
  const third = Math.floor(count / 3);
  const inside: string[] = [];
  const outside: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const call = altur.addCall(id, { createdAt: FROM + (index - third) * MINUTE });
    (call.createdAt >= FROM && call.createdAt < FROM + third * MINUTE ? inside : outside).push(call.id);
  }
  return { inside, outside };
}
const thirdOf = (count: number) => ({ from: FROM, to: FROM + Math.floor(count / 3) * MINUTE });

describe('an account that behaves in every documented way', () => {
  const variants: Record<string, AlturOptions> = {
    'pages by number, newest first': {},
    'pages by number, oldest first': { callOrder: 'oldest-first' },
    'pages by cursor, has_next': { callPaging: 'cursor' },
    'pages by cursor, has_more': { callPaging: 'cursor', cursorFlag: 'has_more' },
    'dates that count as days': { dateFilter: 'day' },
    'times with an offset': { times: 'offset' },
    'an envelope called data': { envelope: { calls: 'data', campaigns: 'data' } },
    'paging at the root': { envelope: { pagination: 'root' } },
    'an end that is not included': { endDateIncluded: false },
  };
  test.each(Object.entries(variants))('%s: the calls of the window, each once', async (_, options) => {
    const altur = await simulated(options);
    const { inside } = seedCalls(altur, 750);
    expect((await idsOf(apiOf(altur), '4001', thirdOf(750))).toSorted()).toEqual(inside.toSorted());
  });

  test.each(['zoneless-utc', 'zoneless-local'] as const)(
    'times without a zone (%s): no call of the window is left out',
    async (times) => {
      const altur = await simulated({ times });
      const { inside } = seedCalls(altur, 300);
      expect(await idsOf(apiOf(altur), '4001', thirdOf(300))).toEqual(expect.arrayContaining(inside));
    },
  );

  test('what is known of a listed call', async () => {
    const altur = await simulated({ campaignIds: 'integer' });
    altur.addCampaign();
    const ended = altur.addCall('4001', { createdAt: FROM });
    altur.addCall('4001', { createdAt: FROM + MINUTE, status: 'in-progress' });
    const [open, closed] = await all(apiOf(altur).calls('4001', WINDOW));
    expect([open!.hasEnded, open!.endedAt]).toEqual([false, undefined]);
    expect(closed).toMatchObject({
      id: ended.id,
      createdAt: FROM,
      endedAt: ended.endedAt,
      hasEnded: true,
      json: { status: 'ended', contact: { f_id: ended.contact.f_id } },
    });
  });
});

test.each(['newest-first', 'oldest-first'] as const)(
  'two campaigns of a thousand calls to which calls are added at every page: none is missed, at most 60 requests, under 12 a second (%s)',
  async (callOrder) => {
    const altur = await simulated({ callOrder, rateLimit: { perSecond: 12 } });
    const ids = [altur.addCampaign(), altur.addCampaign()].map(({ id }) => id);
    const addCall = (index: number) =>
      altur.addCall(ids[index % 2], { createdAt: FROM + ((index * 7_919) % 2_000) * 10_000 });
    for (let index = 0; index < 2_000; index += 1) addCall(index);
    const expected = altur.calls().map(({ id }) => id);
    altur.settings.onPage = () => {
      for (let added = 0; added < 14; added += 1) addCall(altur.calls().length);
    };
    const api = apiOf(altur, new EvenPace());
    const campaigns = await all(api.campaigns());
    expect(campaigns.map(({ id }) => id)).toEqual(ids);
    const listed: string[] = [];
    for (const { id } of campaigns) listed.push(...(await idsOf(api, id)));
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).toEqual(expect.arrayContaining(expected));
    expect(altur.calls().length).toBeGreaterThan(2_300);
    expect(altur.requests.length).toBeLessThanOrEqual(60);
    expect([altur.peakRate() < 12, altur.rateLimited()]).toEqual([true, 0]);
  },
);

test.each(['newest first', 'oldest first'])(
  'of two campaigns from which calls are taken at every page, and to which others are added, no call that stays is missed (%s)',
  async (order) => {
    const campaigns = ['1', '2'].map((id) => ({ id, rows: rowsOf(1_000) }));
    const staying = new Set(rowsOf(1_000).flatMap(({ id }) => (id % 9 === 0 ? [] : String(id))));
    if (order === 'newest first') for (const { rows } of campaigns) rows.reverse();
    let changes = 0;
    const change = (rows: ReturnType<typeof rowsOf>) => {
      changes += 1;
      for (let removed = 0; removed < 7; removed += 1) {
        const at = rows.findIndex(({ id }, index) => id % 9 === 0 && index % 2 === changes % 2);
        if (at !== -1) rows.splice(at, 1);
      }
      const created_at = rows[0]!.created_at;
      rows.splice(0, 0, { id: 9_000 + 9 * changes, status: 'ended', created_at });
    };
    const server = await scripted((query, { url }) => {
      const { rows } = campaigns.find(({ id }) => url.startsWith(`/campaigns/${id}/`))!;
      const page = pageOf(rows, query);
      change(rows);
      return jsonResponse(200, page);
    });
    const api = apiOf(server);
    for (const { id } of campaigns) {
      const listed = new Set(await idsOf(api, id));
      const expected = [...staying].filter((each) => Number(each) <= 12 * 60);
      expect(expected.filter((each) => !listed.has(each))).toEqual([]);
    }
    expect(server.requests.length).toBeLessThanOrEqual(58);
  },
);

test('a list that ends before all rows is read in parts, by time', async () => {
  const altur = await simulated({ maxRows: 300 });
  const { inside } = seedCalls(altur, 1_800);
  expect((await idsOf(apiOf(altur), '4001', thirdOf(1_800))).toSorted()).toEqual(inside.toSorted());
});

/** Rows of a list by pageIndex and pageSize, as an API without surprises pages them. */
function pageOf(rows: readonly object[], query: URLSearchParams) {
  const size = Number(query.get('pageSize') ?? 50);
  const start = size * Number(query.get('pageIndex') ?? 0);
  return {
    calls: rows.slice(start, start + size),
    pagination: { has_next: start + size < rows.length, next_page: null },
  };
}
const rowsOf = (count: number, from = FROM, step = MINUTE) =>
  Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    status: 'ended',
    created_at: new Date(from + index * step).toISOString(),
  }));

test('ids are text, whether the API writes them as numbers or not', async () => {
  const server = await scripted((query) => jsonResponse(200, pageOf(rowsOf(3), query)));
  expect(await idsOf(apiOf(server))).toEqual(['1', '2', '3']);
});

test('dates are given with their time; as days where times are rejected; not at all where both are', async () => {
  const server = await scripted((query) => {
    const isRejected = [...query.values()].some((value) => value.includes('T'));
    return isRejected ? jsonResponse(400, { error: 400 }) : jsonResponse(200, pageOf(rowsOf(150), query));
  });
  const api = apiOf(server);
  expect(await idsOf(api)).toHaveLength(150);
  const queryOf = (index: number) =>
    Object.fromEntries(new URL(server.requests[index]!.url, server.url).searchParams);
  expect(queryOf(0)).toEqual({
    startDate: '2026-11-24T05:59:59.000Z',
    endDate: '2026-11-24T18:00:01.000Z',
    pageSize: '100',
  });
  expect(queryOf(1)).toEqual({ startDate: '2026-11-23', endDate: '2026-11-25', pageSize: '100' });
  server.clearRequests();
  // What was taken is asked for first from then on.
  await idsOf(api, '2');
  expect(queryOf(0)).toMatchObject({ startDate: '2026-11-23' });

  const without = await scripted((query) =>
    query.has('startDate') ? jsonResponse(400, {}) : jsonResponse(200, pageOf(rowsOf(1_000), query)),
  );
  expect(await idsOf(apiOf(without))).toHaveLength(12 * 60);
});

test('where even the page size is rejected, pages are as long as the API likes', async () => {
  const server = await scripted((query) =>
    query.has('pageSize') || query.has('startDate')
      ? jsonResponse(400, {})
      : jsonResponse(200, pageOf(rowsOf(220), query)),
  );
  expect(await idsOf(apiOf(server))).toHaveLength(220);
});

test.each([
  {
    order: 'newest first',
    rows: rowsOf(20_000).toReversed(),
    window: { from: FROM + 19_900 * MINUTE, to: FROM + 19_950 * MINUTE },
  },
  {
    order: 'oldest first',
    rows: rowsOf(20_000),
    window: { from: FROM + 50 * MINUTE, to: FROM + 100 * MINUTE },
  },
])(
  'an API that ignores the dates is read as far as needed, where it lists the $order',
  async ({ rows, window }) => {
    const server = await scripted((query) => jsonResponse(200, pageOf(rows, query)));
    // Not before the present: the clock of this test is that of the machine.
    const shift = FROM + 20_000 * MINUTE - Date.now() + MINUTE;
    const past = rows.map((row) => ({
      ...row,
      created_at: new Date(Date.parse(row.created_at) - shift).toISOString(),
    }));
    rows.splice(0, rows.length, ...past);
    expect(
      await idsOf(apiOf(server), '1', { from: window.from - shift, to: window.to - shift }),
    ).toHaveLength(50);
    expect(server.requests.length).toBeLessThan(25);
  },
);

test('one that gives fewer calls than it was asked for is read again, since some are removed meanwhile', async () => {
  const shift = Date.now() - FROM - 5_000 * MINUTE;
  const rows = rowsOf(5_000)
    .map((row) => ({ ...row, created_at: new Date(Date.parse(row.created_at) + shift).toISOString() }))
    .toReversed();
  const window = { from: FROM + shift + 4_900 * MINUTE, to: FROM + shift + 4_970 * MINUTE };
  const inside = rows.slice(30, 100).map(({ id }) => String(id));
  const server = await scripted((query) => {
    const size = 20;
    const start = size * Number(query.get('pageIndex') ?? 0);
    const answer = { calls: rows.slice(start, start + size), pagination: { has_next: true } };
    if (String(rows[0]!.id) !== inside[0]) rows.shift();
    return jsonResponse(200, answer);
  });
  expect(await idsOf(apiOf(server), '1', window)).toEqual(expect.arrayContaining(inside));
});

test('an API that ignores the dates is read to its end where it has no order', async () => {
  const rows = rowsOf(900).map((row, index) => ({ row, key: (index * 577) % 900 }));
  const shuffled = rows.toSorted((a, b) => a.key - b.key).map(({ row }) => row);
  const server = await scripted((query) => jsonResponse(200, pageOf(shuffled, query)));
  expect(await idsOf(apiOf(server))).toHaveLength(12 * 60);
});

test('a call without a time that can be read is kept', async () => {
  const rows = [
    { id: 'a' },
    { id: 'b', created_at: 'yesterday' },
    { id: 'c', created_at: '2020-01-01T00:00:00Z' },
  ];
  const server = await scripted(() => jsonResponse(200, { calls: rows, pagination: { has_next: false } }));
  expect(await idsOf(apiOf(server))).toEqual(['a', 'b']);
});

test('a list that is a bare array is read until a page brings nothing new', async () => {
  const server = await scripted((query) => jsonResponse(200, pageOf(rowsOf(230), query).calls));
  expect(await idsOf(apiOf(server))).toHaveLength(230);
});

test.each([
  {
    what: 'a cursor that is always the same',
    answer: { calls: rowsOf(50), pagination: { has_more: true, next_cursor: 'x' } },
  },
  { what: 'a next page without end', answer: { calls: rowsOf(100), pagination: { has_next: true } } },
  { what: 'a form of its own', answer: { rows: [] } },
])('$what ends with an error', async ({ answer }) => {
  const server = await scripted(() => jsonResponse(200, answer));
  await expect(idsOf(apiOf(server))).rejects.toMatchObject({
    code: 'ALTUR_LIST_UNREADABLE',
    concernsAll: false,
  });
  expect(server.requests.length).toBeLessThan(30);
});

test.each([
  { status: 404, code: 'ALTUR_CAMPAIGN_UNKNOWN', concernsAll: false },
  { status: 400, code: 'ALTUR_LIST_UNREADABLE', concernsAll: false },
  { status: 401, code: 'ALTUR_UNAUTHORIZED', concernsAll: true },
])('$status for the calls of a campaign is $code', async ({ status, code, concernsAll }) => {
  const server = await scripted(() => jsonResponse(status, { message: 'Sofía' }));
  const failure = await idsOf(apiOf(server)).catch((error: Error) => error);
  expect(failure).toMatchObject({ code, concernsAll });
  expect(String(failure)).not.toContain('Sofía');
});

test('a campaign whose list is rejected changes nothing for the others', async () => {
  const server = await scripted((query, { url }) =>
    url.startsWith('/campaigns/1/') ? jsonResponse(400, {}) : jsonResponse(200, pageOf(rowsOf(3), query)),
  );
  const api = apiOf(server);
  await idsOf(api, '1').catch(() => undefined);
  server.clearRequests();
  await idsOf(api, '2');
  expect(server.requests.map(({ url }) => url)).toEqual([expect.stringContaining('T05%3A59')]);
});

test.each(['next_cursor', 'nextCursor'])(
  'a cursor is given back by the name that the API takes (%s)',
  async (name) => {
    const altur = await simulated({ callPaging: 'cursor', cursorParameter: name });
    const { inside } = seedCalls(altur, 900);
    const api = apiOf(altur);
    expect((await idsOf(api, '4001', thirdOf(900))).toSorted()).toEqual(inside.toSorted());
    for (let index = 1; index < 120; index += 1) altur.addCampaign();
    expect(await all(api.campaigns())).toHaveLength(120);
  },
);

test('a window of the future has no calls, and is not asked for', async () => {
  const altur = await simulated();
  seedCalls(altur, 3);
  expect(
    await idsOf(apiOf(altur), '4001', { from: Date.now() + MINUTE, to: Date.now() + 2 * MINUTE }),
  ).toEqual([]);
  expect(altur.requests).toEqual([]);
});

test('listing ends at once when it is aborted', async () => {
  const altur = await simulated();
  seedCalls(altur, 900);
  const abort = new AbortController();
  const reason = new Error('shutting down');
  const listing = async () => {
    for await (const _ of apiOf(altur).calls('4001', WINDOW, abort.signal)) abort.abort(reason);
  };
  await expect(listing()).rejects.toBe(reason);
  expect(altur.requests).toHaveLength(1);
});
