/** Hostile values on the pages of the real service, in a real browser: text, wherever people see them. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { toCallId } from '../../src/altur/event.ts';
import { BOARD_PATH } from '../../src/dashboard/queue-page.ts';
import { startBrowser } from '../browser.ts';
import { anyCall } from '../calls.ts';
import { deliver, type ServiceProcess, startProcess, until } from '../e2e/service-process.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { startAltur } from '../simulators/altur/altur.ts';
import type { AlturSimulator } from '../simulators/altur/altur-simulator.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { FIELD_VALUES } from './field-values.ts';
import { Heartbeat } from './heartbeat.ts';
import { callsWithFields } from './hostile-calls.ts';
import { type WatchedPage, watchPage } from './watched-page.ts';

const PASSWORD = 'a password of pages';
const AT_ONCE = 20;
const DAY_MS = 24 * 3_600_000;
const SOME_DEAD = 8;
const FIRST_OTHER = 100_000;

/**
 * The values that may be the id of a call, as it is known by then; no log may hold those that are phone numbers. With tabs,
 * which are the same in markup: other tests have people say these values, and what was said may be in no log.
 */
const IDS = FIELD_VALUES.map(([, value]) => toCallId(value.replaceAll(' ', '\t'))).filter(
  (id) => id !== undefined && !id.includes('+52'),
) as string[];
const MARKUP = IDS.filter((id) => /<[a-z/!]/i.test(id));
/** Others that a page might mistake for something else than text. */
const SPECIAL = /["'`&]|script:|data:|\p{Bidi_Control}|\p{Cc}|\u200b/u;
/** The CRM rejects these. */
const DEAD = MARKUP.map((id) => `dead ${id}`);
/** Altur lists these; they never came. */
const MISSING = MARKUP.map((id) => `missing ${id}`);

let browser: Browser;
let redis: RedisServer;
let crm: HubSpotSimulator;
let altur: AlturSimulator;
let service: ServiceProcess;
let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
  redis = await startRedis();
  crm = await startHubSpot({
    provisioned: true,
    limits: { app: 10_000, associations: 10_000, search: 1_000 },
  });
  await control(
    'record-faults',
    DEAD.map((key) => ({ object: 'calls', category: 'VALIDATION_ERROR', message: key, key })),
  );
  altur = await startAltur({ rateLimit: { perSecond: 10_000 } });
  const { id: campaign } = altur.addCampaign();
  const at = Date.now() - DAY_MS;
  for (const id of MISSING)
    altur.addCall(campaign, { id, createdAt: at, startedAt: at, endedAt: at + 30_000 });
  service = await startProcess({
    CRM_CONNECTOR: 'hubspot',
    HUBSPOT_ACCESS_TOKEN: crm.token,
    HUBSPOT_API_URL: crm.url,
    ALTUR_API_KEY: altur.apiKey,
    ALTUR_API_URL: altur.apiUrl,
    REDIS_URL: redis.url,
    DASHBOARD_PASSWORD: PASSWORD,
  });
  const calls = callsWithFields();
  const events = [...IDS, ...DEAD].map((id, index) => {
    const { event } = calls[index % calls.length]!;
    // No log may hold what was said, and some ids would.
    return { ...event, id, transcript: anyCall(0).transcript };
  });
  // While all that a CRM gets is rejected, nothing becomes a dead letter.
  const others = new Heartbeat(service.url, FIRST_OTHER);
  for (let first = 0; first < events.length; first += AT_ONCE) {
    const some = events.slice(first, first + AT_ONCE);
    const answers = await Promise.all(some.map((event) => deliver(service.url, event)));
    expect(answers.map(({ status }) => status)).toEqual(some.map(() => 200));
  }
  const settled = () => service.log.filter(({ message }) => /^call (synced|is a dead letter)/.test(message));
  const isSettled = () => {
    const ids = new Set(settled().map(({ callId }) => callId));
    return events.every(({ id }) => ids.has(id));
  };
  await until(isSettled, 'every call is written or a dead letter');
  await others.stop();
  watched = await watchPage(browser, service.url, { username: 'admin', password: PASSWORD });
  page = watched.page;
}, 600_000);
afterAll(async () => {
  await watched.close();
  await service.stop('SIGKILL');
  await altur.close();
  await crm.close();
  await redis.stop();
  await browser.close();
});

async function control(name: string, body: unknown): Promise<void> {
  const response = await fetch(`${crm.url}/__${name}`, { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(200);
}

async function open(path: string, shown: string): Promise<void> {
  await page.goto(`${service.url}${path}`);
  await page.locator(shown).first().waitFor();
}

test('the values are many, and so are those with markup', () => {
  expect([IDS.length, MARKUP.length].map((count, index) => count >= [100, 15][index]!)).toEqual([true, true]);
});

test('the overview, with dead letters by cause and the latest calls', async () => {
  await open('/dashboard', '.connection.live');
  expect(await page.locator('.groups [data-code]').count()).toBeGreaterThan(0);
  const named = await page.locator('[aria-labelledby=dead-letters] a.mono').allTextContents();
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((id) => !DEAD.includes(id))).toEqual([]);
  expect(await watched.findings()).toEqual([]);
});

test('the list of calls, all of it', async () => {
  await open('/dashboard/calls', '.calls');
  const more = page.getByRole('button', { name: 'Show older calls' });
  const links = page.locator('.calls tbody th a');
  const ids = async () => (await links.allTextContents()).filter((id) => !id.startsWith('cll_'));
  for (let shown = 0; (await more.count()) > 0; ) {
    shown = (await ids()).length;
    await more.click();
    await until(async () => (await ids()).length > shown || (await more.count()) === 0, 'older calls follow');
  }
  expect((await ids()).toSorted()).toEqual([...IDS, ...DEAD].toSorted());
  expect(await watched.findings()).toEqual([]);
});

test('the list of calls for a hostile search', async () => {
  for (const text of MARKUP.filter((each, index) => each.length < 100 && index % 3 === 0)) {
    await open(`/dashboard/calls?q=${encodeURIComponent(`is it ${text}`)}`, '.calls, .nothing, [role=alert]');
    expect(await page.locator('h1').textContent()).toContain(text);
    expect(await watched.findings()).toEqual([]);
  }
});

test('the page of a call', async () => {
  const others = IDS.filter((id) => !MARKUP.includes(id) && SPECIAL.test(id));
  expect(others.length).toBeGreaterThan(15);
  for (const id of [...others, ...DEAD.slice(0, SOME_DEAD)]) {
    await page.goto(`${service.url}/dashboard/calls/-?id=${encodeURIComponent(id)}`);
    await page.locator('.summary').waitFor();
    expect(await page.locator('.summary code').textContent()).toBe(id);
    expect([id, await watched.findings()]).toEqual([id, []]);
  }
}, 300_000);

test('an id that turns the direction of text around leaves what follows as it is', async () => {
  const id = IDS.find((each) => each.includes('\u202e'))!;
  await page.goto(`${service.url}/dashboard/calls/${encodeURIComponent(id)}`);
  await page.locator('.summary code').waitFor();
  const isolation = 'getComputedStyle(document.querySelector(".summary code")).unicodeBidi';
  expect(await page.evaluate(isolation)).toBe('isolate');
});

test('the statement of a day, which names what never came', async () => {
  await open('/dashboard/statement', '.make');
  await page.getByRole('button', { name: 'Make it now' }).click();
  await page.locator('.missing li').first().waitFor();
  const shown = await page.locator('.missing li a').allTextContents();
  expect(shown.toSorted()).toEqual(MISSING.toSorted());
  expect(await watched.findings()).toEqual([]);
});

test('the jobs of the queue', async () => {
  for (let number = 1; (number - 1) * 10 < DEAD.length; number++) {
    await open(`${BOARD_PATH}/queue/calls?status=failed&page=${number}`, 'main');
    const data = page.getByRole('tab', { name: 'Data' });
    await data.first().waitFor();
    for (const tab of await data.all()) await tab.click();
    await until(async () => (await watched.text()).includes('"dead '), 'the events are shown');
    expect(await watched.findings()).toEqual([]);
  }
});

test('the preview of an event with all values in every part', async () => {
  const texts = FIELD_VALUES.map(([, value]) => value).filter((value) => value.length < 500);
  const event = anyCall(1, 1, {
    transcript: texts.map((content) => ({ sent_by: content, content })),
    campaign_user: {
      ...{ f_id: MARKUP[0], name: MARKUP.join(' '), contact: MARKUP[1], status: MARKUP[2], tags: texts },
      extracted_data: Object.fromEntries(texts.map((text) => [text, text])),
    },
  });
  await open('/dashboard/preview', '#records table');
  await page.fill('#event', JSON.stringify(event));
  const name = page.locator('#records tr[data-field=firstname] td.after .value');
  await until(async () => (await name.textContent()) !== 'María', 'the event has its effect');
  await until(async () => (await watched.text()).includes('<x-injected>'), 'the values are shown');
  for (const each of await page.locator('#records details summary').all()) await each.click();
  const shown = await watched.text();
  expect(MARKUP.filter((text) => !shown.includes(text))).toEqual([]);
  expect(await watched.findings()).toEqual([]);
});
