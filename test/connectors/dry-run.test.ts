/** A preview shows the very requests that are sent. */
import { expect, test } from '@jest/globals';
import { definition as hubspot } from '../../connectors/hubspot/index.ts';
import { definition as salesforce } from '../../connectors/salesforce/index.ts';
import { closedAfterEach } from './closing.ts';
import { records } from './fixtures.ts';
import { startPortal } from './hubspot/portal.ts';
import { startOrg } from './salesforce/org.ts';

const POLICY = { onMissing: 'create', onMany: 'newest', ifEmpty: ['firstname'] } as const;
const portalOf = closedAfterEach(startPortal);
const orgOf = closedAfterEach(startOrg);

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

const bare = (requests: readonly Request[]) =>
  requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path, body }) => ({
      method,
      path,
      body: typeof body === 'string' ? JSON.parse(body) : body,
    }));

test('to HubSpot, but for the ids that HubSpot gives', async () => {
  const portal = await portalOf({ context: { policy: POLICY } });
  const schema = await portal.connector.schema();
  const { requests: shown } = await hubspot.assumed!.dryRun(records(3), schema, POLICY);
  await portal.sync(records(3));
  const sent = bare(portal.hubspot.requests);
  expect(bare(shown).slice(0, 4)).toEqual(sent.slice(0, 4));
  expect(shown.map(({ path }) => path)).toEqual(sent.map(({ path }) => path));
  expect(bare((await portal.connector.dryRun(records(3), false)).requests)).toEqual(bare(shown));
});

test('to Salesforce', async () => {
  const policy = { ...POLICY, ifEmpty: ['LastName'] };
  const org = await orgOf({ context: { policy } });
  await org.connector.schema();
  const before = org.salesforce.requests.length;
  const rows = records(3).map((record) => {
    const fields = [{ field: 'LastName', value: 'Peña', when: 'if-empty' as const }];
    return { ...record, person: { ...record.person!, fields }, call: { fields: [] } };
  });
  const { requests: shown } = await org.connector.dryRun(rows, false);
  await org.sync(rows);
  expect(bare(shown)).toEqual(
    bare(org.salesforce.requests.slice(before)).filter(({ path }) => path.endsWith('/composite')),
  );
});

test('to an org nobody asked, in the same form', async () => {
  const policy = { ...POLICY, ifEmpty: ['LastName'] };
  const schema = salesforce.assumed!.schema(policy);
  const { requests: shown } = await salesforce.assumed!.dryRun(records(1), schema, policy);
  expect(shown.map(({ path }) => path)).toEqual([
    '/services/data/v64.0/composite',
    '/services/data/v64.0/composite',
    '/services/data/v64.0/composite',
  ]);
  expect(JSON.stringify(shown[0]!.body)).toContain('SELECT%20Id');
});
