/** The preview page in a real browser, on the real service: what one types, and where mistakes are shown. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import { anyCall } from '../calls.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import {
  cell,
  openPreview,
  PASSWORD,
  PHONE,
  type PreviewPage,
  paste,
  SCREENSHOTS,
  shows,
  WIDE,
} from './preview-browser.ts';
import { deliver, type ServiceProcess, startProcess, until } from './service-process.ts';

let browser: Browser;
let redis: RedisServer;
let crm: HubSpotSimulator;
let service: ServiceProcess;
let opened: PreviewPage;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
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
  const { elsewhere, complaints } = opened;
  expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
});

async function open(options: BrowserContextOptions = {}): Promise<void> {
  opened = await openPreview(browser, service.url, options);
  page = opened.page;
}

const value = async (field: string) => cell(page, field, 'after').locator('.value').textContent();
const pretty = (event: object) => JSON.stringify(event, null, 2);
const issues = (editor: 'event' | 'mapping') => page.locator(`#${editor}-issues li`).allInnerTexts();
const isWrite = ({ method, path }: { method: string; path: string }) =>
  method !== 'GET' && !/\/(batch\/read|search)$/.test(path.split('?')[0]!);

test('what one types is what the CRM would get, and nothing is written', async () => {
  await open();
  await until(async () => (await value('altur_status')) === 'converted', 'the example is shown');
  await page.fill(
    '#mapping',
    'person:\n  altur_status: { from: customer.status, values: { converted: pagó } }\n',
  );
  await until(async () => (await value('altur_status')) === 'pagó', 'the mapping has its effect');
  const event = JSON.parse(await page.inputValue('#event'));
  event.campaign_user.name = '<b>Lucía</b>';
  await page.fill('#event', JSON.stringify(event));
  await until(async () => (await value('firstname')) === '<b>Lucía</b>', 'the event has its effect');
  const requests = page.locator('.requests details');
  await shows(page, '.requests summary', '/crm/objects/2026-03/contacts/batch/upsert would be sent');
  await requests.last().locator('summary').press('Enter');
  expect(await requests.last().locator('pre').textContent()).toContain('"inputs"');
  expect(crm.requests.filter(isWrite)).toEqual([]);
});

test('a pasted event is indented, its values stay as they were, and it can be undone', async () => {
  await open();
  const event = { ...anyCall(1), big: 0, note: 'a { brace, and a "quote\\"' };
  const text = JSON.stringify(event).replace('"big":0', '"big":12345678901234567890.10');
  await paste(page, '#event', text);
  const indented = pretty(event).replace('"big": 0', '"big": 12345678901234567890.10');
  await until(async () => (await page.inputValue('#event')) === indented, 'it is indented');
  await shows(page, '#records', 'Sofía Peña 1');
  await page.keyboard.press('ControlOrMeta+Z');
  await until(async () => (await page.inputValue('#event')) === text, 'it is as it was pasted');
  await page.click('#format');
  await until(async () => (await page.inputValue('#event')) === indented, 'the button does the same');
});

test('a pasted event that is not JSON stays as it is, and its mistake is in sight', async () => {
  await open();
  const text = pretty(anyCall(1)).replace('"failed_retries": 0,', '"failed_retries": 0');
  expect(text).not.toBe(pretty(anyCall(1)));
  await paste(page, '#event', text);
  const line = text.split('\n').findIndex((each) => each.includes('failed_retries')) + 1;
  await until(async () => (await issues('event')).length === 1, 'the mistake is named');
  expect(await issues('event')).toEqual([`Line ${line}: a comma is missing here`]);
  expect(await page.inputValue('#event')).toBe(text);
  await expectBesideMark('event', `${line}`);
  await page.click('#format');
  expect(await page.inputValue('#event')).toBe(text);
  expect(await selected()).toBe(text.split('\n')[line - 1]);
});

test.each([
  ['wide', WIDE],
  ['narrow', PHONE],
])('on a %s screen a mistake is told beside its line, without scrolling', async (name, viewport) => {
  await open({ viewport });
  await page.fill('#event', '{\n  "event_type": "on_call_end",\n  oops\n}');
  await until(async () => (await issues('event')).length === 1, 'the event’s is shown');
  expect(await issues('event')).toEqual(['Line 3: texts and names of properties stand in double quotes']);
  await expectBesideMark('event', '3');
  await page.screenshot({ path: `${SCREENSHOTS}/event-mistake-${name}.png` });
  if (viewport === PHONE) {
    expect(await page.textContent('#count-event')).toBe('1');
    await page.click('#tab-mapping');
  }
  await page.fill('#mapping', 'person:\n  altur_status: customer.statsu\n');
  await until(async () => (await issues('mapping')).length === 1, 'the mapping’s is shown');
  expect(await issues('mapping')).toEqual([
    'Line 2: the event has no `customer.statsu`; did you mean `customer.status`?',
  ]);
  await expectBesideMark('mapping', '2');
  await page.screenshot({ path: `${SCREENSHOTS}/mapping-mistake-${name}.png` });
});

test('each mistake is marked, leads to its line, and is gone after the fix', async () => {
  await open();
  await page.fill(
    '#mapping',
    `person:\n  altur_status: customer.statsu\nfollowUp: {}\n${'# \n'.repeat(60)}oh: 1\n`,
  );
  await until(async () => (await issues('mapping')).length === 3, 'the issues are shown');
  expect(await page.locator('.gutter .wrong').allTextContents()).toEqual(['2', '3', '64']);
  await page.evaluate('document.getElementById("mapping").scrollTo(0, 0)');
  await until(
    async () => (await issues('mapping'))[2]?.startsWith('↓ Line 64') === true,
    'one is at the edge',
  );
  await page.locator('#mapping-issues button').first().press('Enter');
  expect(await selected()).toBe('  altur_status: customer.statsu');
  await page.keyboard.press('Escape');
  expect(await page.locator('#mapping-issues').isVisible()).toBe(false);
  await page.fill('#mapping', 'person:\n  altur_status: customer.status\n');
  await until(async () => (await issues('mapping')).length === 0, 'the issues are gone');
});

test('a call that came in is there to be picked', async () => {
  await deliver(service.url, anyCall(7));
  await deliver(service.url, anyCall(8, 8, { id: 'cll_"><img src=x onerror=alert(1)>' }));
  await until(() => crm.calls().length === 2, 'the calls are written');
  await open();
  expect(await page.locator('#recent option').allTextContents()).toEqual([
    'Pick an event …',
    expect.stringContaining('cll_"><img src=x'),
    expect.stringContaining('cll_test000007'),
    'Example',
  ]);
  await page.selectOption('#recent', { index: 2 });
  await until(async () => (await page.inputValue('#event')).includes('cll_test000007'), 'it is picked');
  await shows(page, '.person', 'Found');
  expect([crm.contacts().length, crm.calls().length]).toEqual([2, 2]);
});

test('an event of a mebibyte is shown, and that a slow CRM is waited for', async () => {
  await open();
  const lines = Array.from({ length: 9_000 }, (_, line) => ({
    sent_by: 'user',
    content: `${line} ${'x'.repeat(60)}`,
  }));
  const event = { ...JSON.parse(await page.inputValue('#event')), transcript: lines };
  await paste(page, '#event', JSON.stringify(event));
  await shows(page, '.rendered', '8999 xxx');
  expect(await page.inputValue('#event')).toBe(pretty(event));
  expect(await page.locator('.gutter').first().locator('*').count()).toBe(0);
  await shows(page, '.person', 'A new record is created');
  crm.settings.latencyMs = 1_000;
  await page.click('#resolve');
  await until(async () => (await page.textContent('#state')) === 'Waiting for the response …', 'it is said');
  await shows(page, '#state', 'The fields were read from');
});

test('on a phone it is three parts, reached with the keyboard alone', async () => {
  await open({ viewport: PHONE });
  const room = '[document.documentElement.scrollWidth, innerWidth]';
  const [width, available] = (await page.evaluate(room)) as [number, number];
  expect(width).toBeLessThanOrEqual(available);
  await page.focus('#tab-event');
  await page.keyboard.press('ArrowRight');
  expect(await visiblePanels()).toEqual(['mapping']);
  await page.keyboard.press('ArrowRight');
  expect(await visiblePanels()).toEqual(['result']);
  await shows(page, '.person', 'A new record is created');
  const [wide, all] = (await page.evaluate(room)) as [number, number];
  expect(wide).toBeLessThanOrEqual(all);
  const reached: string[] = [];
  for (let press = 0; press < 3; press++) {
    await page.keyboard.press('Tab');
    reached.push(
      (await page.evaluate('document.activeElement.id || document.activeElement.className')) as string,
    );
  }
  expect(reached).toEqual(['resolve', 'rendered html', expect.any(String)]);
  await page.screenshot({ path: `${SCREENSHOTS}/phone.png`, fullPage: true });
});

const visiblePanels = () =>
  page.evaluate(
    '[...document.querySelectorAll("[data-panel]")].filter((panel) => panel.checkVisibility()).map((panel) => panel.dataset.panel)',
  );

const selected = () =>
  page.evaluate(
    'document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)',
  );

/** The message begins at most one line away from the marked line number, and both are on the screen. */
async function expectBesideMark(editor: 'event' | 'mapping', line: string): Promise<void> {
  const mark = page.locator(`#${editor}-editor .gutter .wrong`, { hasText: line });
  const [number, message] = [
    await mark.boundingBox(),
    await page.locator(`#${editor}-issues li`).boundingBox(),
  ];
  const { height } = page.viewportSize()!;
  expect(Math.abs(message!.y - number!.y)).toBeLessThanOrEqual(number!.height + 8);
  expect(number!.y).toBeGreaterThan(0);
  expect(message!.y + message!.height).toBeLessThanOrEqual(height);
}
