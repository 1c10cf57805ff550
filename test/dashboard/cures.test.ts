/** The buttons of the dashboard in a real browser: what they do, say and refuse. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { OperatorError } from '../../src/operator-error.ts';
import { startBrowser } from '../browser.ts';
import { until } from '../e2e/service-process.ts';
import { htmlResponse } from '../simulators/kit/http-message.ts';
import { startScriptedServer } from '../simulators/kit/scripted-server.ts';
import { type OpenPage, openPage } from './open-page.ts';
import { type ScriptedData, scriptedData } from './scripted/scripted-data.ts';
import { type RunningDashboard, startDashboard } from './start-dashboard.ts';

const REJECTED = 'RECORD_REJECTED person lifecyclestage';
let browser: Browser;
let data: ScriptedData;
let running: RunningDashboard;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
}, 600_000);
beforeEach(async () => {
  data = scriptedData('dead-letters');
  running = await startDashboard({ data });
  opened = await openPage(browser, `${running.url}/dashboard`);
  page = opened.page;
  await page.locator('.connection.live').waitFor();
});
afterEach(async () => {
  await page.context().close();
  await running.close();
});
afterAll(() => browser.close());

const button = (name: string | RegExp) => page.getByRole('button', { name });
const group = (code: string) => page.locator(`[data-code=${code}]`);
const toast = (text: string) => page.locator('.toast', { hasText: text });

test('a double click retries once, and the button shows that it is at work', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  data.pause = promise;
  await button('Retry these 312').dblclick();
  await page.locator('button[aria-busy=true]').waitFor();
  expect(await button('Retry these 312').isDisabled()).toBe(true);
  expect(await group('RECORD_REJECTED').getByRole('button', { name: 'Discard' }).isDisabled()).toBe(true);
  resolve();
  await group('RECORD_REJECTED').waitFor({ state: 'detached' });
  expect(data.done).toEqual([['retry', { group: REJECTED }]]);
});

test('the keyboard keeps its place while an action is under way, and after it', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  data.pause = promise;
  await button('Retry these 19').press('Enter');
  await page.locator('button[aria-busy=true]').waitFor();
  const focused = () =>
    page.evaluate('document.activeElement.textContent.trim() || document.activeElement.id');
  expect(await focused()).toBe('Retry these 19');
  resolve();
  await group('FIELD_MISSING').waitFor({ state: 'detached' });
  await until(
    async () => (await page.evaluate('document.activeElement.id')) === 'main',
    'the page has the focus',
  );
});

test('discarding asks first: no is no', async () => {
  const discard = group('RECORD_REJECTED').getByRole('button', { name: 'Discard' });
  await discard.click();
  await page.getByRole('heading', { name: 'Discard 312 calls?' }).waitFor();
  await button('Cancel').click();
  await page.locator('dialog').waitFor({ state: 'detached' });
  await discard.click();
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  expect(data.done).toEqual([]);
  await discard.click();
  await button('Discard 312 calls').click();
  await toast('312 calls were discarded').waitFor();
  expect(data.done).toEqual([['discard', { group: REJECTED }]]);
});

test('a missing field is created, then its calls are retried', async () => {
  await button('Create the field and retry 19').click();
  await toast('19 calls are back in the queue').waitFor();
  expect(data.done).toEqual([
    ['createField', 'person', 'altur_payment_amount'],
    ['retry', { group: 'FIELD_MISSING person altur_payment_amount' }],
  ]);
});

test('a missing option is asked for and added, then its calls are retried', async () => {
  await button('Add the option and retry 6').click();
  await page.getByRole('textbox', { name: 'Option' }).fill(' promesa de pago ');
  await page.getByRole('button', { name: 'Add the option', exact: true }).click();
  await toast('6 calls are back in the queue').waitFor();
  expect(data.done).toEqual([
    ['addOption', 'person', 'altur_status', 'promesa de pago'],
    ['retry', { group: 'OPTION_MISSING person altur_status' }],
  ]);
});

test('a cure that fails says why, and nothing is retried', async () => {
  data.actionFailure = new OperatorError('HubSpot does not let this app create fields', {
    code: 'SCOPE_MISSING',
  });
  await button('Create the field and retry 19').click();
  await page.locator('.toast.failed', { hasText: 'HubSpot does not let this app create fields' }).waitFor();
  expect(data.done.map(([action]) => action)).toEqual(['createField']);
  await button('Create the field and retry 19').isEnabled();
});

test('skipped fields have their cures', async () => {
  data.scene = 'skipped-fields';
  await page.getByRole('button', { name: 'Create the field', exact: true }).click();
  await toast('The field altur_payment_amount was created').waitFor();
  await page.locator('[data-field=altur_status]').getByRole('button').click();
  await page.getByRole('textbox', { name: 'Option' }).fill('pagó');
  await page.keyboard.press('Enter');
  await toast('The option was added to altur_status').waitFor();
  expect(data.done).toEqual([
    ['createField', 'person', 'altur_payment_amount'],
    ['addOption', 'person', 'altur_status', 'pagó'],
  ]);
});

describe('on the page of a call', () => {
  const goTo = async (callId: string) => {
    await page.goto(`${running.url}/dashboard/calls/${callId}`);
    await page.locator('.summary').waitFor();
  };

  test('a dead letter is retried or discarded', async () => {
    await goTo('cll_9XhR2mQpL0');
    await button('Retry').click();
    await toast('1 call is back in the queue').waitFor();
    await button('Discard …').click();
    await button('Discard 1 call').click();
    await toast('1 call was discarded').waitFor();
    const selection = { callIds: ['cll_9XhR2mQpL0'] };
    expect(data.done).toEqual([
      ['retry', selection],
      ['discard', selection],
    ]);
  });

  test('a synced call is written again, and nothing else', async () => {
    await goTo('cll_m4Tz9yWc3E');
    expect(await page.locator('.summary').getByRole('button').allTextContents()).toEqual([
      'Check in HubSpot',
      'Write it again',
    ]);
    await button('Check in HubSpot').click();
    await page.getByText('Not everything is still in HubSpot').waitFor();
    await page.locator('.rows .badge').nth(1).waitFor();
    expect(await page.locator('.rows .badge').allTextContents()).toEqual(['still there', 'gone']);
    await page.getByText('The call is not linked to the person').waitFor();
    await page.getByRole('heading', { level: 1, name: 'not all of it is there any more' }).waitFor();
    await button('Write it again').click();
    await toast('1 call is written again').waitFor();
    expect(await page.locator('.rows .badge').count()).toBe(0);
    expect(data.done).toEqual([
      ['check', 'cll_m4Tz9yWc3E'],
      ['resync', ['cll_m4Tz9yWc3E']],
    ]);
  });

  test.each(['cll_4hNvS1lMe9', 'cll_Vb20sKq81P', 'cll_written001'])('%s needs no button', async (callId) => {
    await goTo(callId);
    expect(await page.locator('.summary').getByRole('button').count()).toBe(0);
  });
});

test('another site can act neither by a form nor by a script, though the browser is signed in', async () => {
  const action = `${running.url}/dashboard/api/actions/retry`;
  const body = JSON.stringify({ group: REJECTED });
  const form = `<form method="post" enctype="text/plain" action="${action}">
    <input name='{"group":"${REJECTED}","x":"' value='"}'></form>`;
  const site = await startScriptedServer(() => htmlResponse(200, form));
  try {
    // By its other name the same machine is another site.
    await page.goto(site.url.replace('127.0.0.1', 'localhost'));
    const attempts = [{ mode: 'no-cors' }, { headers: { 'content-type': 'application/json' } }];
    for (const attempt of attempts) {
      const options = JSON.stringify({ method: 'POST', credentials: 'include', body, ...attempt });
      await page.evaluate(`fetch(${JSON.stringify(action)}, ${options}).catch(() => {})`);
    }
    const answer = page.waitForResponse(action);
    await page.evaluate('document.forms[0].submit()');
    expect((await answer).status()).toBe(403);
    expect(data.done).toEqual([]);
  } finally {
    await site.close();
  }
});
