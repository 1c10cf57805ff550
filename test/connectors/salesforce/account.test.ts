/** The org that we are signed in to, and the addresses of its records. */
import { describe, expect, test } from '@jest/globals';
import { definition } from '../../../connectors/salesforce/index.ts';
import { closedAfterEach } from '../closing.ts';
import { requestObserver } from '../observer.ts';
import { record, startOrg } from './org.ts';

const start = closedAfterEach(startOrg);

const COMPOSITE = 'POST /services/data/v64.0/composite 200';

test('is named by its id and name, and records are opened in Lightning', async () => {
  const org = await start();
  const account = await org.connector.account!();
  const [row] = org.salesforce.records('Organization');
  expect(account).toEqual({ id: row!.Id, name: 'Simulated', url: org.salesforce.url });
  const { url } = org.salesforce;
  const at = (object: 'person' | 'call' | 'task', id: string) => definition.recordUrl!(account, object, id);
  expect(at('person', '003Hs00000AbCdEFGH')).toBe(`${url}/lightning/r/Contact/003Hs00000AbCdEFGH/view`);
  expect(at('person', '00QHs00000AbCdEFGH')).toBe(`${url}/lightning/r/Lead/00QHs00000AbCdEFGH/view`);
  expect(at('call', '00THs00000AbCdEFGH')).toBe(`${url}/lightning/r/Task/00THs00000AbCdEFGH/view`);
  expect(at('task', '00THs00000AbCdEFGH')).toBe(`${url}/lightning/r/Task/00THs00000AbCdEFGH/view`);
});

test('takes one request after the sign-in', async () => {
  const { observeRequest, taken } = requestObserver();
  const org = await start({ context: { observeRequest } });
  await org.connector.account!();
  expect(taken()).toEqual(['POST /services/oauth2/token 200', COMPOSITE]);
});

describe('a user who may not see the organization', () => {
  const hidden = (requests: { compositeRequest: readonly { referenceId: string }[] }) => ({
    compositeResponse: requests.compositeRequest.map(({ referenceId }) => ({
      referenceId,
      httpStatusCode: 400,
      httpHeaders: {},
      body: [{ errorCode: 'INVALID_TYPE', message: "sObject type 'Organization' is not supported." }],
    })),
  });

  test('gets the id that the sign-in names, and the host as the name', async () => {
    const org = await start();
    const body = hidden({ compositeRequest: [{ referenceId: 'q0' }] });
    org.salesforce.fault({ kind: 'status', path: '/composite$', status: 200, body });
    const { host } = new URL(org.salesforce.url);
    const [row] = org.salesforce.records('Organization');
    expect(await org.connector.account!()).toEqual({ id: row!.Id, name: host, url: org.salesforce.url });
  });
});

test('doctor names it, and who is signed in', async () => {
  const org = await start();
  const { Id: id } = org.salesforce.records('Organization')[0]!;
  expect(await org.connector.check()).toContainEqual({
    level: 'ok',
    subject: 'org',
    message: `Simulated (${id}), ${org.salesforce.url}, signed in as integration@example.com`,
  });
});

describe('every request is reported', () => {
  test('of the sign-in, the fields, the look-ups and the writes, and a second sign-in', async () => {
    const { observeRequest, taken } = requestObserver();
    const org = await start({ context: { observeRequest } });
    await org.sync([record(1)]);
    const first = taken();
    expect(first).toEqual(['POST /services/oauth2/token 200', ...first.slice(1).fill(COMPOSITE)]);
    expect(first).toHaveLength(org.salesforce.requests.length);
    org.salesforce.expireTokens();
    await org.sync([record(1)]);
    expect(taken()).toEqual([
      'POST /services/data/v64.0/composite 401',
      'POST /services/oauth2/token 200',
      COMPOSITE,
    ]);
  });

  test('of what jsforce sends by itself to provision fields', async () => {
    const { observeRequest, taken } = requestObserver();
    const org = await start({ provisioned: false, context: { observeRequest } });
    await org.connector.provision([]);
    const observed = taken();
    expect(observed).toHaveLength(org.salesforce.requests.length);
    expect(new Set(observed)).toEqual(
      new Set([
        'POST /services/oauth2/token 200',
        COMPOSITE,
        'POST /services/Soap/m/64.0 200',
        'GET /services/data/v64.0/query 200',
        'POST /services/data/v64.0/sobjects/PermissionSetAssignment 201',
      ]),
    );
  });

  test('of a sign-in that is rejected', async () => {
    const { observeRequest, taken } = requestObserver();
    const org = await start({
      env: { SALESFORCE_CLIENT_SECRET: 'wrong' },
      context: { observeRequest },
    });
    await expect(org.connector.account!()).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
    expect(taken()).toEqual(['POST /services/oauth2/token 400']);
  });
});
