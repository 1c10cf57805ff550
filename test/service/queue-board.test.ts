/** Bull Board below the dashboard, with a real queue, in a real browser. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { CallEvent } from '../../src/altur/event.ts';
import { BOARD_PATH } from '../../src/dashboard/queue-page.ts';
import { type CallQueue, enqueue, openQueue } from '../../src/queue/queue.ts';
import { connectProducer } from '../../src/queue/redis.ts';
import { queueBoard } from '../../src/service/queue-board.ts';
import { startBrowser } from '../browser.ts';
import { anyCall } from '../calls.ts';
import { openPage } from '../dashboard/open-page.ts';
import { basic, PASSWORD, type RunningDashboard, startDashboard } from '../dashboard/start-dashboard.ts';

const redis = connectProducer({ nodes: [process.env.REDIS_URL!] });
const SCREENSHOTS = 'coverage/screenshots';
let browser: Browser;
let queue: CallQueue;
let running: RunningDashboard;

beforeAll(async () => {
  browser = await startBrowser();
  mkdirSync(SCREENSHOTS, { recursive: true });
}, 600_000);
beforeEach(async () => {
  if (redis.status !== 'ready') await new Promise((ready) => redis.once('ready', ready));
  queue = openQueue(redis, `test-${randomUUID()}`, () => true);
  running = await startDashboard({ queueBoard: queueBoard(queue, BOARD_PATH) });
});
afterEach(async () => {
  await running.close();
  await queue.obliterate({ force: true });
  await queue.close();
});
afterAll(async () => {
  await browser.close();
  await redis.quit();
});

async function enqueueCall(): Promise<string> {
  await enqueue(queue, anyCall(1) as unknown as CallEvent, Date.now());
  const [job] = await queue.getWaiting();
  expect(job!.data.packed).toBeDefined();
  return job!.id!;
}

test('a job shows its event as it came, though it is stored packed', async () => {
  const jobId = await enqueueCall();
  const path = `${BOARD_PATH}/queue/${queue.name}/${encodeURIComponent(jobId)}`;
  const { page, complaints } = await openPage(browser, `${running.url}${path}`);
  await page.getByText('"cll_test000001"').waitFor();
  await page.getByText('phone_number_to').waitFor();
  await page.screenshot({ path: `${SCREENSHOTS}/queue-job.png` });
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('the navigation leads there, and its policy holds nowhere else', async () => {
  const { page, complaints } = await openPage(browser, `${running.url}/dashboard`);
  await page.getByRole('navigation').getByRole('link', { name: 'Queue' }).click();
  await page.frameLocator('iframe').getByText(queue.name).first().waitFor();
  await page.screenshot({ path: `${SCREENSHOTS}/queue.png` });
  expect(complaints).toEqual([]);
  await page.context().close();
  const policyOf = async (path: string) => (await running.get(path)).headers.get('content-security-policy');
  expect(await policyOf(`${BOARD_PATH}/`)).toContain("style-src 'self' 'unsafe-inline'");
  for (const path of ['/dashboard', '/dashboard/queue'])
    expect(await policyOf(path)).not.toContain('unsafe-inline');
});

test('it changes nothing, and nobody without the password sees it', async () => {
  await enqueueCall();
  for (const action of ['pause', 'empty', 'obliterate']) {
    const response = await fetch(`${running.url}${BOARD_PATH}/api/queues/${queue.name}/${action}`, {
      method: 'PUT',
      headers: basic('admin', PASSWORD),
    });
    expect([action, response.status]).toEqual([action, 405]);
  }
  expect(await queue.getWaitingCount()).toBe(1);
  expect((await running.get(`${BOARD_PATH}/api/queues`, {})).status).toBe(401);
});
