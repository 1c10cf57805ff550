/** The statement in a real browser: the days, what is missing, and making it again. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import { until } from '../e2e/service-process.ts';
import { faintTexts } from './contrast.ts';
import { type OpenPage, openPage, textOf } from './open-page.ts';
import { type ScriptedData, scriptedData } from './scripted/scripted-data.ts';
import { type RunningDashboard, startDashboard } from './start-dashboard.ts';

const PHONE = { width: 390, height: 844 };

let browser: Browser;
let running: RunningDashboard;
let opened: OpenPage;
let page: Page;
let data: ScriptedData;

beforeAll(async () => {
  browser = await startBrowser();
}, 600_000);
afterEach(async () => {
  await page.context().close();
  await running.close();
  expect(opened.complaints).toEqual([]);
});
afterAll(() => browser.close());

async function open(changes: Partial<ScriptedData['statementChanges']> = {}, es = false): Promise<void> {
  data = scriptedData('dead-letters');
  data.statementChanges = changes;
  running = await startDashboard({ data, language: es ? 'es' : 'en' });
  opened = await openPage(browser, `${running.url}/dashboard/statement`, {
    ...(es && { viewport: PHONE, colorScheme: 'dark' }),
  });
  page = opened.page;
  await page.locator('.connection.live').waitFor();
}

const days = () => page.locator('details.day');

test('each day has a line, with a mark that all is there, or the number that is missing', async () => {
  await open();
  const lines = await Promise.all([0, 1, 2].map((nth) => textOf(days().nth(nth).locator('summary'))));
  expect(lines[1]).toMatch(
    /3 missing At Altur2,000 In HubSpot1,962 Skipped32 Dead letters3 Waiting0 Missing3$/,
  );
  expect(lines[2]).toMatch(/None missing At Altur2,000 In HubSpot2,000 Skipped0 Dead letters0/);
  expect(lines[1]).toMatch(/Made .* ago/);
  expect(await textOf(page.locator('.make'))).toContain('Last reconcile');
});

test('a day of which all is there opens with the keyboard, and stays as it was left', async () => {
  await open();
  const day = days().nth(2);
  expect(await day.getAttribute('open')).toBeNull();
  await day.locator('summary').focus();
  await page.keyboard.press('Enter');
  // What is read again every two seconds neither closes it nor opens the other one.
  const missing = days().nth(1);
  await missing.locator('summary').click();
  await page.waitForTimeout(2_500);
  expect(await day.getAttribute('open')).not.toBeNull();
  expect(await missing.getAttribute('open')).toBeNull();
});

test('a day of which calls are missing is open, names them, and has them written', async () => {
  await open();
  const day = days().nth(1);
  const missing = day.locator('.missing');
  await missing.getByText('was never received').first().waitFor();
  expect(await textOf(missing)).toMatch(/was written on 24 Nov|was written on Nov 24/);
  expect(await textOf(day)).toMatch(/Nobody matched/);
  await missing.getByRole('button', { name: 'Write these 3' }).click();
  await until(() => data.done.length > 0, 'the calls are written');
  const ids = await missing.getByRole('link').allTextContents();
  expect(data.done).toEqual([['resync', ids]]);
  expect(await missing.getByRole('link').first().getAttribute('href')).toBe(`/dashboard/calls/${ids[0]}`);
});

test('a statement of the chosen days is made on a click, with its progress', async () => {
  await open();
  await page.getByLabel('Of which days').selectOption('The last 7 days');
  await page.getByRole('button', { name: 'Make it now' }).click();
  await until(() => data.done.length > 0, 'it is asked for');
  expect(data.done).toEqual([['makeStatements', 7]]);
  const progress = { campaigns: { done: 1, of: 2 }, listed: 100, asked: 0, of: 0 };
  const making = { days: { first: '2026-11-24', last: '2026-11-25' }, startedAt: Date.now(), progress };
  data.statementChanges = { making };
  await page.getByText('1 of 2 campaigns listed, 100 calls').waitFor();
  expect(await page.evaluate('document.querySelector("progress").value')).toBeCloseTo(0.4);
  expect(await page.getByRole('button', { name: 'Make it now' }).count()).toBe(0);
});

test('what a process lacks to make one, and why the last one failed, is said', async () => {
  const failure = { at: Date.now(), code: 'ALTUR_UNAVAILABLE', reason: 'Altur’s API does not answer' };
  await open({ obstacle: 'ALTUR_API_KEY', failure });
  const text = await textOf(page.locator('.make'));
  expect(text).toContain('Set ALTUR_API_KEY');
  expect(text).toContain('Altur’s API does not answer ALTUR_UNAVAILABLE');
});

test('opened on a phone, in Spanish and in the dark, it stays readable and within its width', async () => {
  await open({}, true);
  await page.getByText('nunca llegó').first().waitFor();
  await page.screenshot({ path: 'coverage/screenshots/statement-open-es-dark-phone.png', fullPage: true });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
  expect(await faintTexts(page)).toEqual([]);
});

test('of a call that was found at Altur its page says when it ended, in Spanish throughout', async () => {
  await open({}, true);
  await page.goto(`${running.url}/dashboard/calls/cll_reconciled`);
  await page.locator('.connection.live').waitFor();
  const summary = await textOf(page.locator('.summary'));
  expect(summary).toContain('Escrita desde la API de Altur, que no tiene la transcripción.');
  expect(summary).toContain('Terminada');
  expect(summary).not.toContain('Recibida');
});
