/** Responses classified by evidence: the status, whether they are Salesforce's at all, and only then the code. */
import { describe, expect, test } from '@jest/globals';
import { startSalesforce } from '../../simulators/salesforce/salesforce.ts';
import { closedAfterEach } from '../closing.ts';
import { contacts, record, startOrg, type TestOrg, tasks } from './org.ts';

const start = closedAfterEach(startOrg);
const startHost = closedAfterEach(() => startSalesforce({ provisioned: true }));

const COMPOSITE = '/composite$';
const TOKEN = '/services/oauth2/token';
const error = (errorCode: string) => [{ errorCode, message: 'a message' }];

/** Has read the fields and knows the person. */
async function started(): Promise<TestOrg> {
  const org = await start();
  await org.sync([record(1)]);
  org.salesforce.clearRequests();
  return org;
}

describe('the status comes before the code', () => {
  test.each([
    [503, 'INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE', 'CRM_MAINTENANCE'],
    [503, 'INVALID_FIELD', 'CRM_UNAVAILABLE'],
    [500, 'UNKNOWN_EXCEPTION', 'CRM_UNAVAILABLE'],
    [500, 'STRING_TOO_LONG', 'CRM_UNAVAILABLE'],
    [502, 'A_CODE_OF_TOMORROW', 'CRM_UNAVAILABLE'],
  ])('HTTP %d with %s is the CRM’s: one request, nothing is bisected', async (status, code, stable) => {
    const org = await started();
    org.salesforce.fault({ kind: 'status', path: COMPOSITE, status, body: error(code), times: 'always' });
    const calls = Array.from({ length: 50 }, (_, n) => record(1, { callId: `cll_${n}` }));
    await expect(org.sync(calls)).rejects.toMatchObject({ kind: 'unavailable', code: stable });
    expect(org.salesforce.requests).toHaveLength(1);
  });

  test('a part of a composite that failed with 500 is the CRM’s, whatever its code', async () => {
    const org = await started();
    const part = { referenceId: 'c0', httpStatusCode: 500, httpHeaders: {}, body: error('INVALID_FIELD') };
    org.salesforce.fault({
      kind: 'status',
      path: COMPOSITE,
      status: 200,
      body: { compositeResponse: [part] },
    });
    await expect(org.sync([record(1, { callId: 'cll_a' })])).rejects.toMatchObject({ kind: 'unavailable' });
  });

  test('HTTP 429 makes the queue wait as long as it says', async () => {
    const org = await started();
    const headers = { 'retry-after': '7' };
    org.salesforce.fault({ kind: 'status', path: COMPOSITE, status: 429, headers });
    await expect(org.sync([record(1, { callId: 'cll_a' })])).rejects.toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 7_000,
    });
  });

  test.each([413, 414, 431])('HTTP %d is about the request: it is sent in smaller ones', async (status) => {
    const org = await started();
    org.salesforce.fault({ kind: 'status', path: COMPOSITE, status, body: '<h1>too large</h1>' });
    const calls = [record(1, { callId: 'cll_a' }), record(1, { callId: 'cll_b' })];
    expect(await org.sync(calls)).toMatchObject([{ status: 'synced' }, { status: 'synced' }]);
  });
});

describe('a response that is not Salesforce’s', () => {
  test.each([
    [200, '<html>maintenance</html>'],
    [200, '"text"'],
    [400, '<h1>Bad Request</h1>'],
    [403, '<h1>Blocked by your organisation</h1>'],
    [403, { error: 'a gateway’s own JSON' }],
    [404, '<html></html>'],
    [503, '<html></html>'],
  ])('(HTTP %d, %j) says nothing about the calls', async (status, body) => {
    const org = await started();
    org.salesforce.fault({ kind: 'status', path: COMPOSITE, status, body });
    const call = record(1, { callId: 'cll_a' });
    await expect(org.sync([call])).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await org.sync([call])).toMatchObject([{ status: 'synced' }]);
  });
});

describe('an org that moves to another host', () => {
  /** `org` signs in and nothing else; `a` and `b` are the hosts it is sent to. */
  async function moving() {
    const [org, a, b] = [await start(), await startHost(), await startHost()];
    const name = async (host: typeof a) => {
      const { clientId: client_id, clientSecret: client_secret } = host.settings;
      const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret });
      const token = await (await fetch(host.url + TOKEN, { method: 'POST', body })).json();
      org.salesforce.clearFaults();
      org.salesforce.fault({ kind: 'status', path: TOKEN, status: 200, body: token, times: 'always' });
    };
    await name(a);
    expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced' }]);
    await name(b);
    org.personCache.entries.clear();
    return { org, a, b };
  }

  test('is found again after a few rejected connections', async () => {
    const { org, a, b } = await moving();
    await a.close();
    for (let failures = 0; failures < 2; failures += 1)
      await expect(org.sync([record(2)])).rejects.toMatchObject({ code: 'CRM_UNREACHABLE' });
    expect(await org.sync([record(2)])).toMatchObject([{ status: 'synced' }]);
    expect(b.records('Task')).toHaveLength(1);
  });

  test.each([301, 302, 307, 308])('and redirects (HTTP %d) is found in the same batch', async (status) => {
    const { org, a, b } = await moving();
    const headers = { location: `${b.url}/elsewhere` };
    a.fault({ kind: 'status', path: COMPOSITE, status, headers, times: 'always' });
    expect(await org.sync([record(2)])).toMatchObject([{ status: 'synced' }]);
    expect(b.records('Task')).toHaveLength(1);
    // Nobody has followed the redirect, which would have turned a POST into a GET.
    expect(b.requests.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  test('and answers pages of somebody else’s is found again', async () => {
    const { org, a, b } = await moving();
    a.fault({ kind: 'html', path: COMPOSITE, status: 404, times: 'always' });
    for (let failures = 0; failures < 2; failures += 1)
      await expect(org.sync([record(2)])).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await org.sync([record(2)])).toMatchObject([{ status: 'synced' }]);
    expect(b.records('Task')).toHaveLength(1);
  });

  test('but whose sign-in still names the old host makes the queue wait', async () => {
    const org = await started();
    const headers = { location: 'https://elsewhere.example.com/' };
    const fault = org.salesforce.fault({
      kind: 'status',
      path: COMPOSITE,
      status: 301,
      headers,
      times: 'always',
    });
    const call = record(1, { callId: 'cll_a' });
    await expect(org.sync([call])).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'RESPONSE_NOT_FROM_CRM',
    });
    expect(org.salesforce.requests.length).toBeLessThan(6);
    fault.remove();
    expect(await org.sync([call])).toMatchObject([{ status: 'synced' }]);
  });
});

test('one lost response costs no new sign-in', async () => {
  const org = await started();
  const before = org.salesforce.tokenRequests;
  org.salesforce.fault({ kind: 'lost', path: COMPOSITE });
  const call = record(1, { callId: 'cll_a' });
  await expect(org.sync([call])).rejects.toMatchObject({ code: 'CRM_UNREACHABLE' });
  expect(await org.sync([call])).toMatchObject([{ status: 'synced' }]);
  expect([org.salesforce.tokenRequests - before, contacts(org).length, tasks(org).length]).toEqual([0, 1, 2]);
});
