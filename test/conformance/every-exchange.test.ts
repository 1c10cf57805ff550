/**
 * Every test that starts a simulator has its requests and answers checked (test/set-up.ts). Here: that the checks are there,
 * and find each kind of mistake.
 */
import { describe, expect, test } from '@jest/globals';
import { ACCOUNT_DETAILS, APIS, OWNERS } from '../../connectors/hubspot/api.ts';
import { records } from '../connectors/fixtures.ts';
import { startPortal } from '../connectors/hubspot/portal.ts';
import { record as orgRecord, startOrg } from '../connectors/salesforce/org.ts';
import { startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { portalClient } from '../simulators/hubspot/portal-client.ts';
import { exchangeCheck } from '../simulators/kit/exchange-check.ts';
import { signedIn } from '../simulators/salesforce/rest-client.ts';
import { startSalesforce } from '../simulators/salesforce/salesforce.ts';
import { idleCorrections, readSchemas } from './hubspot-schemas.ts';

const NOW = '2026-11-24T10:00:00.000Z';
const BOTH = "SELECT Id FROM Contact WHERE Name = 'a' OR Name = 'b' AND Phone = 'c'";
const UPSERT = '/crm/objects/2026-03/contacts/batch/upsert';
const SEARCH = '/crm/objects/2026-03/contacts/search';
const row = { id: 'a', idProperty: 'altur_person_key', properties: { altur_person_key: 'a' } };
const filters = [{ propertyName: 'phone', operator: 'IN', values: ['1'] }];

describe('HubSpot', () => {
  const mistakes: readonly [string, readonly [string, string, unknown?], RegExp][] = [
    [
      'a path it does not have',
      ['GET', '/crm/objects/2026-03/contacts/batch/everything/else'],
      /no such route/,
    ],
    [
      'an object type we do not use',
      ['POST', '/crm/objects/2026-03/deals/batch/upsert', {}],
      /no such route/,
    ],
    ['a version it does not have', ['POST', '/crm/objects/2025-01/contacts/search', {}], /no such route/],
    ['a method it does not have', ['PUT', UPSERT, { inputs: [row] }], /no such route/],
    ['an unknown query parameter', ['GET', '/crm/owners/2026-03?page=2'], /query parameter page/],
    ['a query parameter of another type', ['GET', '/crm/owners/2026-03?limit=all'], /limit may not be all/],
    [
      'a value not listed',
      ['GET', '/crm/properties/2026-03/contacts?dataSensitivity=very'],
      /may not be very/,
    ],
    ['an unknown key', ['POST', UPSERT, { inputs: [{ ...row, associations: [] }] }], /\(associations\)/],
    ['a missing key', ['POST', UPSERT, { inputs: [{ id: 'a' }] }], /required property 'properties'/],
    [
      'a number for a text',
      ['POST', UPSERT, { inputs: [{ ...row, properties: { a: 1 } }] }],
      /must be string/,
    ],
    ['no list of inputs', ['POST', UPSERT, [row]], /must be object/],
    [
      'an operator that search does not have',
      ['POST', SEARCH, { filterGroups: [{ filters: [{ ...filters[0], operator: 'LIKE' }] }] }],
      /operator/,
    ],
    [
      'a sort by another key',
      ['POST', SEARCH, { filterGroups: [{ filters }], sorts: [{ property: 'createdate' }] }],
      /sorts/,
    ],
  ];

  test.each(mistakes)('%s is found when the simulator closes', async (_, [method, path, body], expected) => {
    const hubspot = await startHubSpot({ provisioned: true });
    await portalClient(hubspot).send(method, path, body);
    await expect(hubspot.close()).rejects.toThrow(expected);
  });

  test('right requests pass, and so do those that a simulator’s own test sends', async () => {
    const hubspot = await startHubSpot({ provisioned: true });
    const client = portalClient(hubspot);
    await client.post(UPSERT, { inputs: [{ ...row, objectWriteTraceId: '1' }] });
    await client.post(SEARCH, { filterGroups: [{ filters }], limit: 10 });
    await client.get('/crm/owners/2026-03?limit=100');
    await hubspot.close();
    const unchecked = await startHubSpot({ unchecked: 'requests' });
    await portalClient(unchecked).get('/no/such/path');
    await unchecked.close();
  });

  test('what the connector sends is looked at, also where a fault answers it', async () => {
    const portal = await startPortal();
    expect(await portal.sync(records(3))).toHaveLength(3);
    await portal.close();
    const broken = await startHubSpot();
    broken.fault({ kind: 'status', status: 500 });
    await portalClient(broken).get('/no/such/path');
    await expect(broken.close()).rejects.toThrow(/no such route/);
  });

  const request = { method: 'POST', url: UPSERT, headers: {}, body: '{"inputs":[]}' };
  const answer = { status: 'COMPLETE', results: [], startedAt: NOW, completedAt: NOW };
  const rowError = { status: 'error', category: 'VALIDATION_ERROR', message: 'It cannot be.' };
  const named = { ...rowError, subCategory: 'crm.NOT_FOUND', context: { ids: ['7'] } };
  const uneven = { numErrors: 2, errors: [rowError, named] };
  const quota = { status: 'error', message: 'You have reached your secondly limit.' };
  const answers: readonly [string, number, unknown, RegExp | undefined][] = [
    ['an answer as documented', 200, answer, undefined],
    ['an unknown key', 200, { ...answer, count: 0 }, /\(count\)/],
    ['a missing key', 200, { ...answer, status: undefined }, /required property 'status'/],
    ['a state that it does not know', 200, { ...answer, status: 'DONE' }, /status must be equal/],
    ['a result without an id', 200, { ...answer, results: [{ properties: {} }] }, /results\/0/],
    ['a time that is none', 200, { ...answer, startedAt: 'now' }, /date-time/],
    ['a status that it does not use', 204, undefined, /answer 204 is not in/],
    ['errors of rows with their input, or without any context', 207, { ...answer, ...uneven }, undefined],
    [
      'a row’s error with a key of its own',
      207,
      { ...answer, errors: [{ ...rowError, reason: 'x' }] },
      /\(reason\)/,
    ],
    [
      'a quota without a category',
      429,
      { ...quota, errorType: 'RATE_LIMIT', policyName: 'SECONDLY' },
      undefined,
    ],
    ['a quota with a category only', 429, { ...quota, category: 'RATE_LIMITS' }, undefined],
    ['an error without a text', 400, { status: 'error' }, /required property 'message'/],
    ['an error with a key of its own', 400, { message: 'no', reason: 'x' }, /\(reason\)/],
  ];

  test.each(answers)('%s', async (_, status, body, expected) => {
    const check = await exchangeCheck('hubspot');
    const text = body === undefined ? '' : JSON.stringify(body);
    const wrong = check!.response(request, { status, headers: {}, body: text });
    if (expected === undefined) expect(wrong).toEqual([]);
    else expect(wrong).toEqual([expect.stringMatching(expected)]);
  });

  test('a simulator that answers otherwise fails the test', async () => {
    const hubspot = await startHubSpot({ provisioned: true, associationAnswers: 'ids' });
    const [contact, call] = hubspot.seed({ contacts: [{}], calls: [{ hs_timestamp: NOW }] });
    const path = '/crm/associations/2026-03/calls/contacts/batch/associate/default';
    await portalClient(hubspot).post(path, { inputs: [{ from: { id: call }, to: { id: contact } }] });
    await expect(hubspot.close()).rejects.toThrow(/associationSpec/);
  });

  test('its files have every path that the connector knows, in every version', async () => {
    const check = (await exchangeCheck('hubspot'))!;
    const paths = APIS.flatMap((api) => [
      ...(['create', 'read', 'update', 'upsert', 'archive'] as const).map(
        (each) => `POST ${api.batch('calls', each)}`,
      ),
      `POST ${api.search('contacts')}`,
      `GET ${api.record('contacts', '1')}`,
      `POST ${api.associateDefault('tasks', 'companies')}`,
      `POST ${api.associated('calls', 'contacts')}`,
      `POST ${api.properties('tasks')}`,
      `POST ${api.propertyGroups('tasks')}`,
    ]);
    const all = [...paths, ...[...OWNERS, ...ACCOUNT_DETAILS].map((path) => `GET ${path}`)];
    const known = (each: string) => {
      const [method, url] = each.split(' ') as [string, string];
      const wrong = check.request({ method, url, headers: {}, body: '' });
      return !wrong.some((text) => text.includes('no such route'));
    };
    expect(all.filter((each) => !known(each))).toEqual([]);
  });

  test('every correction of its files is about a schema in use, and every schema is closed', () => {
    expect(idleCorrections()).toEqual([]);
    const { schemas } = readSchemas();
    const open = Object.entries(schemas).filter(
      ([, schema]) => schema.properties !== undefined && schema.additionalProperties !== false,
    );
    expect(open).toEqual([]);
  });
});

describe('Salesforce', () => {
  const mistakes: readonly [string, string, RegExp][] = [
    ['no SOQL', 'SELECT Id FRM Contact', /SELECT Id FRM Contact: /],
    ['a value without quotes', 'SELECT Id FROM Contact WHERE Name = Ana', /Ana/],
    ['a text that is not closed', "SELECT Id FROM Contact WHERE Name = 'Ana", /Name = 'Ana: /],
    ['AND and OR without parentheses, which only the other parser reads', BOTH, /unexpected token/],
    ['a field the org does not describe', 'SELECT Id, Fax2__c FROM Contact', /Contact\.Fax2__c/],
    ['in a condition', "SELECT Id FROM Contact WHERE Fax2__c = 'x'", /Contact\.Fax2__c/],
    ['in an order', 'SELECT Id FROM Contact ORDER BY Fax2__c', /Contact\.Fax2__c/],
    [
      'in a semi-join',
      'SELECT Id FROM Opportunity WHERE AccountId IN (SELECT Fax2__c FROM Contact)',
      /Contact\.Fax2__c/,
    ],
    ['an object it does not have', 'SELECT Id FROM Contactos', /Contactos, which the org does not have/],
  ];

  test.each(mistakes)('%s is found when the simulator closes', async (_, soql, expected) => {
    for (const composite of [false, true]) {
      const salesforce = await startSalesforce({ provisioned: true });
      const client = await signedIn(salesforce.url);
      const url = `/services/data/v62.0/query?q=${encodeURIComponent(soql)}`;
      if (composite) await client.composite([{ method: 'GET', url, referenceId: 'q' }]);
      else await client.query(soql);
      await expect(salesforce.close()).rejects.toThrow(expected);
    }
  });

  test('what the connector asks passes', async () => {
    const org = await startOrg();
    await org.connector.schema();
    expect(await org.sync([orgRecord(1), orgRecord(2)])).toHaveLength(2);
    expect(org.salesforce.requests.length).toBeGreaterThan(0);
    await org.close();
  });
});
