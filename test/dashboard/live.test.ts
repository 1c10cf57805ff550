/** The first page keeps itself up to date, in a real browser. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import { until } from '../e2e/service-process.ts';
import { type OpenPage, openPage } from './open-page.ts';
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
beforeEach(async () => {
  data = scriptedData('dead-letters');
  running = await startDashboard({ data });
  opened = await openPage(browser, `${running.url}/dashboard`);
  page = opened.page;
  await page.locator('.connection.live').waitFor();
});
afterEach(async () => {
  await page.context().close();
  await running.close();
});
afterAll(() => browser.close());

const headline = (text: string) => page.getByRole('heading', { level: 1, name: text });
/** Read and drawn again so often from now on. */
async function updated(times = 2): Promise<void> {
  const before = data.reads;
  await until(() => data.reads >= before + times, 'the page has read again');
}

test('what changes is shown without loading the page; focus and scroll stay where they are', async () => {
  await page.getByRole('button', { name: 'Retry these 19' }).focus();
  await page.evaluate('scrollTo(0, 300)');
  await page.evaluate('document.body.dataset.loaded = "once"');
  data.cured.add('RECORD_REJECTED person lifecyclestage');
  await headline('26 calls could not be written to HubSpot and need you').waitFor();
  await updated();
  const state = await page.evaluate(
    '[document.activeElement.textContent, scrollY, document.body.dataset.loaded]',
  );
  expect(state).toEqual(['Retry these 19', 300, 'once']);
  expect(opened.complaints).toEqual([]);
});

test('nothing that stays the same is drawn again: no flicker', async () => {
  await page.evaluate(`
    globalThis.replaced = [];
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes) if (node.nodeType === 1) replaced.push(node.outerHTML);
    }).observe(document.getElementById('main'), { childList: true, subtree: true });
  `);
  await updated(3);
  expect(await page.evaluate('replaced')).toEqual([]);
});

test('a lost connection is said, the last data stay, and it goes on by itself', async () => {
  data.failure = new Error('connect ECONNREFUSED');
  await page.getByText('Connection lost, trying again').waitFor();
  expect(await page.locator('.connection').getAttribute('title')).toContain('does Redis answer?');
  expect(await headline('338 calls could not be written').count()).toBe(1);
  data.failure = undefined;
  data.scene = 'healthy';
  await headline('Everything is all right').waitFor();
  await page.locator('.connection.live').waitFor();
});

test('a hidden tab asks for nothing, and is up to date as soon as it is seen', async () => {
  const setHidden = (hidden: boolean) =>
    page.evaluate(`
      Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    `);
  // Unlike the pages of a test, another tab of the same service goes on.
  const other = await openPage(browser, `${running.url}/dashboard`);
  await setHidden(true);
  await page.locator('.connection.paused').waitFor();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await updated(3);
  expect(requests).toEqual([]);
  data.scene = 'healthy';
  await setHidden(false);
  await headline('Everything is all right').waitFor();
  await other.page.context().close();
});

test('a page that was opened while nothing can be read says so, and fills itself later', async () => {
  data.failure = new Error('connect ECONNREFUSED');
  await page.getByText('Connection lost, trying again').waitFor();
  await page.reload();
  await headline('the data cannot be read at the moment: does Redis answer?').waitFor();
  data.failure = undefined;
  await headline('338 calls could not be written').waitFor();
});

test('pointing at a minute of the chart shows its numbers', async () => {
  const plot = page.locator('.plot svg');
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  const total = await page.locator('.legend .received b').textContent();
  await page.mouse.move(box.x + 5, box.y + 20);
  await until(
    async () => (await page.locator('.legend .received b').textContent()) !== total,
    'the legend shows the minute',
  );
  expect(Number(await page.locator('.legend .received b').textContent())).toBeLessThan(100);
  expect(await page.locator('.chart .aside').textContent()).toMatch(/^\d\d:\d\d$/);
});
