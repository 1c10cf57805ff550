/** Answers that Salesforce was seen to give, and that a reader may fall for: small ones of our own, read by the real connector. */
import { describe, expect, test } from '@jest/globals';
import type { CallRecord, CrmError, Person } from '../../connectors/connector.ts';
import { DailyQuota } from '../../connectors/salesforce/quota.ts';
import { closedAfterEach } from '../connectors/closing.ts';
import {
  callFields,
  contacts,
  record,
  startOrg,
  type TestOrg,
  tasks,
  write,
} from '../connectors/salesforce/org.ts';

const start = closedAfterEach(startOrg);
const KNOWN = '003000000000001AAA';

const NONE = { totalSize: 0, done: true, records: [] };
const answered = (body: object, index: number) => ({
  referenceId: `q${index}`,
  httpStatusCode: 200,
  httpHeaders: {},
  body,
});

/** The person of this call, without anything to write. */
const without = ({ person }: CallRecord): Person => ({ ...person!, fields: [] });

/** The next composite requests are answered with these subresponses. */
function composite(bodies: readonly unknown[], times: number | 'always' = 1, status = 200) {
  const compositeResponse = bodies.map((body, index) => ({
    referenceId: `c${index}`,
    httpStatusCode: status,
    httpHeaders: {},
    body,
  }));
  return { kind: 'status', status: 200, path: '/composite$', body: { compositeResponse }, times } as const;
}

async function ready() {
  const org = await start();
  await org.connector.schema();
  expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced' }]);
  return org;
}

const refused = (errors: readonly object[], more: object = {}) => ({ success: false, errors, ...more });
const error = { statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'RULE-17', fields: [] };

describe('a row of a collection', () => {
  const call = { call: { fields: callFields(1) } };
  test.each([
    ['has no id', refused([error])],
    ['has an id all the same', refused([error], { id: KNOWN })],
    ['has `created` beside it', refused([error], { created: false })],
    ['says errorCode', refused([{ errorCode: error.statusCode, message: 'RULE-17' }])],
    ['has no `fields`', refused([{ statusCode: error.statusCode, message: 'RULE-17' }])],
    ['has `fields` null', refused([{ ...error, fields: null }])],
    ['has a text that begins with a line break', refused([{ ...error, message: "\nRULE-17\n'x'" }])],
  ])('that is refused and %s makes its call a dead letter, with the code', async (_, row) => {
    const org = await ready();
    org.salesforce.fault(composite([[row]], 'always'));
    const existing = { person: contacts(org)[0]!.Id, call: tasks(org)[0]!.Id };
    const [outcome] = await org.sync([record(1, { ...call, existing, person: without(record(1)) })]);
    expect(outcome).toMatchObject({ status: 'dead-letter' });
    expect(JSON.stringify(outcome)).toContain(error.statusCode);
  });

  test('that succeeded without an id is not taken for a written record', async () => {
    const org = await ready();
    org.salesforce.fault(composite([[{ success: true, errors: [] }]]));
    const person = without(record(1));
    const [outcome] = await org.sync([record(2, { person })]);
    expect(outcome).toMatchObject({ status: 'retry', code: 'NO_RESULT' });
    expect(await org.sync([record(2, { person })])).toMatchObject([{ status: 'synced' }]);
    expect(tasks(org)).toHaveLength(2);
  });

  test('an unknown column is named in the text only, and is skipped', async () => {
    const org = await ready();
    const message = "No such column 'Altur_Gone__c' on sobject of type Task";
    org.salesforce.addField('Task', 'Altur_Gone__c', 'string');
    org.salesforce.fault(composite([[refused([{ statusCode: 'INVALID_FIELD', message, fields: [] }])]]));
    const fields = [...callFields(2), write('Altur_Gone__c', 'x')];
    const person = without(record(1));
    expect(await org.sync([record(2, { person, call: { fields } })])).toMatchObject([
      { status: 'synced', skippedFields: [{ field: 'Altur_Gone__c' }] },
    ]);
  });
});

describe('a composite request', () => {
  test.each([
    ['304 and null', null, 304],
    ['404 and a list', [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }], 404],
    ['200 and null', null, 200],
    ['fewer rows than records', [], 200],
  ])('whose part is %s has written nothing', async (_, body, status) => {
    const org = await ready();
    org.salesforce.fault(composite([body], 1, status));
    const person = without(record(1));
    const outcome = await org.sync([record(2, { person })]).catch((cause: CrmError) => cause);
    const [only] = Array.isArray(outcome) ? outcome : [outcome];
    // It is written by another request, is tried again, or is refused: never called written.
    if (only.status === 'synced') expect(tasks(org)).toHaveLength(2);
    else expect(tasks(org)).toHaveLength(1);
  });
});

describe('a query', () => {
  const page = (body: object) =>
    ({
      kind: 'status',
      status: 200,
      path: '/composite$',
      body: { compositeResponse: [body, NONE, NONE, NONE, NONE].map(answered) },
      times: 1,
    }) as const;

  test('with a total and no records has found nobody', async () => {
    const org = await start();
    await org.connector.schema();
    org.salesforce.fault(page({ totalSize: 1, done: true, records: [] }));
    expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced' }]);
    expect(contacts(org)).toHaveLength(1);
  });

  test('whose total counts all pages is read to the last one, by the path that it names', async () => {
    const org = await start();
    await org.connector.schema();
    const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Peña', Phone: '+525599999999' }] }).Contact!;
    const found = { attributes: { type: 'Contact' }, Id: id, Altur_Person_Key__c: 'customer-1', Phone: null };
    const next = '/services/data/v62.0/query/0r8xx5R2yF2gs3VASQ-2000';
    org.salesforce.fault(page({ totalSize: 2, done: false, records: [], nextRecordsUrl: next }));
    org.salesforce.fault(page({ totalSize: 2, done: true, records: [found] }));
    expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced', records: { person: id } }]);
    expect(contacts(org)).toHaveLength(1);
    const asked = org.salesforce.requests.map(({ body }) => JSON.stringify(body) ?? '');
    expect(asked.some((each) => each.includes('0r8xx5R2yF2gs3VASQ-2000'))).toBe(true);
  });
});

describe('the count of used requests', () => {
  const usedBy = async (org: TestOrg, others: number) => {
    org.salesforce.usedByOthers(others);
    await org.sync([record(1)]);
    return org.connector.usage!()!.used;
  };

  test('that goes down a little from one answer to the next is not quota that came back', async () => {
    const org = await ready();
    const highest = await usedBy(org, 8_421);
    expect(await usedBy(org, 8_407)).toBe(highest);
    expect(await usedBy(org, 8_416)).toBe(highest);
    // Counted up again, and another day.
    expect(await usedBy(org, 8_430)).toBeGreaterThan(highest);
    expect(await usedBy(org, 100)).toBeLessThan(200);
  });

  test('opens a queue that waits for the day’s quota only when it goes down by much', () => {
    const quota = new DailyQuota();
    const isOpen = (used: number) => {
      quota.reported({ used, limit: 10_000 });
      try {
        quota.check();
        return true;
      } catch {
        return false;
      }
    };
    expect([9_790, 9_805, 9_792, 9_800, 9_795, 9_500].map(isOpen)).toEqual([
      true,
      false,
      false,
      false,
      false,
      true,
    ]);
  });
});

test('a token answer that says neither how long it holds nor whose it is serves every request', async () => {
  const org = await start();
  const { url, settings } = org.salesforce;
  const secret = { client_id: settings.clientId, client_secret: settings.clientSecret };
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...secret });
  const answer = await fetch(`${url}/services/oauth2/token`, { method: 'POST', body });
  const { access_token, instance_url } = (await answer.json()) as Record<string, string>;
  const scope = 'sfap_api mcp_api api';
  const api = { scope, instance_url, api_instance_url: 'https://api.salesforce.com', token_type: 'Bearer' };
  const path = '/services/oauth2/token';
  org.salesforce.fault({
    kind: 'status',
    status: 200,
    path,
    body: { access_token, ...api },
    times: 'always',
  });
  const before = org.salesforce.tokenRequests;
  for (const n of [1, 2, 3]) expect(await org.sync([record(n)])).toMatchObject([{ status: 'synced' }]);
  const signIns = org.salesforce.requests.filter((each) => each.url.endsWith(path));
  expect(signIns).toHaveLength(2);
  expect(org.salesforce.tokenRequests).toBe(before);
});
