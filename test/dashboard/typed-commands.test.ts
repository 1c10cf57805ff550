/** The pages name commands as they are typed where the service runs. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import { openPage } from './open-page.ts';
import { scriptedData } from './scripted/scripted-data.ts';
import { type RunningDashboard, startDashboard } from './start-dashboard.ts';

let browser: Browser;
let running: RunningDashboard;

beforeAll(async () => {
  browser = await startBrowser();
}, 600_000);
afterEach(() => running.close());
afterAll(() => browser.close());

test('before the first call it shows how an example is sent, and without a worker how one is started', async () => {
  const data = scriptedData('empty');
  const overview = { ...(await data.overview()), processes: [] };
  running = await startDashboard({
    data: { ...data, overview: async () => overview },
    commands: { send: 'compose run worker send <example> & wait', startWorker: 'compose up -d worker' },
  });
  const { page, complaints } = await openPage(browser, `${running.url}/dashboard`);
  await page.getByText('compose run worker send <example> & wait', { exact: true }).waitFor();
  await page.getByText('Start one: compose up -d worker').waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});
