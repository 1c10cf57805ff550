/** The preview page in a real browser, on the real service. */
import { mkdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import { anyCall } from '../calls.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { deliver, type ServiceProcess, startProcess, until } from './service-process.ts';

const PASSWORD = 'only for this test';
const SCREENSHOTS = 'coverage/screenshots';

let browser: Browser;
let redis: RedisServer;
let crm: HubSpotSimulator;
let service: ServiceProcess;
let page: Page;
let elsewhere: string[];
let complaints: string[];

beforeAll(async () => {
  browser = await startBrowser();
  mkdirSync(SCREENSHOTS, { recursive: true });
}, 600_000);
afterAll(() => browser.close());
beforeEach(async () => {
  redis = await startRedis();
  crm = await startHubSpot({ provisioned: true });
  service = await startProcess({
    CRM_CONNECTOR: 'hubspot',
    HUBSPOT_ACCESS_TOKEN: crm.token,
    HUBSPOT_API_URL: crm.url,
    REDIS_URL: redis.url,
    DASHBOARD_PASSWORD: PASSWORD,
  });
});
afterEach(async () => {
  await page.context().close();
  await service.stop('SIGKILL');
  await crm.close();
  await redis.stop();
  expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
});

async function open(viewport = { width: 1_200, height: 900 }): Promise<void> {
  const httpCredentials = { username: 'admin', password: PASSWORD };
  page = await (await browser.newContext({ viewport, httpCredentials })).newPage();
  elsewhere = [];
  complaints = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(service.url) && !request.url().startsWith('data:'))
      elsewhere.push(request.url());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`${service.url}/dashboard/preview`);
  await page.waitForSelector('#records table');
}

/** The value written to a field, as the page shows it. */
const written = (field: string) =>
  page
    .locator('#records tr', { has: page.locator(`th:text-is("${field}")`) })
    .locator('td[data-title=Written]');
const issues = () => page.locator('#mapping-issues li').allTextContents();

test('what one types is what the CRM would get', async () => {
  await open();
  expect(await written('altur_status').textContent()).toBe('converted');
  await page.fill(
    '#mapping',
    'person:\n  altur_status: { from: customer.status, values: { converted: pagó } }\n',
  );
  await until(
    async () => (await written('altur_status').textContent()) === 'pagó',
    'the mapping has its effect',
  );
  const event = JSON.parse(await page.inputValue('#event'));
  event.campaign_user.name = '<b>Lucía</b>';
  await page.fill('#event', JSON.stringify(event));
  await until(
    async () => (await written('firstname').textContent()) === '<b>Lucía</b>',
    'the event has its effect',
  );
  await page.screenshot({ path: `${SCREENSHOTS}/preview.png` });
  const requests = page.locator('#records details summary');
  expect(await requests.allTextContents()).toContain(
    'POST /crm/objects/2026-03/contacts/batch/upsert (would be sent)',
  );
  await requests.last().click();
  expect(await page.locator('#records details pre').last().textContent()).toContain('"inputs"');
  expect(
    crm.requests.filter(({ method, path }) => method === 'POST' && !path.includes('/properties/')),
  ).toEqual([]);
});

test('an issue stands at its line, and is gone after the fix', async () => {
  await open();
  await page.fill('#mapping', 'person:\n  altur_status: customer.statsu\nfollowUp: {}\n');
  await until(async () => (await issues()).length === 2, 'the issues are shown');
  expect(await issues()).toEqual([
    'Line 2: the event has no `customer.statsu`; did you mean `customer.status`?',
    'Line 3: there is no `followUp` here; did you mean `followUps`?',
  ]);
  expect(await page.locator('.gutter .wrong').allTextContents()).toEqual(['2', '3']);
  await page.screenshot({ path: `${SCREENSHOTS}/issues.png` });
  await page.locator('#mapping-issues button').first().press('Enter');
  const chosen = await page.evaluate(
    'document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)',
  );
  expect(chosen).toBe('  altur_status: customer.statsu');
  await page.fill('#mapping', 'person:\n  altur_status: customer.status\n');
  await until(async () => (await issues()).length === 0, 'the issues are gone');
  await page.fill('#event', '{\n  "event_type": "on_call_end",\n  oops\n}');
  await until(async () => (await page.locator('#event-issues li').count()) === 1, 'the event’s is shown');
  expect(await page.locator('#event-issues li').textContent()).toMatch(/^Line 3: the event is not JSON/);
});

test('a call that came in is there to be picked, and its person can be looked up', async () => {
  await deliver(service.url, anyCall(7));
  await deliver(service.url, anyCall(8, 8, { id: 'cll_"><img src=x onerror=alert(1)>' }));
  await until(() => crm.calls().length === 2, 'the calls are written');
  await open();
  const choices = page.locator('#recent option');
  expect(await choices.allTextContents()).toEqual([
    'Recent events …',
    expect.stringContaining('cll_"><img src=x'),
    expect.stringContaining('cll_test000007'),
  ]);
  await page.selectOption('#recent', { index: 2 });
  await until(async () => (await written('lastname').textContent()) === 'Peña 7', 'the picked one is shown');
  await page.click('#resolve');
  await until(
    async () => (await page.locator('#records').textContent())?.includes('read-only, was sent') === true,
    'the person was looked up',
  );
  expect([crm.contacts().length, crm.calls().length]).toEqual([2, 2]);
});

test('an event of a mebibyte is shown, and that a slow CRM is waited for', async () => {
  await open();
  const lines = Array.from({ length: 9_000 }, (_, line) => ({
    sent_by: 'user',
    content: `${line} ${'x'.repeat(60)}`,
  }));
  const event = { ...JSON.parse(await page.inputValue('#event')), transcript: lines };
  await page.evaluate(`
    document.getElementById('event').value = ${JSON.stringify(JSON.stringify(event, null, 2))};
    document.getElementById('event').dispatchEvent(new Event('input'));
  `);
  await until(
    async () => (await page.textContent('#records'))?.includes('8999 xxx') === true,
    'the last line is shown',
  );
  expect(await page.locator('.gutter').first().locator('*').count()).toBe(0);
  crm.settings.latencyMs = 1_000;
  await page.click('#resolve');
  await until(async () => (await page.textContent('#state')) === 'Waiting for the response …', 'it is said');
  await until(
    async () => (await page.textContent('#state'))?.startsWith('The fields were') === true,
    'it is there',
  );
});

test('it can be used on a phone, and with the keyboard alone', async () => {
  await open({ width: 390, height: 844 });
  const [width, room] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as [
    number,
    number,
  ];
  expect(width).toBeLessThanOrEqual(room);
  await page.screenshot({ path: `${SCREENSHOTS}/phone.png`, fullPage: true });
  // The first is the link that skips the navigation.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const reached: string[] = [];
  for (let press = 0; press < 8; press++) {
    await page.keyboard.press('Tab');
    reached.push(
      (await page.evaluate(
        'document.activeElement.id || document.activeElement.className || document.activeElement.tagName',
      )) as string,
    );
  }
  expect(reached).toEqual([
    'event',
    'save',
    'mapping',
    'SUMMARY',
    'resolve',
    'SUMMARY',
    'SUMMARY',
    'SUMMARY',
  ]);
});
