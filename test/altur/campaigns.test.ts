/** The campaigns, from a simulated account and from APIs that behave in other ways. */
import { afterEach, expect, test } from '@jest/globals';
import type { Campaign } from '../../src/altur/altur-calls.ts';
import { AlturApi } from '../../src/altur/api-client.ts';
import { EvenPace } from '../../src/altur/pace.ts';
import { type AlturOptions, startAltur } from '../simulators/altur/altur.ts';
import { jsonResponse } from '../simulators/kit/http-message.ts';
import { startScriptedServer } from '../simulators/kit/scripted-server.ts';

let close: () => Promise<void>;
afterEach(() => close());

async function campaignsOf(apiUrl: string, apiKey = 'key'): Promise<Campaign[]> {
  const campaigns: Campaign[] = [];
  const api = new AlturApi({ apiKey, apiUrl }, new EvenPace(0), 1);
  for await (const page of api.campaigns()) campaigns.push(...page);
  return campaigns;
}
async function scripted(answer: (query: URLSearchParams) => ReturnType<typeof jsonResponse>) {
  const server = await startScriptedServer(({ url }) =>
    answer(new URL(url, 'http://localhost').searchParams),
  );
  close = () => server.close();
  return server;
}

test.each<[string, AlturOptions]>([
  ['by cursor', {}],
  ['by a cursor of another name', { cursorParameter: 'next_cursor' }],
  ['by cursor, has_more', { cursorFlag: 'has_more' }],
  ['by number', { campaignPaging: 'index' }],
])(
  'of which there are a hundred and fifty (%s) are listed once each, without those of WhatsApp',
  async (_, options) => {
    const altur = await startAltur({ rateLimit: { perSecond: 1_000_000 }, ...options });
    close = () => altur.close();
    for (let index = 0; index < 150; index += 1) altur.addCampaign();
    altur.addCampaign({ integration: 'whatsapp' });
    const campaigns = await campaignsOf(altur.apiUrl, altur.apiKey);
    expect(campaigns).toHaveLength(150);
    expect(new Set(campaigns.map(({ id }) => id)).size).toBe(150);
    expect(campaigns[0]).toEqual({ id: '4001', name: 'Cobranza 1: tarjetas vencidas', status: 'active' });
  },
);

test('campaigns that are archived are listed, too, where they have to be asked for', async () => {
  const server = await scripted((query) =>
    jsonResponse(200, {
      campaigns: [{ id: query.has('archived') ? 2 : 1 }, { id: 3 }],
      pagination: { has_next: false },
    }),
  );
  expect(await campaignsOf(server.url)).toEqual([{ id: '1' }, { id: '3' }, { id: '2' }]);
});

test('campaigns are listed by an API that rejects whatever is not on its page', async () => {
  const server = await scripted((query) =>
    query.size > 0
      ? jsonResponse(400, {})
      : jsonResponse(200, { campaigns: [{ id: 1 }], pagination: { has_more: false } }),
  );
  expect(await campaignsOf(server.url)).toEqual([{ id: '1' }]);
});

test('campaigns that are not there mean that the address is wrong', async () => {
  const server = await scripted(() => jsonResponse(404, {}));
  await expect(campaignsOf(server.url)).rejects.toMatchObject({ code: 'ALTUR_API_URL_WRONG' });
});
