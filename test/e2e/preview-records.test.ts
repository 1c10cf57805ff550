/** The preview page in a real browser: the person in the CRM, labels, and the call's body as the CRM shows it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import { anyCall, phoneOf } from '../calls.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { type SalesforceSimulator, startSalesforce } from '../simulators/salesforce/salesforce.ts';
import {
  cell,
  openPreview,
  PASSWORD,
  type PreviewPage,
  paste,
  plain,
  SCREENSHOTS,
  seen,
  shows,
} from './preview-browser.ts';
import { deliver, type ServiceProcess, startProcess, until } from './service-process.ts';

let browser: Browser;
let redis: RedisServer;
let service: ServiceProcess;
let opened: PreviewPage;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
}, 600_000);
afterAll(() => browser.close());
beforeEach(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  await page.context().close();
  await service.stop('SIGKILL');
  await redis.stop();
  const { elsewhere, complaints } = opened;
  expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
});

/** Shows this event. */
async function open(event: object, options: BrowserContextOptions = {}): Promise<void> {
  opened = await openPreview(browser, service.url, options);
  page = opened.page;
  await paste(page, '#event', JSON.stringify(event));
}

const text = async (field: string, name: 'now' | 'after') => plain(await seen(cell(page, field, name)));

describe('with HubSpot', () => {
  let crm: HubSpotSimulator;

  beforeEach(async () => {
    crm = await startHubSpot({ provisioned: true });
    service = await startProcess({
      CRM_CONNECTOR: 'hubspot',
      HUBSPOT_ACCESS_TOKEN: crm.token,
      HUBSPOT_API_URL: crm.url,
      REDIS_URL: redis.url,
      DASHBOARD_PASSWORD: PASSWORD,
    });
  });
  afterEach(() => crm.close());

  test('a person is found: the record, its link, by what, and each value now and after the call', async () => {
    const [id] = crm.seed({ contacts: [{ firstname: 'Sofi', phone: phoneOf(3), altur_status: 'open' }] });
    await open(anyCall(3));
    await shows(page, '.person', `Found Record ${id}`);
    const link = page.locator('.headline a');
    expect(await link.getAttribute('href')).toMatch(new RegExp(`^https://\\S+/${id}$`));
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    expect((await page.locator('.identities li').allTextContents()).map(plain)).toEqual([
      'key user_3 no match',
      `phone ${phoneOf(3)} 1 match`,
    ]);
    await shows(page, '.person', 'It gets the key user_3');
    expect([await text('firstname', 'now'), await text('firstname', 'after')]).toEqual([
      'Sofi',
      'Sofi kept: filled already not written: Sofía',
    ]);
    expect([await text('lastname', 'now'), await text('lastname', 'after')]).toEqual(['empty', 'Peña 3']);
    expect([await text('altur_status', 'now'), await text('altur_status', 'after')]).toEqual([
      'open',
      'status 3',
    ]);
    expect(await text('phone', 'after')).toBe(`${phoneOf(3)} unchanged`);
    await page.screenshot({ path: `${SCREENSHOTS}/preview.png` });
  });

  test('several people match, and what the mapping makes of it changes while one types', async () => {
    crm.seed({
      contacts: [
        { firstname: 'Ana', phone: phoneOf(3) },
        { firstname: 'Eva', phone: phoneOf(3) },
      ],
    });
    await open(anyCall(3));
    await shows(page, '.person', '2 records match. The mapping takes the newest (onMany: newest):');
    await page.fill('#mapping', 'match: { onMany: skip }\n');
    await shows(page, '.person', 'More than one person matches');
    await shows(page, '.person', 'The mapping says onMany: skip: nothing is written. 2 records match:');
    expect(await page.locator('#records .person table').count()).toBe(0);
    await page.fill('#mapping', 'match: { by: [key], onMissing: log-only }\n');
    await shows(page, '.person', 'onMissing: log-only: the call is logged without a person.');
  });

  test('a later call’s values stay, and what is added to a list is marked', async () => {
    crm.define('contacts', {
      name: 'topics',
      label: 'Topics',
      groupName: 'altur',
      type: 'enumeration',
      fieldType: 'checkbox',
      options: [
        { value: 'vip', label: 'Important customer' },
        { value: 'late', label: 'Pays late' },
      ],
    });
    crm.seed({ contacts: [{ firstname: 'Sofi', phone: phoneOf(3), topics: 'vip' }] });
    await deliver(service.url, anyCall(8, 3));
    await until(() => crm.calls().length === 1, 'the later call is written');
    await open(anyCall(3));
    await page.fill('#mapping', 'person: { topics: { constant: [vip, late], when: append } }\n');
    await shows(page, 'tr[data-field="altur_status"]', 'status 8 kept: a later call wrote it');
    await shows(page, 'tr[data-field="topics"] td.now', 'Important customer vip');
    await shows(page, 'tr[data-field="topics"] td.after', '1 added');
    expect((await page.locator('tr[data-field="topics"] .chip.new').allTextContents()).map(plain)).toEqual([
      'Pays late late',
    ]);
  });

  test('a look-up that fails is said, and the records are there all the same', async () => {
    await open(anyCall(3));
    await shows(page, 'tr[data-field="lastname"]', 'Peña 3');
    crm.settings.token = 'another';
    await page.click('#resolve');
    await shows(page, '.person', 'The person could not be looked up:');
    await shows(page, '.person', 'HubSpot');
    expect(await text('lastname', 'after')).toBe('Peña 3 only if it is empty');
    expect(await page.locator('#resolve').isEnabled()).toBe(true);
  });

  test('an option has its label, with the value behind it', async () => {
    await open(anyCall(3));
    await shows(page, 'tr[data-field="hs_call_disposition"] td.after', 'Connected');
    const raw = cell(page, 'hs_call_disposition', 'after').locator('code');
    expect(await raw.textContent()).toBe('f240bbac-87c9-4f6e-bf70-924b57d47db7');
  });

  test('the body is rendered as HubSpot does, harmless whatever it holds, and raw on demand', async () => {
    const said = '<img src=x onerror="document.title=1"> & <b>bold</b>';
    await open(anyCall(3, 3, { transcript: [{ sent_by: 'user', content: said }] }));
    await shows(page, '.rendered', said);
    const rendered = page.locator('.long-text[data-field="hs_call_body"] .rendered');
    expect((await seen(rendered)).split('\n').slice(0, 2)).toEqual([
      'Outcome: Connected',
      'Status: status 3',
    ]);
    expect(await rendered.locator('img, b').count()).toBe(0);
    const raw = page.locator('.long-text[data-field="hs_call_body"] details');
    expect(await raw.locator('pre').isVisible()).toBe(false);
    await raw.locator('summary').press('Enter');
    expect(await seen(raw.locator('pre'))).toContain('&lt;img src=x onerror=');
    expect(await page.title()).toContain('Preview');
  });

  test('of HTML only what shows text is made again: nothing that runs or loads', async () => {
    await open(anyCall(3));
    const html = `<h3 style="color:red" onclick="document.title=2">Outcome</h3><script>document.title=3</script>
      <a href="https://example.com/x">open</a> <a href="javascript:document.title=4">run</a>
      <iframe src="https://example.com"></iframe><img src="https://example.com/y.png" onerror="document.title=5">
      <svg><a href="https://example.com/z">drawn</a></svg><form action="/x"><b>bold</b></form>${'<div>'.repeat(400)}deep`;
    await page.evaluate(`(async () => {
      const { renderMarkup } = await import('/dashboard/preview/markup.js');
      const room = Object.assign(document.createElement('div'), { id: 'tried' });
      document.body.append(room);
      room.append(renderMarkup(${JSON.stringify(html)}));
    })()`);
    const rendered = page.locator('#tried');
    expect(plain(await seen(rendered))).toBe('Outcome open run bold deep');
    expect(await rendered.locator('script, img, iframe, svg, form, [onclick], [style]').count()).toBe(0);
    expect(await rendered.locator('h3, b').count()).toBe(2);
    expect(await rendered.locator('a').count()).toBe(1);
    expect(await rendered.locator('a').getAttribute('href')).toBe('https://example.com/x');
    expect(await page.title()).toContain('Preview');
  });

  test('it is there in Spanish and in the dark', async () => {
    crm.seed({ contacts: [{ firstname: 'Sofi', phone: phoneOf(3) }] });
    await open(anyCall(3));
    await page.click('[data-language=es]');
    await page.waitForSelector('#records table', { state: 'attached' });
    expect(await page.locator('html').getAttribute('lang')).toBe('es');
    await paste(page, '#event', JSON.stringify(anyCall(3)));
    await shows(page, '.person', 'Encontrada');
    await shows(page, 'tr[data-field="firstname"]', 'se conserva: ya está lleno');
    await page.fill('#event', '{ "a": 1 "b": 2 }');
    await shows(page, '#event-issues li', 'Línea 1: falta una coma aquí');
    await shows(page, '#state', 'Corrige el evento');
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).not.toBe(light);
    await page.screenshot({ path: `${SCREENSHOTS}/dark.png` });
  });
});

test('without a CRM nobody is looked up', async () => {
  service = await startProcess({
    CRM_CONNECTOR: 'preview',
    REDIS_URL: redis.url,
    DASHBOARD_PASSWORD: PASSWORD,
  });
  await open(anyCall(3));
  await shows(page, '.person', 'Not looked up');
  await until(async () => (await page.locator('#resolve').count()) === 0, 'there is no button for it');
  await shows(page, '.person', 'If nobody matches, the person is created.');
});

describe('with Salesforce', () => {
  let crm: SalesforceSimulator;

  beforeEach(async () => {
    crm = await startSalesforce({ provisioned: true });
    service = await startProcess({
      CRM_CONNECTOR: 'salesforce',
      SALESFORCE_LOGIN_URL: crm.url,
      SALESFORCE_CLIENT_ID: 'client-id',
      SALESFORCE_CLIENT_SECRET: 'client-secret',
      REDIS_URL: redis.url,
      DASHBOARD_PASSWORD: PASSWORD,
    });
  });
  afterEach(() => crm.close());

  test('a person is found with values now and after, and the body is plain text', async () => {
    const { Contact: [id] = [] } = crm.seed({
      Contact: [{ FirstName: 'Sofi', LastName: 'Peña', MobilePhone: phoneOf(3), Altur_Status__c: 'open' }],
    });
    await open(anyCall(3, 3, { transcript: [{ sent_by: 'user', content: '<b>bold</b>' }] }));
    await shows(page, '.person', `Found Record ${id}`);
    expect(await page.locator('.headline a').getAttribute('href')).toContain(id!);
    expect([await text('FirstName', 'now'), await text('FirstName', 'after')]).toEqual([
      'Sofi',
      'Sofi kept: filled already not written: Sofía',
    ]);
    expect([await text('Phone', 'now'), await text('Phone', 'after')]).toEqual(['empty', phoneOf(3)]);
    expect([await text('Altur_Status__c', 'now'), await text('Altur_Status__c', 'after')]).toEqual([
      'open',
      'status 3',
    ]);
    const rendered = page.locator('.long-text[data-field="Description"] .rendered');
    expect(await seen(rendered)).toContain('Sofía Peña 3: <b>bold</b>');
    expect((await seen(rendered)).split('\n')[0]).toBe('Outcome: Connected');
    expect(crm.records('Task')).toEqual([]);
  });
});
