/** Campaigns and their calls, page by page. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { changeSettings, type SettingsInput } from './altur/settings.ts';
import { accountEachTest } from './altur/simulated-account.ts';

const account = accountEachTest({ rateLimit: { perSecond: 1_000 } });
const set = (settings: SettingsInput) => changeSettings(account.sim.settings, settings);
const ids = (items: readonly { id: unknown }[]) => items.map(({ id }) => id);

const FIRST = Date.UTC(2026, 10, 20, 18);
const LAST = Date.UTC(2026, 10, 20, 19);
let campaign: string;
/** Oldest first. */
let calls: string[];
const seed = (count: number) => {
  const seeded = account.sim.seed({ campaigns: [{ calls: count, from: FIRST, to: LAST }] });
  campaign = seeded.campaigns[0]!.id;
  calls = ids(seeded.calls) as string[];
};
const page = async (query = '') => (await account.get(`/campaigns/${campaign}/calls?${query}`)).body;

describe('campaigns', () => {
  beforeEach(() => {
    account.sim.seed({ campaigns: [{}, { status: 'finished' }, { integration: 'whatsapp' }] });
  });

  test('have an integer id, a name and a status', async () => {
    const { status, body } = await account.get('/campaigns');
    expect([status, body.pagination]).toEqual([200, { next_cursor: null, has_next: false }]);
    expect(body.campaigns[0]).toMatchObject({ id: 4001, name: expect.any(String), status: 'active' });
    expect(ids(body.campaigns)).toEqual([4001, 4002, 4003]);
  });

  test.each([
    ['status=finished', [4002]],
    ['integration=phone_call', [4001, 4002]],
    ['startDate=2026-01-02&endDate=2026-01-02', [4002]],
  ])('are filtered by %s', async (query, expected) => {
    expect(ids((await account.get(`/campaigns?${query}`)).body.campaigns)).toEqual(expected);
  });

  test.each(['has_more', 'has_next'] as const)('are read by cursor, with %s', async (cursorFlag) => {
    set({ cursorFlag, campaignPageSize: 2 });
    const first = (await account.get('/campaigns')).body;
    expect(first.pagination).toEqual({ next_cursor: expect.any(String), [cursorFlag]: true });
    // One that is added does not shift the second page.
    account.sim.addCampaign();
    const next = (await account.get(`/campaigns?cursor=${first.pagination.next_cursor}`)).body;
    expect(ids(next.campaigns)).toEqual([4003, 4004]);
    expect(next.pagination).toEqual({ next_cursor: null, [cursorFlag]: false });
  });

  test('begin again for a client that does not send the cursor by its name', async () => {
    set({ cursorParameter: 'after', campaignPageSize: 2 });
    const { pagination } = (await account.get('/campaigns')).body;
    const query = (name: string) => account.get(`/campaigns?${name}=${pagination.next_cursor}`);
    expect(ids((await query('cursor')).body.campaigns)).toEqual([4001, 4002]);
    expect(ids((await query('after')).body.campaigns)).toEqual([4003]);
  });

  test('are read by index where that generation is set, and ids may be text', async () => {
    set({ campaignPaging: 'index', campaignPageSize: 2, campaignIds: 'text' });
    const { id } = account.sim.addCampaign();
    const { campaigns, pagination } = (await account.get('/campaigns?pageIndex=1')).body;
    expect(ids(campaigns)).toEqual(['4003', id]);
    expect(id).toBe('cmp_4');
    expect(pagination).toMatchObject({ page_index: 1, has_next: false, has_previous: true });
  });

  test('come under another name, with paging beside them', async () => {
    set({ envelope: { campaigns: 'data', pagination: 'root' } });
    const { body } = await account.get('/campaigns');
    expect(body).toEqual({ data: expect.any(Array), next_cursor: null, has_next: false });
  });

  test.each(['cursor=nonsense', 'startDate=2026-01-01', 'endDate=2026-01-01', 'pageSize=0', 'pageSize=101'])(
    '%s is answered 400',
    async (query) => {
      const { status, body } = await account.get(`/campaigns?${query}`);
      expect([status, body]).toEqual([
        400,
        { error: 400, message: expect.stringMatching(/^Unexpected error/) },
      ]);
    },
  );
});

describe('calls', () => {
  test('have what the documentation lists, and no transcript', async () => {
    seed(1);
    const { calls: listed } = await page();
    expect(listed).toEqual([
      {
        id: calls[0],
        type: 'outbound',
        status: 'ended',
        answered_by: 'human',
        created_at: '2026-11-20T18:00:00Z',
        started_at: '2026-11-20T18:00:06Z',
        ended_at: '2026-11-20T18:00:40Z',
        duration: 34,
        billed_duration: 60,
        contact: {
          id: 900_000,
          f_id: 'cliente-0',
          name: 'Sofía Hernández',
          phone_number: '+525510000000',
          status: 'converted',
        },
        extracted_data: expect.objectContaining({ monto_prometido: '500' }),
        tags: ['promesa_de_pago'],
        recording_url: `/api/v1.0/call/${calls[0]}/recording`,
      },
    ]);
  });

  test('are read by index, newest first, 50 at a time', async () => {
    seed(120);
    const newest = calls.toReversed();
    const pages = [await page(), await page('pageIndex=1'), await page('pageIndex=2')];
    expect(pages.map((each) => ids(each.calls))).toEqual([
      newest.slice(0, 50),
      newest.slice(50, 100),
      newest.slice(100),
    ]);
    expect(pages.map(({ pagination }) => pagination)).toEqual([
      {
        page_index: 0,
        page_size: 50,
        has_next: true,
        has_previous: false,
        next_page: 1,
        previous_page: null,
      },
      { page_index: 1, page_size: 50, has_next: true, has_previous: true, next_page: 2, previous_page: 0 },
      {
        page_index: 2,
        page_size: 50,
        has_next: false,
        has_previous: true,
        next_page: null,
        previous_page: 1,
      },
    ]);
    expect((await page('pageIndex=3')).calls).toEqual([]);
    expect((await page('pageSize=100')).calls).toHaveLength(100);
    set({ callOrder: 'oldest-first' });
    expect(ids((await page()).calls)).toEqual(calls.slice(0, 50));
  });

  test.each([
    'pageSize=101',
    'pageSize=0',
    'pageIndex=-1',
    'pageIndex=500',
    'status=created',
    'answeredBy=dog',
  ])('%s is answered 400', async (query) => {
    seed(1);
    expect((await account.get(`/campaigns/${campaign}/calls?${query}`)).status).toBe(400);
    expect((await account.get(`/campaigns/${campaign}/calls?pageIndex=499`)).status).toBe(200);
  });

  test('of a campaign that does not exist are answered 404', async () => {
    expect(await account.get('/campaigns/1/calls')).toMatchObject({ status: 404, body: { error: 404 } });
  });

  test('that are added while pages are read shift the rest, which a cursor prevents', async () => {
    seed(4);
    const newest = calls.toReversed();
    account.sim.settings.onPage = ({ campaignId }) =>
      account.sim.addCall(campaignId, { createdAt: LAST + 1 });
    expect(ids((await page('pageSize=2')).calls)).toEqual(newest.slice(0, 2));
    expect(ids((await page('pageSize=2&pageIndex=1')).calls)).toEqual(newest.slice(1, 3));

    set({ callPaging: 'cursor', onPage: undefined, callsAddedPerPage: 1 });
    const first = await page('pageSize=4');
    const { next_cursor: cursor } = first.pagination;
    const second = await page(`pageSize=4&cursor=${cursor}`);
    expect(ids(first.calls).filter((id) => ids(second.calls).includes(id))).toEqual([]);
    expect(ids([...first.calls, ...second.calls])).toEqual(expect.arrayContaining(calls));
  });

  describe('within a window', () => {
    const window = (startDate: string, endDate: string) =>
      page(new URLSearchParams({ startDate, endDate }).toString());

    test('are those created then, its end included or not', async () => {
      seed(3);
      const half = '2026-11-20T18:30:00Z';
      expect(ids((await window('2026-11-20T18:00:00.000Z', half)).calls)).toEqual([calls[1], calls[0]]);
      expect(ids((await window('2026-11-20T12:30:00-06:00', '2026-11-21')).calls)).toEqual([
        calls[2],
        calls[1],
      ]);
      set({ endDateIncluded: false });
      expect(ids((await window('2026-11-20 18:00:00', half)).calls)).toEqual([calls[0]]);
    });

    test('may be those of the project’s days', async () => {
      seed(0);
      // 23:00 of the 19th in Mexico.
      const { id } = account.sim.addCall(campaign, { createdAt: '2026-11-20T05:00:00Z' });
      expect((await window('2026-11-19', '2026-11-19')).calls).toEqual([]);
      set({ dateFilter: 'day' });
      expect(ids((await window('2026-11-19', '2026-11-19T00:00:00Z')).calls)).toEqual([id]);
      expect((await window('2026-11-20', '2026-11-20')).calls).toEqual([]);
    });

    test.each(['startDate=2026-11-20', 'endDate=2026-11-20', 'startDate=yesterday&endDate=2026-11-20'])(
      '%s is answered 400',
      async (query) => {
        seed(1);
        expect((await account.get(`/campaigns/${campaign}/calls?${query}`)).status).toBe(400);
      },
    );
  });

  test('that go on have no end, and end later', async () => {
    seed(0);
    const { id } = account.sim.addCall(campaign, { status: 'in-progress', createdAt: FIRST });
    account.sim.addCall(campaign, { status: 'busy', createdAt: FIRST });
    const ongoing = {
      id,
      status: 'in-progress',
      ended_at: null,
      duration: null,
      recording_url: null,
      tags: [],
    };
    expect((await page('status=in-progress')).calls).toEqual([expect.objectContaining(ongoing)]);
    expect(account.sim.webhookEvents()).toHaveLength(1);
    account.sim.endCall(id, { endedAt: FIRST + 60_000 });
    const ended = { id, created_at: '2026-11-20T18:00:00Z', ended_at: '2026-11-20T18:01:00Z', duration: 54 };
    expect((await page('status=ended&answeredBy=human')).calls).toEqual([expect.objectContaining(ended)]);
    expect((await page('status=in-progress')).calls).toEqual([]);
    expect(account.sim.webhookEvents()).toHaveLength(2);
  });

  test.each([
    ['zoneless-utc', '2026-11-20 18:00:00'],
    ['zoneless-local', '2026-11-20 12:00:00'],
    ['offset', '2026-11-20T12:00:00.000000-06:00'],
  ] as const)('say times as %s', async (times, text) => {
    seed(1);
    set({ times });
    expect((await page()).calls[0].created_at).toBe(text);
  });

  test('say durations, names and addresses as other pages do', async () => {
    seed(1);
    set({ durations: 'clock', billedName: 'billable_duration', agentName: 'assistant', tags: 'objects' });
    set({ recordingUrl: 'absolute' });
    const [call] = (await page()).calls;
    expect(call).toMatchObject({
      duration: '00:34',
      billable_duration: '01:00',
      assistant: { name: 'Diana Arroyo' },
      tags: [{ id: 1, name: 'promesa_de_pago' }],
      recording_url: `${account.sim.apiUrl}/call/${calls[0]}/recording`,
    });
    expect(call).not.toHaveProperty('billed_duration');
  });
});
