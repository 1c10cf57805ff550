/** Every page in every state, language and colour, at a desk and on a phone: readable, within its width, in silence. */
import { mkdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import { faintTexts } from './contrast.ts';
import { type OpenPage, openPage, textOf } from './open-page.ts';
import type { Scene } from './scripted/overviews.ts';
import { scriptedData } from './scripted/scripted-data.ts';
import { type RunningDashboard, startDashboard } from './start-dashboard.ts';

const SCREENSHOTS = 'coverage/screenshots';
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

let browser: Browser;
let running: RunningDashboard;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
  mkdirSync(SCREENSHOTS, { recursive: true });
}, 600_000);
afterEach(async () => {
  await page.context().close();
  await running.close();
});
afterAll(() => browser.close());

interface Looks {
  readonly scene?: Scene;
  readonly path?: string;
  readonly language?: 'en' | 'es';
  readonly dark?: boolean;
  readonly phone?: boolean;
}

async function open({ scene = 'healthy', path = '', language = 'en', dark, phone }: Looks): Promise<void> {
  running = await startDashboard({ data: scriptedData(scene), language });
  opened = await openPage(browser, `${running.url}/dashboard${path}`, {
    viewport: phone ? PHONE : DESK,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  page = opened.page;
  await page.locator('.connection.live, .calls, .nothing').first().waitFor();
}

const PAGES: readonly (readonly [string, Looks])[] = [
  ...(['healthy', 'busy', 'crm-down', 'unauthorized', 'no-worker', 'skipped-fields'] as const).map(
    (scene) => [scene, { scene }] as const,
  ),
  ['dead-letters', { scene: 'dead-letters' }],
  ['empty', { scene: 'empty' }],
  ['call-synced', { path: '/calls/cll_m4Tz9yWc3E' }],
  ['call-dead-letter', { path: '/calls/cll_9XhR2mQpL0' }],
  ['call-unassigned', { path: '/calls/cll_8sLk2JhB7v' }],
  ['call-forged', { path: '/calls/cll_forged0001' }],
  ['search', { path: '/calls?q=CLI-00482' }],
  ['statement', { path: '/statement', scene: 'dead-letters' }],
  ['statement-empty', { path: '/statement', scene: 'empty' }],
  ['search-nothing', { path: '/calls?q=nobody' }],
];
const BOTH_ENDS: readonly Looks[] = [{ language: 'en' }, { language: 'es', dark: true, phone: true }];
const BETWEEN: readonly Looks[] = [
  { language: 'es', dark: true },
  { language: 'en', phone: true },
];
const LOOKS = PAGES.flatMap(([name, parts]) =>
  // The page with most on it.
  [...BOTH_ENDS, ...(name === 'dead-letters' ? BETWEEN : [])].map((looks) => ({ name, parts, looks })),
);

test.each(LOOKS)('$name $looks', async ({ name, parts, looks }) => {
  await open({ ...parts, ...looks });
  const { language, dark, phone } = looks;
  const file = [name, language, dark ? 'dark' : 'light', phone ? 'phone' : 'desk'].join('-');
  await page.screenshot({ path: `${SCREENSHOTS}/${file}.png`, fullPage: true });
  expect(await page.locator('html').getAttribute('lang')).toBe(language);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe((phone ? PHONE : DESK).width);
  expect(await faintTexts(page)).toEqual([]);
  expect(await textOf(page.locator('main'))).not.toMatch(/undefined|NaN|\[object|\{\w+\}|Invalid/);
  expect(opened.complaints).toEqual([]);
});

test('the language can be changed, and stays so', async () => {
  await open({ language: 'en' });
  await page.getByRole('button', { name: 'ES' }).click();
  await page.getByRole('heading', { name: 'Todo está en orden' }).waitFor();
  await page.getByRole('link', { name: 'Vista previa' }).click();
  expect(await page.locator('html').getAttribute('lang')).toBe('es');
});

test('the colours can be changed, and stay so', async () => {
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  await open({ dark: true });
  const dark = await ground();
  await page.getByRole('button', { name: 'Light or dark' }).click();
  const light = await ground();
  expect(light).not.toBe(dark);
  await page.reload();
  expect(await ground()).toBe(light);
});

test('times are those of the configured time zone', async () => {
  await open({ path: '/calls/cll_9XhR2mQpL0' });
  const received = page.locator('.facts time');
  const at = Date.parse((await received.getAttribute('datetime'))!);
  const parts = { timeZone: 'America/Mexico_City', timeStyle: 'medium', hourCycle: 'h23' } as const;
  expect(await received.textContent()).toContain(new Intl.DateTimeFormat('en', parts).format(at));
});

test('the keyboard alone is enough: skip link, search, cures, with the focus in sight', async () => {
  await open({ scene: 'dead-letters' });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('main');
  const reached: string[] = [];
  for (let press = 0; press < 10; press++) {
    await page.keyboard.press('Tab');
    const [text, outline] = (await page.evaluate(
      '[(document.activeElement.querySelector(".name") ?? document.activeElement).textContent.trim().replace(/\\s+/g, " "), getComputedStyle(document.activeElement).outlineStyle]',
    )) as [string, string];
    reached.push(text);
    expect(outline).toBe('solid');
  }
  expect(reached).toEqual([
    ...['Received, last hour', 'Waiting', 'Dead letters', 'Workers alive'],
    ...['Yesterday: 2,000 calls at Altur, 1,962 in HubSpot 3 missing', 'All dead letters'],
    ...['cll_9XhR2mQpL0', 'cll_7bTqZ81kWn', 'Retry these 312', 'Discard …'],
  ]);
  await page.keyboard.press('/');
  expect(await page.evaluate('document.activeElement.id')).toBe('quick-search');
});
