/** `doctor --live` against CRMs in every variant: what is assumed of them is confirmed, or found to be different. */
import { describe, expect, test } from '@jest/globals';
import type { ProbeReport } from '../../connectors/connector.ts';
import { closedAfterEach } from './closing.ts';
import { startPortal } from './hubspot/portal.ts';
import { contacts, record, startOrg, tasks } from './salesforce/org.ts';

const portalOf = closedAfterEach(startPortal);
const orgOf = closedAfterEach(startOrg);

const found = ({ results }: ProbeReport) =>
  Object.fromEntries(results.map(({ assumption, result }) => [assumption, result]));

const ALL_CONFIRMED = {
  write: 'confirmed',
  repeatable: 'confirmed',
  update: 'confirmed',
  'activity-keys': 'confirmed',
  'key-lookup': 'confirmed',
  'unknown-field': 'confirmed',
  'key-conflict': 'confirmed',
  'key-case': 'confirmed',
  'phone-lookup': 'confirmed',
};

describe('a HubSpot portal', () => {
  test('as documented confirms everything but nested writes, and nothing is left in it', async () => {
    const { connector, hubspot } = await portalOf();
    const report = await connector.probe!();
    expect(found(report)).toMatchObject({
      ...ALL_CONFIRMED,
      'unknown-field': expect.any(String),
      'nested-writes': 'not testable',
    });
    expect(report.left).toEqual([]);
    expect(report.deleted).toHaveLength(6);
    expect([hubspot.contacts(), hubspot.calls(), hubspot.tasks()]).toEqual([[], [], []]);
  });

  test.each([
    ['keeps no unique keys of calls', { provisioned: false, uniqueOnActivities: 'ignore' }, 'activity-keys'],
    ['rejects a whole batch for a conflict', { uniqueConflicts: 'batch' }, 'key-conflict'],
  ] as const)('that %s is found to be different', async (_, options, assumption) => {
    const { connector } = await portalOf(options);
    const report = await connector.probe!();
    const result = report.results.find((each) => each.assumption === assumption);
    expect(result).toMatchObject({ result: 'different', detail: expect.any(String) });
  });

  test('that may not be written to says so, and nothing else is tried', async () => {
    const { connector } = await portalOf({ missingScopes: ['crm.objects.contacts.write'] });
    const report = await connector.probe!();
    expect(report.results.at(-1)).toMatchObject({ assumption: 'write', result: 'different' });
    expect(report.results.at(-1)!.detail).toContain('crm.objects.contacts.write');
    expect(report.deleted).toEqual([]);
  });

  test('that does not delete says what is left', async () => {
    const { connector, hubspot } = await portalOf();
    hubspot.fault({ kind: 'status', status: 400, body: {}, path: '/archive', times: 'always' });
    const report = await connector.probe!();
    expect(report.deleted).toEqual([]);
    expect(report.left).toHaveLength(6);
  });

  test('that writes a call whose response is lost keeps no canary', async () => {
    const { connector, hubspot } = await portalOf();
    hubspot.fault({ kind: 'lost', path: '/calls/batch/upsert' });
    const report = await connector.probe!();
    expect(found(report)).toMatchObject({ write: 'different' });
    expect(report.deleted).toHaveLength(2);
    expect([hubspot.contacts(), hubspot.calls()]).toEqual([[], []]);
  });

  test('is left clean when the probe is stopped', async () => {
    const { connector, hubspot } = await portalOf();
    const stop = new AbortController();
    const probing = connector.probe!(stop.signal);
    await hubspot.waitFor((requests) => requests.some(({ path }) => path.endsWith('calls/batch/upsert')));
    stop.abort();
    const report = await probing;
    expect(report.results.length).toBeLessThan(4);
    expect(report.left).toEqual([]);
    expect([hubspot.contacts(), hubspot.calls(), hubspot.tasks()]).toEqual([[], [], []]);
  });

  test('that cannot be asked any more is to be looked through for canaries, by key', async () => {
    const { connector, hubspot } = await portalOf();
    hubspot.fault({ kind: 'lost', path: '/calls/batch/upsert' });
    hubspot.fault({ kind: 'drop', path: '/batch/read', nth: 2, times: 'always' });
    const report = await connector.probe!();
    expect(report.deleted).toEqual([]);
    expect(report.left).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^contact with key altur-canary-\w+-a, if there is one$/),
      ]),
    );
  });
});

describe('a Salesforce org', () => {
  test('as documented confirms everything, and nothing is left in it', async () => {
    const org = await orgOf();
    const report = await org.connector.probe!();
    expect(found(report)).toMatchObject({
      ...ALL_CONFIRMED,
      'unknown-field': expect.any(String),
      'nested-writes': 'confirmed',
    });
    expect(report.left).toEqual([]);
    expect([contacts(org), tasks(org)]).toEqual([[], []]);
  });

  test('that rejects every task keeps no canary', async () => {
    const org = await orgOf();
    org.salesforce.failRecord({
      key: '*',
      object: 'Task',
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'Type is required',
    });
    const report = await org.connector.probe!();
    expect(found(report)).toMatchObject({ write: 'different' });
    expect(report.deleted).toHaveLength(1);
    expect([contacts(org), tasks(org)]).toEqual([[], []]);
  });

  test('that accepts no nested people is found to be different, and the next start writes in two requests at once', async () => {
    const settings = { nestedParents: 'refuse-request' } as const;
    const org = await orgOf({ settings });
    expect(found(await org.connector.probe!())).toMatchObject({ 'nested-writes': 'different' });
    const next = await orgOf({ settings, context: { probed: { 'nested-writes': false } } });
    await next.connector.schema();
    const before = next.salesforce.apiRequests;
    expect(await next.sync([record(1)])).toMatchObject([{ status: 'synced' }]);
    // Two look-ups, the person, the task: none is rejected first.
    expect(next.salesforce.apiRequests - before).toBe(4);
    expect(next.log.entries).toEqual([]);
  });
});
