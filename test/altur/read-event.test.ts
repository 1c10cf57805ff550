/** A listed call as the event that its webhook would have sent; from a simulated account. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ListedCall } from '../../src/altur/altur-calls.ts';
import { AlturApi } from '../../src/altur/api-client.ts';
import { parseEvent } from '../../src/altur/event.ts';
import { EvenPace } from '../../src/altur/pace.ts';
import { startAltur } from '../simulators/altur/altur.ts';
import type { AlturSimulator } from '../simulators/altur/altur-simulator.ts';
import { jsonResponse } from '../simulators/kit/http-message.ts';
import { type ScriptedServer, startScriptedServer } from '../simulators/kit/scripted-server.ts';

const AT = Date.UTC(2026, 10, 24, 16);
const WINDOW = { from: AT - 3_600_000, to: AT + 3_600_000 };

let altur: AlturSimulator;
let api: AlturApi;
let campaignId: string;

beforeEach(async () => {
  altur = await startAltur({ rateLimit: { perSecond: 1_000_000 } });
  api = new AlturApi({ apiKey: altur.apiKey, apiUrl: altur.apiUrl }, new EvenPace(0), 1);
  campaignId = altur.addCampaign().id;
});
afterEach(() => altur.close());

async function listed(): Promise<ListedCall[]> {
  const calls: ListedCall[] = [];
  for await (const page of api.calls(campaignId, WINDOW)) calls.push(...page);
  altur.clearRequests();
  return calls;
}
/** As the webhook would have been parsed. */
function webhookOf(callId: string) {
  const parsed = parseEvent(JSON.parse(JSON.stringify(altur.webhookEvent(callId))));
  if (parsed.kind !== 'call') throw new Error('the simulator sends something else');
  return parsed.event;
}

test.each([
  {},
  { times: 'offset' },
  { times: 'zoneless-local' },
  { durations: 'clock' },
  { tags: 'objects' },
  { agentName: 'chatbot' },
  { billedName: 'billable_duration' },
  { callHasContact: true },
  { recordingUrl: 'absolute' },
  { threads: 'per-call' },
] as const)('a call as its webhook would have told it, with two requests (%j)', async (settings) => {
  Object.assign(altur.settings, settings);
  const { id } = altur.addCall(campaignId, { createdAt: AT });
  const [call] = await listed();
  const event = await api.readEvent(call!);
  const { campaign_user, transcript, recording_url, phone_number_to, billed_duration } = webhookOf(id);
  expect(event).toMatchObject({
    ...{ id, event_type: 'on_call_end', read_from_api: true },
    ...{ recording_url, phone_number_to, billed_duration },
    transcript: transcript!.map(({ sent_by, content }) => ({ sent_by, content })),
    assistant: { name: 'Diana Arroyo' },
  });
  const { f_id, name, contact, status, extracted_data, tags } = campaign_user!;
  expect(event.campaign_user).toEqual({ f_id, name, contact, status, extracted_data, tags });
  expect(event).not.toHaveProperty('transcript_unavailable');
  expect(altur.requests).toHaveLength(2);
});

test('each call of a thread has its own transcript', async () => {
  const contact = { id: 7, f_id: 'customer-7' };
  for (const minutes of [0, 2, 10]) altur.addCall(campaignId, { createdAt: AT + minutes * 60_000, contact });
  for (const call of await listed()) {
    const { transcript } = await api.readEvent(call);
    expect(transcript!.map(({ sent_at }) => Date.parse(sent_at!))).toEqual(
      webhookOf(call.id).transcript!.map(({ sent_at }) => Date.parse(sent_at!)),
    );
  }
});

test.each(['busy', 'no-answer'] as const)(
  'of a call that was %s nothing is missing: nobody spoke',
  async (status) => {
    altur.addCall(campaignId, { createdAt: AT, status });
    const event = await api.readEvent((await listed())[0]!);
    expect([event.status, event.transcript, event.transcript_unavailable]).toEqual([status, [], undefined]);
    expect(altur.requests).toHaveLength(1);
  },
);

test.each([404, 400, 403])(
  'without messages (%s) the event says that there is no transcript',
  async (status) => {
    altur.addCall(campaignId, { createdAt: AT });
    const [call] = await listed();
    altur.fault({ path: /\/message\//, kind: 'status', status });
    expect(await api.readEvent(call!)).toMatchObject({ transcript_unavailable: true, read_from_api: true });
  },
);

test('a call that is read by its id has its transcript, too', async () => {
  const { id } = altur.addCall(undefined, { createdAt: AT });
  const event = await api.readCall(id);
  expect(event.transcript).toHaveLength(webhookOf(id).transcript!.length);
  expect(event.campaign_user).toBeUndefined();
});

test('a call that has not ended cannot be used yet', async () => {
  altur.addCall(campaignId, { createdAt: AT, status: 'in-progress' });
  await expect(api.readEvent((await listed())[0]!)).rejects.toMatchObject({ code: 'ALTUR_CALL_UNUSABLE' });
});

describe('an API that answers in its own way', () => {
  let server: ScriptedServer;
  let answers: Record<string, unknown>;
  beforeEach(async () => {
    server = await startScriptedServer(({ url }) =>
      url in answers ? jsonResponse(200, answers[url]) : jsonResponse(404, {}),
    );
    api = new AlturApi({ apiKey: 'key', apiUrl: server.url }, new EvenPace(0), 1);
  });
  afterEach(() => server.close());

  const LISTED = {
    id: 'cll_1',
    status: 'ended',
    started_at: '2026-11-24T16:00:00Z',
    ended_at: '2026-11-24T16:01:00Z',
    contact: { f_id: 'customer-1', name: 'Sofía', phone_number: '+525512345678', status: 'converted' },
    extracted_data: { Monto: '1200' },
    tags: ['promesa'],
  };
  const read = (json: object = LISTED) => api.readEvent({ id: 'cll_1', hasEnded: true, json: json as never });
  const TURNS = [
    { sent_by: 'assistant', sent_at: '2026-11-24T16:00:01Z', content: 'Hola' },
    { sent_by: 'user', content: 'Sí' },
  ];

  test('what the list says of the person stays where the call itself says nothing', async () => {
    answers = {
      '/call/cll_1': {
        ...{ id: 'cll_1', status: 'ended', contact: { f_id: null, status: 'answered' } },
        ...{ extracted_data: {}, tags: null, billable_duration: 60 },
      },
    };
    expect(await read()).toMatchObject({
      billed_duration: 60,
      campaign_user: {
        ...{ f_id: 'customer-1', name: 'Sofía', contact: '+525512345678', status: 'answered' },
        ...{ extracted_data: { Monto: '1200' }, tags: ['promesa'] },
      },
    });
  });

  test('the thread’s agent and end user are the call’s', async () => {
    answers = {
      '/call/cll_1': {
        ...{ id: 'cll_1', status: 'ended' },
        thread: {
          id: 'thr/1',
          agent: { id: 'agt_1', name: 'Diana' },
          end_user: { id: 'eu_1', display_name: 'Ana', info: 'debe 1200' },
          tags: [{ id: 't', name: 'vip', color: 'blue' }],
        },
      },
      '/message/thr%2F1': TURNS.map((turn) => ({ ...turn, sent_at: '2026-11-24T16:00:30Z' })),
    };
    expect(await read()).toMatchObject({
      assistant: { name: 'Diana' },
      end_user: { id: 'eu_1', display_name: 'Ana', context: 'debe 1200', tags: ['vip'] },
      transcript: [{ content: 'Hola' }, { content: 'Sí' }],
    });
  });

  test('a transcript in the call itself saves the second request, and one in a complete list both', async () => {
    answers = { '/call/cll_1': { id: 'cll_1', status: 'ended', transcript: TURNS, thread: { id: 'thr_1' } } };
    expect((await read()).transcript).toEqual(TURNS);
    expect(server.requests).toHaveLength(1);
    server.clearRequests();
    const numbers = { phone_number_from: '+525550000000', phone_number_to: '+525512345678' };
    const event = await read({ ...LISTED, ...numbers, transcript: TURNS });
    expect([event.transcript, event.read_from_api]).toEqual([TURNS, true]);
    expect(server.requests).toEqual([]);
  });

  test('without a thread there is no second request, and the event says that there is no transcript', async () => {
    answers = { '/call/cll_1': { id: 'cll_1', status: 'ended' } };
    expect(await read()).toMatchObject({ transcript_unavailable: true });
    expect(server.requests).toHaveLength(1);
  });

  test('a number as id is the call that was listed with it', async () => {
    answers = { '/call/123': { id: 123, status: 'ended' } };
    const event = await api.readEvent({ id: '123', hasEnded: true, json: { id: 123 } });
    expect(event.id).toBe('123');
  });

  test('a listed call that the API does not know is unknown', async () => {
    answers = {};
    await expect(read()).rejects.toMatchObject({ code: 'ALTUR_CALL_UNKNOWN', concernsAll: false });
  });
});
