import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { OperatorError } from '../../src/operator-error.ts';
import { type ScriptedData, scriptedData } from './scripted/scripted-data.ts';
import { type RunningDashboard, startDashboard } from './start-dashboard.ts';

let data: ScriptedData;
let running: RunningDashboard;

beforeEach(async () => {
  data = scriptedData('dead-letters');
  running = await startDashboard({ data });
});
afterEach(() => running.close());

const act = (name: string, body: object, headers: Record<string, string> = { origin: running.url }) =>
  running.post(`/dashboard/api/actions/${name}`, JSON.stringify(body), headers);
const GROUP = 'RECORD_REJECTED person lifecyclestage';

describe('an action', () => {
  test.each([
    ['retry', { group: GROUP }, ['retry', { group: GROUP }], 312],
    ['discard', { callIds: ['cll_1', 'cll_2'] }, ['discard', { callIds: ['cll_1', 'cll_2'] }], 2],
    ['resync', { callIds: ['cll_1'] }, ['resync', ['cll_1']], 1],
    ['create-field', { object: 'person', field: 'monto' }, ['createField', 'person', 'monto'], 1],
    [
      'add-option',
      { object: 'call', field: 'estado', option: 'pagó' },
      ['addOption', 'call', 'estado', 'pagó'],
      1,
    ],
  ])('%s is done, and says to how many', async (name, body, done, count) => {
    const response = await act(name, body);
    expect(await response.json()).toMatchObject({ count });
    expect(data.done).toEqual([done]);
    expect(data.actors).toEqual([{ address: expect.stringMatching(/127\.0\.0\.1/) }]);
  });

  test.each([
    ['retry', {}],
    ['retry', { group: '' }],
    ['retry', { group: 'x', callIds: ['cll_1'] }],
    ['discard', { callIds: [] }],
    ['resync', { callIds: [1] }],
    ['create-field', { object: 'deal', field: 'x' }],
    ['add-option', { object: 'person', field: 'x', option: ' ' }],
  ])('%s is refused with %j', async (name, body) => {
    expect((await act(name, body)).status).toBe(400);
    expect(data.done).toEqual([]);
  });

  test('that fails says why, in the operator’s words', async () => {
    data.actionFailure = new OperatorError('HubSpot refuses to create fields: give the app the scope', {
      code: 'SCOPE_MISSING',
    });
    const response = await act('create-field', { object: 'person', field: 'monto' });
    expect(response.status).toBe(409);
    expect(await response.json()).toEqual({
      error: 'HubSpot refuses to create fields: give the app the scope',
      code: 'SCOPE_MISSING',
    });
  });

  test('that fails for a defect is logged, and tells nothing of the inside', async () => {
    data.actionFailure = new Error('undefined is not a function');
    const response = await act('retry', { group: GROUP });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('undefined');
    expect(running.log.entries).toMatchObject([{ level: 'error', message: 'request failed' }]);
  });

  test('that Redis did not carry out says so, is logged, and may be done again', async () => {
    data.actionFailure = new Error('connect ECONNREFUSED 127.0.0.1:6379');
    const response = await act('retry', { group: GROUP });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      error: expect.stringMatching(/does Redis answer\? Do it again/),
    });
    expect(running.log.entries).toMatchObject([
      { level: 'warn', fields: { code: 'DASHBOARD_ACTION_FAILED' } },
    ]);
  });

  test('is seen at once, however recently the overview was read', async () => {
    const read = async () => (await running.get('/dashboard/api/overview')).json() as Promise<object>;
    expect(await read()).toMatchObject({ queue: { deadLetters: 338 } });
    await act('retry', { group: GROUP });
    expect(await read()).toMatchObject({ queue: { deadLetters: 26 } });
  });
});

describe('who may act', () => {
  const body = { group: GROUP };

  test.each([
    [
      'a page of this dashboard',
      () => ({ 'sec-fetch-site': 'same-origin', origin: 'https://behind.proxy' }),
      200,
    ],
    ['a page of this dashboard over plain HTTP', () => ({ origin: running.url }), 200],
    ['not another site', () => ({ 'sec-fetch-site': 'cross-site', origin: running.url }), 403],
    ['not another subdomain', () => ({ 'sec-fetch-site': 'same-site' }), 403],
    ['not another site over plain HTTP', () => ({ origin: 'http://evil.example' }), 403],
    ['not a page without an origin', () => ({ origin: 'null' }), 403],
    ['nobody who does not say', () => ({}), 403],
  ])('%s', async (_, headers, status) => {
    expect((await act('retry', body, headers())).status).toBe(status);
    expect(data.done).toHaveLength(status === 200 ? 1 : 0);
  });

  test('nobody without the password', async () => {
    const headers = { origin: running.url, authorization: '' };
    expect((await act('retry', body, headers)).status).toBe(401);
  });

  test('no form: it cannot send JSON', async () => {
    const headers = { origin: running.url, 'content-type': 'text/plain' };
    expect((await act('retry', body, headers)).status).toBe(415);
    expect(data.done).toEqual([]);
  });
});

test('what cannot be read is said on the page, and logged once, however often a page asks', async () => {
  data.failure = new Error('connect ECONNREFUSED');
  const answers: unknown[] = [];
  for (let request = 0; request < 9; request++) {
    const response = await running.get('/dashboard/api/overview');
    answers.push([response.status, await response.json()]);
  }
  expect(answers[8]).toEqual([503, { error: 'the data cannot be read at the moment: does Redis answer?' }]);
  expect(running.log.entries).toMatchObject([
    { level: 'warn', fields: { code: 'DASHBOARD_READ_FAILED', count: 1 } },
  ]);
});

test('many browsers cost as much as one', async () => {
  const requests = Array.from({ length: 20 }, () => running.get('/dashboard/api/overview'));
  for (const response of await Promise.all(requests)) expect(response.status).toBe(200);
  expect(data.reads).toBe(1);
});

describe('a call in the CRM', () => {
  test('is found by its id', async () => {
    const response = await running.get('/dashboard/calls/cll_m4Tz9yWc3E/crm');
    expect(response.headers.get('location')).toBe(
      'https://app.hubspot.com/contacts/48120931/record/0-48/990128',
    );
  });

  test('that is not there leads to its page', async () => {
    const response = await running.get('/dashboard/calls/cll_9XhR2mQpL0/crm');
    expect(response.headers.get('location')).toBe('/dashboard/calls/cll_9XhR2mQpL0');
  });
});
