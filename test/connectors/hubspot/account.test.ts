/** The portal that a token belongs to, and the addresses of its records. */
import { describe, expect, test } from '@jest/globals';
import { definition } from '../../../connectors/hubspot/index.ts';
import { jsonResponse } from '../../simulators/kit/http-message.ts';
import { closedAfterEach } from '../closing.ts';
import { record } from '../fixtures.ts';
import { requestObserver } from '../observer.ts';
import { startPortal, statuses } from './portal.ts';

const start = closedAfterEach(startPortal);
const DETAILS = '/account-info/';

test('is named by its id, and records are opened where its users sign in', async () => {
  const portal = await start({ uiDomain: 'app-eu1.hubspot.com' });
  const account = await portal.connector.account!();
  expect(account).toEqual({ id: '4817203', name: '4817203', url: 'https://app-eu1.hubspot.com' });
  expect(
    (['person', 'call', 'task'] as const).map((each) => definition.recordUrl!(account, each, '7')),
  ).toEqual([
    'https://app-eu1.hubspot.com/contacts/4817203/record/0-1/7',
    'https://app-eu1.hubspot.com/contacts/4817203/record/0-48/7',
    'https://app-eu1.hubspot.com/contacts/4817203/record/0-27/7',
  ]);
});

test('is named by its name where HubSpot gives it', async () => {
  const gateway = ({ url }: { url: string }) =>
    url.startsWith(DETAILS)
      ? jsonResponse(200, { portalId: 7, portalName: 'Acme', uiDomain: 'not a host/' })
      : undefined;
  const portal = await start({ gateway });
  const account = await portal.connector.account!();
  expect(account).toEqual({ id: '7', name: 'Acme' });
  expect(definition.recordUrl!(account, 'person', '7')).toBeUndefined();
});

test('is read under the former version where HubSpot knows no other', async () => {
  const portal = await start({ generations: ['legacy'] });
  expect(await portal.connector.account!()).toMatchObject({ id: '4817203' });
});

describe('a token that may not read it', () => {
  test('writes calls all the same', async () => {
    const portal = await start({ missingScopes: ['oauth'] });
    await expect(portal.connector.account!()).rejects.toMatchObject({
      name: 'CrmError',
      code: 'SCOPE_MISSING',
    });
    expect(statuses(await portal.sync([record(1)]))).toEqual(['synced']);
  });

  test('gets a warning from doctor', async () => {
    const portal = await start({ missingScopes: ['oauth'] });
    const findings = await portal.connector.check();
    expect(findings.find(({ subject }) => subject === 'portal')).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('oauth'),
      fix: expect.stringContaining('calls are written all the same'),
    });
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

test.each([
  ['answers nothing of it', jsonResponse(200, {})],
  ['rejects the request', jsonResponse(400, { category: 'VALIDATION_ERROR', message: 'no' })],
  ['knows no version of it', jsonResponse(404, { message: 'no' })],
])('a HubSpot that %s is a CrmError with a code', async (_, response) => {
  const gateway = ({ url }: { url: string }) => (url.startsWith(DETAILS) ? response : undefined);
  const portal = await start({ gateway });
  await expect(portal.connector.account!()).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' });
});

test('doctor names it', async () => {
  const portal = await start();
  const findings = await portal.connector.check();
  expect(findings).toContainEqual({
    level: 'ok',
    subject: 'portal',
    message: '4817203, https://app.hubspot.com',
  });
});

test('every request is reported: of the schema, the look-ups, the searches that are tried again, the writes', async () => {
  const { observeRequest, taken } = requestObserver();
  const portal = await start({ context: { observeRequest } });
  await portal.connector.prepare();
  await portal.connector.account!();
  expect(taken()).toEqual([
    'GET /crm/properties/2026-03/contacts 200',
    'GET /crm/properties/2026-03/calls 200',
    'GET /crm/properties/2026-03/tasks 200',
    'GET /crm/properties/2026-03/contacts 200',
    'GET /crm/properties/2026-03/contacts 200',
    'GET /account-info/2026-03/details 200',
  ]);
  const body = { policyName: 'SECONDLY', message: 'You have reached your secondly limit.' };
  portal.hubspot.fault({ kind: 'status', path: '/search$', status: 429, body });
  const before = portal.hubspot.requests.length;
  await portal.sync([record(1)]);
  const observed = taken();
  expect(observed).toEqual([
    'POST /crm/objects/2026-03/contacts/batch/read 207',
    'POST /crm/objects/2026-03/contacts/search 429',
    'POST /crm/objects/2026-03/contacts/search 200',
    'POST /crm/objects/2026-03/contacts/batch/upsert 200',
    'POST /crm/objects/2026-03/calls/batch/upsert 200',
    'POST /crm/associations/2026-03/calls/contacts/batch/associate/default 200',
  ]);
  expect(portal.hubspot.requests.length - before).toBe(observed.length);
});
