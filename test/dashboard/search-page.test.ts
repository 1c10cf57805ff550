/** Finding calls, and the page of one, in a real browser. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import { until } from '../e2e/service-process.ts';
import { type OpenPage, openPage, textOf } from './open-page.ts';
import { scriptedData } from './scripted/scripted-data.ts';
import { type RunningDashboard, startDashboard } from './start-dashboard.ts';

let browser: Browser;
let running: RunningDashboard;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
}, 600_000);
beforeEach(async () => {
  running = await startDashboard({ data: scriptedData() });
});
afterEach(async () => {
  await page.context().close();
  await running.close();
  expect(opened.complaints).toEqual([]);
});
afterAll(() => browser.close());

async function open(path: string): Promise<void> {
  opened = await openPage(browser, `${running.url}/dashboard${path}`);
  page = opened.page;
}

async function find(text: string): Promise<void> {
  await open('/calls');
  await page.getByRole('main').getByRole('searchbox').fill(text);
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('heading', { name: `Calls for “${text}”` }).waitFor();
  await page.locator('.calls, .nothing').waitFor();
}

const rows = () => page.locator('tbody tr');
const callIds = () => page.locator('tbody th a').allTextContents();
const THEIRS = ['cll_m4Tz9yWc3E', 'cll_9XhR2mQpL0', 'cll_older00007'];

test('by the customer’s own id', async () => {
  await find('CLI-00482');
  expect(await callIds()).toEqual(THEIRS);
});

test.each(['+52 1 55 1234 5678', '(55) 1234-5678'])(
  'by a phone number, as people write it: %s',
  async (text) => {
    await find(text);
    expect(await callIds()).toEqual(THEIRS);
  },
);

test('nothing found says what to try', async () => {
  await find('nobody');
  expect(await textOf(page.locator('.nothing'))).toMatch(/^No calls found.*whole call id/);
});

test('by outcome and time, kept in the address', async () => {
  await open('/calls?outcome=dead-letter&hours=1');
  await rows().first().waitFor();
  expect(await callIds()).toEqual(['cll_9XhR2mQpL0']);
  expect(await page.getByLabel('Outcome').inputValue()).toBe('dead-letter');
  await page.getByLabel('Outcome').selectOption('Without a person');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.waitForURL(/outcome=unassigned/);
  await until(async () => (await callIds()).length === 3, 'those without a person are shown');
});

test('older calls follow, each once, though more than a page were written at the same moment', async () => {
  await open('/calls');
  await until(async () => (await rows().count()) === 50, 'the first page is shown');
  const more = page.getByRole('button', { name: 'Show older calls' });
  while ((await more.count()) > 0) {
    const shown = await rows().count();
    await more.click();
    await until(
      async () => (await rows().count()) > shown || (await more.count()) === 0,
      'the next page is shown',
    );
  }
  const ids = await callIds();
  expect(new Set(ids).size).toBe(ids.length);
  const older = Array.from({ length: 80 }, (_, index) => `cll_older${String(index).padStart(5, '0')}`);
  expect(ids.filter((id) => id.startsWith('cll_older')).toSorted()).toEqual(older);
});

test.each([
  ['cll_m4Tz9yWc3E', 'This call is in HubSpot, without 1 field', 'altur_payment_amount'],
  [
    'cll_8sLk2JhB7v',
    /^This call is in another account of HubSpot: /,
    'to the account that this service is connected to now',
  ],
  ['cll_9XhR2mQpL0', 'This call could not be written: the CRM rejects the record', 'lifecyclestage'],
  ['cll_4hNvS1lMe9', /^This call failed for the moment, and is tried again in 4\d sec/, '3 of 15 attempts'],
  ['cll_Vb20sKq81P', 'This call is safe, and waits for the CRM', 'number 3 of 309 waiting'],
  ['cll_noWorker00', 'This call is safe, but no worker is running to write it', 'the oldest one for 9 min'],
  ['cll_written001', 'This call is being written right now', 'Received from Altur'],
  ['cll_discarded0', 'An operator discarded this call', 'Write it again'],
  ['cll_d7CfXz40Rm', 'The mapping skips this call', 'only calls of the campaign Cobranza'],
  [
    'cll_forged0001',
    'This call was refused, if Altur sent it: the signature is wrong',
    '4 deliveries with this call id had a wrong signature',
  ],
  ['cll_neverSeen0', 'This call was not received here', 'See in Altur whether the webhook was sent'],
])('the page of %s says where it is', async (callId, sentence, fact) => {
  await open(`/calls/${callId}`);
  await page.getByRole('heading', { level: 1, name: sentence }).waitFor();
  expect(await textOf(page.getByRole('main'))).toContain(fact);
});

test.each(['.', '..'])(
  'the page of a call whose id is %j, a folder to browsers, is found',
  async (callId) => {
    await open('');
    await page.evaluate(`
    import('/dashboard/assets/call-path.js').then(({ callPath }) => location.assign(callPath('${callId}')))
  `);
    await page.locator('.summary code').filter({ hasText: callId }).waitFor();
    expect(await page.locator('.summary code').textContent()).toBe(callId);
    const link = `/dashboard/calls/-/crm?id=${callId}`;
    expect((await page.request.get(running.url + link, { maxRedirects: 0 })).headers().location).toBe(
      `/dashboard/calls/-?id=${callId}`,
    );
  },
);

test('the timeline shows the requests of an attempt, and those without an answer', async () => {
  await open('/calls/cll_4hNvS1lMe9');
  await page.getByText('1 request · 10,000 ms · batch of 20 calls').click();
  const request = page.locator('.requests li');
  expect(await textOf(request)).toMatch(
    /no answer\s+POST \/crm\/v3\/objects\/contacts\/batch\/upsert\s+10,000 ms/,
  );
});

test('what a call was put off for is said: another call of its person, or the CRM', async () => {
  await open('/calls/cll_4hNvS1lMe9');
  const entries = page.locator('.timeline .line b');
  await entries.first().waitFor();
  expect((await entries.allTextContents()).slice(1)).toEqual([
    'Put off for a moment',
    'Waits for another call of this person',
    'Received from Altur',
  ]);
});

test('a call id is foreign text: it is shown, not run', async () => {
  const id = '"><img src=x onerror=alert(1)>/..?#';
  await open(`/calls/${encodeURIComponent(id)}`);
  await page.locator('.summary').waitFor();
  expect(await page.locator('.summary code').textContent()).toBe(id);
  expect(await page.locator('main img').count()).toBe(0);
});
