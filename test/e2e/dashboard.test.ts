/** The dashboard of the real service: a real Redis, a simulated portal, a real browser. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { readVersion } from '../../src/version.ts';
import { startBrowser } from '../browser.ts';
import { anyCall } from '../calls.ts';
import { type OpenPage, openPage, textOf } from '../dashboard/open-page.ts';
import { PASSWORD } from '../dashboard/start-dashboard.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { rejectedCall } from './rejected-call.ts';
import { deliver, type ServiceProcess, startProcess, until } from './service-process.ts';

/** Writes a field that the portal lacks. */
const mappingFile = join(mkdtempSync(join(tmpdir(), 'dashboard-')), 'mapping.yaml');
let browser: Browser;
let redis: RedisServer;
let crm: HubSpotSimulator;
let service: ServiceProcess;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  writeFileSync(mappingFile, 'person:\n  altur_branch: customer.status\n');
  browser = await startBrowser();
}, 600_000);
afterAll(async () => {
  await browser.close();
  rmSync(dirname(mappingFile), { recursive: true });
});
beforeEach(async () => {
  redis = await startRedis();
  crm = await startHubSpot({ provisioned: true });
  service = await startProcess({
    CRM_CONNECTOR: 'hubspot',
    HUBSPOT_ACCESS_TOKEN: crm.token,
    HUBSPOT_API_URL: crm.url,
    REDIS_URL: redis.url,
    DASHBOARD_PASSWORD: PASSWORD,
    MAPPING_FILE: mappingFile,
  });
  opened = await openPage(browser, `${service.url}/`);
  page = opened.page;
  await page.locator('.live.live').waitFor();
});
afterEach(async () => {
  await page.context().close();
  await service.stop('SIGKILL');
  await crm.close();
  await redis.stop();
  expect(opened.complaints).toEqual([]);
});

const headline = (name: string) => page.getByRole('heading', { level: 1, name });
const outcomeOf = (callId: string) => page.locator(`[data-call=${callId}] .badge`);

test('a call is seen to come in and to be written, and is opened in the CRM', async () => {
  await headline('Ready for the first call').waitFor();
  await page.getByText(`altur-crm-sync ${readVersion()}`).waitFor();
  await deliver(service.url, anyCall(1));
  await headline('Everything is all right').waitFor();
  await outcomeOf('cll_test000001').filter({ hasText: 'Synced' }).waitFor();
  const [call] = crm.calls();
  const link = await page.getByRole('link', { name: 'Open cll_test000001 in HubSpot' }).getAttribute('href');
  const answer = await page.request.get(service.url + link, { maxRedirects: 0 });
  expect(answer.headers().location).toMatch(new RegExp(`^https://app[^/]*\\.hubspot\\.com/.*${call!.id}`));

  await page.getByRole('rowheader').getByRole('link', { name: 'cll_test000001' }).click();
  await headline('This call is in HubSpot, without 1 field').waitFor();
  const timeline = page.locator('.timeline');
  await timeline.locator('summary').click();
  expect(await textOf(timeline)).toMatch(/Written to the CRM .*POST \S*contacts\/batch\/upsert/);
});

test('a call is found by the customer’s own id and by the phone number', async () => {
  await deliver(service.url, anyCall(7));
  await until(() => crm.calls().length === 1, 'the call is written');
  for (const text of ['user_7', '55 1000 0007', 'cll_test000007']) {
    await page.getByRole('banner').getByRole('searchbox').fill(text);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/dashboard\/calls/);
    await page.getByText('cll_test000007').first().waitFor();
  }
});

test('dead letters of one cause are retried after the fix, and the log says who did it', async () => {
  const rejected = crm.fault(rejectedCall('cll_test000002'));
  await deliver(service.url, anyCall(2));
  await headline('1 call could not be written to HubSpot and needs you').waitFor();
  rejected.remove();
  await page.getByRole('button', { name: 'Retry this one' }).click();
  await page.getByText('1 call is back in the queue').waitFor();
  await until(() => crm.calls().length === 1, 'the call is written');
  const audited = service.log.find(({ message }) => message === 'operator action');
  expect(audited).toMatchObject({ action: 'retry', by: 'dashboard', callIds: ['cll_test000002'] });
  expect(audited!.address).toMatch(/127\.0\.0\.1|::1/);
  await page.goto(`${service.url}/dashboard/calls/cll_test000002`);
  await page.locator('.timeline', { hasText: 'Retried by an operator' }).waitFor();
});

test('a field that the portal lacks is created from the page, and filled from the next call on', async () => {
  await deliver(service.url, anyCall(3));
  const row = page.locator('[data-field=altur_branch]');
  await row.getByRole('button', { name: 'Create the field' }).click();
  await page.getByText('The field altur_branch was created').waitFor();
  await deliver(service.url, anyCall(4, 3));
  await until(() => crm.contacts()[0]?.properties.altur_branch === 'status 4', 'the field is filled');
});

test('the queue’s jobs can be looked at one by one', async () => {
  crm.fault({ kind: 'status', status: 401, path: 'crm', times: 'always' });
  await deliver(service.url, anyCall(6));
  await page.getByRole('navigation').getByRole('link', { name: 'Queue' }).click();
  const board = page.frameLocator('iframe');
  await board.getByRole('link', { name: 'calls' }).first().click();
  await board.getByText('cll_test000006', { exact: false }).first().waitFor();
});

test('rejected credentials are said, and calls wait', async () => {
  crm.fault({ kind: 'status', status: 401, path: 'crm', times: 'always' });
  await deliver(service.url, anyCall(5));
  await headline('HubSpot refuses the credentials: somebody must renew them').waitFor();
  await page.locator('[data-figure=waiting] .value').filter({ hasText: '1' }).waitFor();
});
