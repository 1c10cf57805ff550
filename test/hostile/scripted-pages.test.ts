/** Every text that a CRM, a mapping or a machine gives is hostile: on the pages of the dashboard it is text. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import type { Scene } from '../dashboard/scripted/overviews.ts';
import { scriptedData } from '../dashboard/scripted/scripted-data.ts';
import { PASSWORD, type RunningDashboard, startDashboard } from '../dashboard/start-dashboard.ts';
import { until } from '../e2e/service-process.ts';
import { FIELD_VALUES } from './field-values.ts';
import { type WatchedPage, watchPage } from './watched-page.ts';

/** What may be any text; codes, ids of calls and the like are ours or have tests of their own. */
const FREE_TEXTS = new Set([
  ...['reason', 'fix', 'note', 'code', 'field', 'fields', 'name', 'key', 'url', 'endpoint', 'method'],
  ...['host', 'version', 'skippedBy', 'rule', 'newestCallId', 'recordingUrl'],
]);
const TEXTS = FIELD_VALUES.map(([, value]) => value).filter(
  (value) => (/<[a-z/]/i.test(value) && value.length < 200) || /^(javascript|data):/i.test(value),
);

let browser: Browser;
let running: RunningDashboard;
let watched: WatchedPage;

beforeAll(async () => {
  browser = await startBrowser();
}, 600_000);
afterEach(async () => {
  await watched.close();
  await running.close();
});
afterAll(() => browser.close());

/** The same with hostile texts in turn. */
function hostile<T>(data: T, used: string[]): T {
  let nth = 0;
  const next = () => {
    const text = `${TEXTS[nth++ % TEXTS.length]}`;
    used.push(text);
    return text;
  };
  const replaced = (key: string, value: unknown) => {
    if (!FREE_TEXTS.has(key)) return value;
    if (typeof value === 'string') return next();
    return Array.isArray(value) ? value.map((each) => (typeof each === 'string' ? next() : each)) : value;
  };
  return JSON.parse(JSON.stringify(data, replaced)) as T;
}

async function open(path: string, scene: Scene, shown: string): Promise<string[]> {
  const data = scriptedData(scene);
  const used: string[] = [];
  running = await startDashboard({
    data: {
      ...data,
      overview: async () => {
        const { crm, ...overview } = await data.overview();
        // By its name its links are known.
        return { ...hostile(overview, used), crm: { ...hostile(crm, used), name: crm.name } };
      },
      call: async (callId) => hostile({ ...(await data.call(callId)), recordingUrl: 'x' }, used),
      statements: async () => hostile(await data.statements(), used),
      yesterday: async () => hostile(await data.yesterday(), used),
    },
  });
  watched = await watchPage(browser, running.url, { username: 'admin', password: PASSWORD });
  await watched.page.goto(`${running.url}/dashboard${path}`);
  await watched.page.locator(shown).first().waitFor();
  return used;
}

/** All that was sent, where it is shown at all, and nothing else. */
async function isShownAsText(used: readonly string[], atLeast: number): Promise<void> {
  const shown = await watched.text();
  expect(used.filter((text) => shown.includes(text)).length).toBeGreaterThanOrEqual(atLeast);
  expect(await watched.findings()).toEqual([]);
}

test.each<[Scene, number]>([
  ['dead-letters', 12],
  ['skipped-fields', 3],
  ['crm-down', 3],
  ['unauthorized', 3],
])('the overview: %s', async (scene, atLeast) => {
  await isShownAsText(await open('', scene, '.connection.live'), atLeast);
});

test.each([
  ['cll_m4Tz9yWc3E', 8],
  ['cll_9XhR2mQpL0', 5],
  ['cll_4hNvS1lMe9', 5],
  ['cll_Vb20sKq81P', 2],
  ['cll_d7CfXz40Rm', 1],
])('the page of the call %s', async (callId, atLeast) => {
  const used = await open(`/calls/${callId}`, 'healthy', '.summary');
  for (const closed of await watched.page.locator('.timeline summary').all()) await closed.click();
  await isShownAsText(used, atLeast);
});

test('the statement', async () => {
  const used = await open('/statement', 'dead-letters', 'details.day');
  await isShownAsText(used, 3);
});

test('a reason for a failed action', async () => {
  const used = await open('', 'dead-letters', '.connection.live');
  await watched.page.route('**/actions/retry', (route) =>
    route.fulfill({ status: 409, json: { error: TEXTS.join(' '), code: TEXTS[0] } }),
  );
  await watched.page.getByRole('button', { name: 'Retry these 312' }).click();
  await until(async () => (await watched.text()).includes(TEXTS.join(' ')), 'the reason is shown');
  const findings = await watched.findings();
  // The browser itself reports the status.
  expect(findings.filter((each) => !each.includes('status of 409'))).toEqual([]);
  expect(used.length).toBeGreaterThan(0);
});
