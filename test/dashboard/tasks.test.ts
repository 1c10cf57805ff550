/** Five tasks for somebody who is no developer, in a real browser, each in a few seconds and clicks. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import { type OpenPage, openPage, textOf } from './open-page.ts';
import type { Scene } from './scripted/overviews.ts';
import { type ScriptedData, scriptedData } from './scripted/scripted-data.ts';
import { type RunningDashboard, startDashboard } from './start-dashboard.ts';

let browser: Browser;
let data: ScriptedData;
let running: RunningDashboard;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
}, 600_000);
afterEach(async () => {
  await page.context().close();
  await running.close();
  expect(opened.complaints).toEqual([]);
});
afterAll(() => browser.close());

async function open(scene: Scene): Promise<void> {
  data = scriptedData(scene);
  running = await startDashboard({ data });
  opened = await openPage(browser, `${running.url}/`);
  page = opened.page;
  await page.locator('.connection.live').waitFor();
}

const headline = () => page.getByRole('heading', { level: 1 }).textContent();
const figure = (name: string) => textOf(page.locator(`[data-figure=${name}]`));

test.each([
  ['healthy', 'Everything is all right', 'good'],
  ['busy', 'Busy: 1,284 calls wait for their turn', 'busy'],
  ['crm-down', 'HubSpot does not answer: calls wait for it', 'warn'],
  ['unauthorized', 'HubSpot refuses the credentials: somebody must renew them', 'bad'],
  ['no-worker', 'No worker is running: calls are not being written', 'bad'],
  ['dead-letters', '338 calls could not be written to HubSpot and need you', 'warn'],
  // Whatever opens an alert is said here too.
  ['retrying', '3 calls are tried again and again, the oldest one for 7 min', 'warn'],
  ['redis-nearly-full', 'Redis is nearly full: 74% of its memory is used', 'warn'],
  ['empty', 'Ready for the first call', 'good'],
] as const)('1. is everything all right? %s: %s', async (scene, sentence, level) => {
  await open(scene);
  expect(await headline()).toBe(sentence);
  expect(await page.locator('.health').getAttribute('class')).toBe(`health ${level}`);
});

test('2. why is this call not in the CRM? its id leads to the reason and to what to do', async () => {
  await open('dead-letters');
  await page.keyboard.press('/');
  await page.keyboard.type('cll_9XhR2mQpL0');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/dashboard\/calls\/cll_9XhR2mQpL0$/);
  await page.locator('.summary').waitFor();
  expect(await headline()).toBe('This call could not be written: the CRM rejects the record');
  const text = await textOf(page.locator('.summary'));
  expect(text).toContain('Why: HubSpot rejects the contact: a workflow sets lifecyclestage back');
  expect(text).toContain('What to do: Fix the rule, the permission or the mapping, then retry.');
});

test('3. how many calls wait, and since when?', async () => {
  await open('crm-down');
  expect(await figure('waiting')).toBe('Waiting 309 the oldest one for 14 min');
});

test('4. retry all dead letters of one cause: one click, and what it did', async () => {
  await open('dead-letters');
  await page.getByRole('button', { name: 'Retry these 312' }).click();
  await page.getByText('312 calls are back in the queue').waitFor();
  await page.locator('[data-code=RECORD_REJECTED]').waitFor({ state: 'detached' });
  expect(await figure('deadLetters')).toContain('26');
  expect(data.done).toEqual([['retry', { group: 'RECORD_REJECTED person lifecyclestage' }]]);
});

test('5. open the call in the CRM: from the list, and from its page', async () => {
  await open('healthy');
  const context = page.context();
  await context.route('https://app.hubspot.com/**', (route) => route.fulfill({ body: 'the CRM' }));
  for (const from of ['/dashboard', '/dashboard/calls/cll_m4Tz9yWc3E']) {
    await page.goto(running.url + from);
    const popup = context.waitForEvent('page');
    await page.getByRole('link', { name: /^Open (cll_m4Tz9yWc3E )?in HubSpot/ }).click();
    const crm = await popup;
    await crm.waitForURL('https://app.hubspot.com/contacts/48120931/record/0-48/990128');
    await crm.close();
  }
});
