/** Single calls, their messages, the rate limit, and what another process can do. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { parseEvent } from '../../src/altur/event.ts';
import { changeSettings, type SettingsInput } from './altur/settings.ts';
import { accountEachTest, authorization } from './altur/simulated-account.ts';
import { callOfEvent } from './altur/webhook-event.ts';
import { jsonClient, type Send } from './kit/json-client.ts';
import { type SimulatorProcess, startProcess } from './kit/simulator-process.ts';

const account = accountEachTest();
const set = (settings: SettingsInput) => changeSettings(account.sim.settings, settings);
const sample = new URL('../fixtures/on_call_end.json', import.meta.url);
const onCallEnd = JSON.parse(readFileSync(sample, 'utf8'));
const AT = Date.UTC(2026, 10, 20, 18);

describe('a single call', () => {
  test('has a thread, other names than in a list, and no transcript', async () => {
    const { id } = account.sim.addCall(account.sim.addCampaign().id, { createdAt: AT });
    const { status, body } = await account.get(`/call/${id}`);
    expect([status, body]).toEqual([
      200,
      {
        ...{
          id,
          type: 'outbound',
          status: 'ended',
          answered_by: 'human',
          duration: 34,
          billable_duration: 60,
        },
        created_at: '2026-11-20T18:00:00Z',
        started_at: '2026-11-20T18:00:06Z',
        ended_at: '2026-11-20T18:00:40Z',
        ...{ phone_number_from: '+525550000000', phone_number_to: '+525510000000' },
        agent: { id: expect.any(String), nickname: 'Cobranza', name: 'Diana Arroyo' },
        recording_url: `/api/v1.0/call/${id}/recording`,
        thread: { id: expect.stringMatching(/^thr_/) },
      },
    ]);
    set({ callHasContact: true, agentName: 'assistant' });
    const other = (await account.get(`/call/${id}`)).body;
    expect(other).toMatchObject({ contact: { f_id: 'cliente-0' }, assistant: body.agent });
    expect(other).not.toHaveProperty('agent');
  });

  test('of no campaign is known by its id only', async () => {
    const { id: campaignId } = account.sim.addCampaign();
    const { id } = account.sim.addCall(undefined);
    expect((await account.get(`/call/${id}`)).body).toMatchObject({ type: 'inbound' });
    expect((await account.get(`/campaigns/${campaignId}/calls`)).body.calls).toEqual([]);
  });

  test('is found by an id that needs escaping', async () => {
    account.sim.addCall(undefined, { id: 'a/b ñ' });
    expect((await account.get(`/call/${encodeURIComponent('a/b ñ')}`)).body.id).toBe('a/b ñ');
  });

  test.each(['/call/unknown', '/message/unknown', '/call', '/'])('%s is answered 404', async (path) => {
    expect(await account.get(path)).toMatchObject({ status: 404, body: { error: 404 } });
  });

  test('cannot be written', async () => {
    const { id } = account.sim.addCall(undefined);
    const send = jsonClient(account.sim.apiUrl);
    expect((await send('POST', `/call/${id}`, {}, authorization(account.sim))).status).toBe(405);
  });
});

describe('messages', () => {
  const contact = { id: 7, name: 'Ana Peña' };
  const threadOf = async (id: string) => (await account.get(`/call/${id}`)).body.thread.id as string;
  const twoCalls = () => {
    const later = account.sim.addCall(undefined, { contact, createdAt: AT + 600_000 });
    const earlier = account.sim.addCall(undefined, { contact, createdAt: AT });
    return { earlier: earlier.id, later: later.id };
  };

  test('of a thread are those of all calls of the person, oldest first', async () => {
    const { earlier, later } = twoCalls();
    const thread = await threadOf(earlier);
    expect(await threadOf(later)).toBe(thread);
    const { body } = await account.get(`/message/${thread}`);
    expect(body.map(({ sent_by }: { sent_by: string }) => sent_by)).toEqual([
      ...['SYS', 'AI', 'EU', 'AI', 'EU'],
      ...['SYS', 'AI', 'EU', 'AI', 'EU'],
    ]);
    expect(body[1]).toEqual({
      id: expect.stringMatching(/^msg_/),
      sent_by: 'AI',
      content: 'Buenas tardes, ¿hablo con Ana Peña?',
      created_at: '2026-11-20T18:00:07Z',
    });
    const times = body.map(({ created_at }: { created_at: string }) => created_at);
    expect(times).toEqual(times.toSorted());
  });

  test('may belong to each call, under other names and in pages', async () => {
    set({ threads: 'per-call' });
    set({
      messages: { list: 'messages', pageSize: 3, textName: 'text', timeName: 'sent_at', system: false },
    });
    const { earlier, later } = twoCalls();
    const thread = await threadOf(earlier);
    expect(await threadOf(later)).not.toBe(thread);
    const first = (await account.get(`/message/${thread}`)).body;
    expect(first.pagination).toMatchObject({ page_index: 0, has_next: true });
    expect(first.messages[0]).toMatchObject({
      sent_by: 'AI',
      text: expect.any(String),
      sent_at: expect.any(String),
    });
    const second = (await account.get(`/message/${thread}?pageIndex=1`)).body;
    expect([first.messages.length, second.messages.length, second.pagination.has_next]).toEqual([
      3,
      1,
      false,
    ]);
  });
});

describe('the webhook event of a call', () => {
  test('is one that the service understands, with its transcript', () => {
    const { id } = account.sim.addCall(account.sim.addCampaign().id, { createdAt: AT });
    const event = account.sim.webhookEvent(id);
    expect(Object.keys(event)).toEqual(Object.keys(onCallEnd).filter((key) => key !== 'end_user'));
    const parsed = parseEvent(event);
    if (parsed.kind !== 'call') throw new Error(parsed.kind);
    expect(parsed.invalidFields).toEqual([]);
    expect(parsed.event).toMatchObject({
      id,
      recording_url: `${account.sim.apiUrl}/call/${id}/recording`,
      campaign_user: { f_id: 'cliente-0', name: 'Sofía Hernández', contact: '+525510000000' },
      transcript: [{ sent_by: 'assistant' }, { sent_by: 'user' }, {}, {}],
    });
  });

  test('has no person of a campaign where the call has none', () => {
    expect(account.sim.webhookEvent(account.sim.addCall(undefined).id)).not.toHaveProperty('campaign_user');
  });

  test('of a call that nobody answered makes such a call', () => {
    const lost = account.sim.addCall(account.sim.addCampaign().id, { status: 'no-answer', createdAt: AT });
    const event = { ...account.sim.webhookEvent(lost.id), id: 'cll_again' };
    account.sim.addCall(lost.campaignId, callOfEvent(event));
    expect(account.sim.webhookEvent('cll_again')).toEqual(event);
    expect(event).toMatchObject({
      status: 'no-answer',
      started_at: null,
      recording_url: null,
      transcript: [],
    });
  });

  test('makes the call that Altur would have sent it for', () => {
    const event = onCallEnd;
    account.sim.addCall(account.sim.addCampaign().id, callOfEvent(event));
    const { end_user: _, recording_url, ...expected } = event;
    expect(account.sim.webhookEvent(event.id)).toMatchObject({
      ...expected,
      recording_url: recording_url.replace('https://api.altur.io', account.sim.url),
      campaign_user: { ...event.campaign_user, context: expect.any(String), voicemail_retries: 0 },
    });
  });
});

describe('the rate limit', () => {
  const burst = async (path: string, count: number) => {
    const replies = await Promise.all(Array.from({ length: count }, () => account.get(path)));
    return replies.filter(({ status }) => status === 429);
  };

  /** However long the requests take: they come at this moment. */
  const at = (ms: number) => void jest.spyOn(Date, 'now').mockReturnValue(ms);
  beforeEach(() => at(AT));
  afterEach(() => void jest.restoreAllMocks());

  test('is 12 requests of campaigns in any second; the peak and the refused ones are counted', async () => {
    account.sim.addCampaign();
    const refused = await burst('/campaigns', 15);
    expect(refused.map(({ body }) => body)).toEqual(
      Array(3).fill({ error: 429, message: 'Too many requests' }),
    );
    expect(refused[0]!.headers.get('retry-after')).toBeNull();
    expect([account.sim.peakRate(), account.sim.rateLimited()]).toEqual([15, 3]);
    at(AT + 999);
    expect((await account.get('/campaigns/4001/calls')).status).toBe(429);
    at(AT + 1_000);
    expect((await account.get('/campaigns/4001/calls')).status).toBe(200);
    account.sim.clearRequests();
    expect([account.sim.peakRate(), account.sim.rateLimited(), account.sim.counts().campaigns]).toEqual([
      0, 0, 0,
    ]);
  });

  test('concerns other requests if it is set to, and may say when to try again', async () => {
    const { id } = account.sim.addCall(undefined);
    expect(await burst(`/call/${id}`, 15)).toEqual([]);
    expect(account.sim.peakRate()).toBe(0);
    set({ rateLimit: { scope: 'all', perSecond: 4, retryAfterSeconds: 2 } });
    const refused = await burst(`/call/${id}`, 5);
    expect(refused.map(({ headers }) => headers.get('retry-after'))).toEqual(['2']);
  });

  test('does not count what has no key', async () => {
    await Promise.all(Array.from({ length: 15 }, () => fetch(`${account.sim.apiUrl}/campaigns`)));
    expect(account.sim.peakRate()).toBe(0);
    expect((await account.get('/campaigns')).status).toBe(200);
  });
});

test('requests are counted by kind, those with faults too', async () => {
  const { id: campaignId } = account.sim.addCampaign();
  const { id } = account.sim.addCall(campaignId);
  account.sim.fault({ kind: 'html', path: '/calls' });
  account.sim.fault({ kind: 'status', status: 200, body: '{"campaigns": [', path: '/campaigns$' });
  const paths = [
    '/campaigns',
    `/campaigns/${campaignId}/calls`,
    `/campaigns/${campaignId}/calls?pageIndex=0`,
  ];
  const { thread } = (await account.get(`/call/${id}`)).body;
  const replies = [];
  for (const path of [...paths, `/message/${thread.id}`, `/call/${id}/recording`])
    replies.push(await account.get(path));
  expect(replies.map(({ status }) => status)).toEqual([200, 502, 200, 200, 200]);
  expect(replies[0]!.body).toBe('{"campaigns": [');
  const counts = { campaigns: 1, calls: 2, call: 1, message: 1, recording: 1, file: 0, other: 0 };
  expect(account.sim.counts()).toEqual(counts);
});

describe('as a separate process', () => {
  let simulator: SimulatorProcess;
  let address: { url: string; apiUrl: string; apiKey: string; storageUrl: string };

  beforeEach(async () => {
    const options = JSON.stringify({ apiKey: 'key', seed: { campaigns: [{ calls: 3 }] } });
    simulator = await startProcess('../altur/main.ts', [options]);
    address = JSON.parse(simulator.readyLine);
  });
  afterEach(async () => {
    await simulator.stop();
  });

  const control = async (...[method, path, body]: Parameters<Send>) =>
    (await jsonClient(address.url)(method, path, body)).body;

  test('is seeded, set and looked at over HTTP', async () => {
    const [first] = (await control('GET', '/__state')).calls;
    const { id } = await control('POST', '/__call', { campaignId: '4001', status: 'in-progress' });
    expect(await control('GET', '/__events')).toHaveLength(3);
    await control('POST', '/__end', { id });
    expect(await control('GET', `/__events?id=${id}`)).toMatchObject({ id, status: 'ended' });
    expect(await control('POST', '/__settings', { rateLimit: { perSecond: 5 } })).toMatchObject({
      rateLimit: { perSecond: 5, scope: 'campaigns' },
    });
    await control('POST', '/__recording', { id: first.id, redirect: 'other-origin', format: 'ogg' });
    const headers = { Authorization: 'api-key key' };
    const recording = await fetch(`${address.apiUrl}/call/${first.id}/recording`, { headers });
    expect(recording.headers.get('content-type')).toBe('audio/ogg');
    await recording.arrayBuffer();
    expect(await control('GET', '/__storage')).toMatchObject([{ status: 200, headers: expect.any(Object) }]);
    await fetch(`${address.apiUrl}/campaigns`, { headers });
    expect(await control('GET', '/__counts')).toMatchObject({
      campaigns: 1,
      recording: 1,
      peakRate: 1,
      openStreams: 0,
    });
    await control('DELETE', '/__counts');
    expect(await control('GET', '/__counts')).toMatchObject({ campaigns: 0, peakRate: 0 });
  });

  test('exits on SIGTERM', async () => {
    expect(await simulator.stop()).toEqual([0, null]);
  });
});
