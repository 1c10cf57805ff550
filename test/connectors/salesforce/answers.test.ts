/** Answers that are not what was asked for: each means one thing, for one record, for the batch or for the org. */
import { describe, expect, test } from '@jest/globals';
import { closedAfterEach } from '../closing.ts';
import { personWithId, phone } from '../fixtures.ts';
import {
  callFields,
  contacts,
  personFields,
  record,
  startOrg,
  type TestOrg,
  type TestOrgOptions,
  tasks,
  write,
} from './org.ts';

const startUnread = closedAfterEach(startOrg);

/** Has read the fields already. */
async function start(options?: TestOrgOptions): Promise<TestOrg> {
  const org = await startUnread(options);
  await org.connector.schema();
  return org;
}

const range = (count: number) => Array.from({ length: count }, (_, n) => record(n));
const sub = (httpStatusCode: number, body: unknown, referenceId = 'c0') => ({
  compositeResponse: [{ referenceId, httpStatusCode, httpHeaders: {}, body }],
});

describe('looking people up', () => {
  test.each([
    ['is rejected', sub(400, [{ errorCode: 'INVALID_FIELD', message: 'No such column' }], 'q0')],
    ['times out', sub(400, [{ errorCode: 'QUERY_TIMEOUT', message: 'too long' }], 'q0')],
    ['is not answered', { compositeResponse: [] }],
  ])('that %s is not taken for finding nobody', async (_, body) => {
    const org = await start();
    const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Peña', Phone: phone(1).e164 }] }).Contact!;
    org.salesforce.fault({ kind: 'status', path: '/composite$', status: 200, body });
    await expect(org.sync([record(1)])).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced', records: { person: id } }]);
    expect(contacts(org)).toHaveLength(1);
  });

  test('goes by a new describe when a phone field was hidden meanwhile', async () => {
    const org = await start({ unchecked: 'requests' });
    const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Peña', Phone: phone(1).e164 }] }).Contact!;
    org.salesforce.setFieldAccess('Contact', 'OtherPhone', 'hidden');
    await expect(org.sync([record(1)])).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced', records: { person: id } }]);
  });

  test('reads every page of what it finds', async () => {
    const org = await start();
    const many = Array.from({ length: 2_100 }, (_, n) => ({
      LastName: `Peña ${n}`,
      Phone: phone(1).e164,
      CreatedDate: new Date(Date.UTC(2020, 0, 1, 0, n)).toISOString().replace('Z', '+0000'),
    }));
    const ids = org.salesforce.seed({ Contact: many }).Contact!;
    expect(await org.sync([record(1)])).toMatchObject([{ records: { person: ids.at(-1) } }]);
  });

  test('that finds more than it may read does not pass for nobody found: the batch is rejected', async () => {
    const org = await start();
    const shared = Array.from({ length: 10_000 }, () => ({ LastName: 'Peña', Phone: phone(1).e164 }));
    org.salesforce.seed({ Contact: [...shared, { LastName: 'Peña', Phone: phone(2).e164 }] });
    const before = contacts(org).length;
    await expect(org.sync([record(1), record(2)])).rejects.toMatchObject({ kind: 'rejected' });
    expect(await org.sync([record(2)])).toMatchObject([{ status: 'synced' }]);
    expect(contacts(org)).toHaveLength(before);
  });
});

describe('writing', () => {
  test.each([
    ['a page of a proxy’s', '<html>maintenance</html>'],
    ['an answer without answers', {}],
    ['a part that is missing', { compositeResponse: [] }],
    ['a part that failed', sub(503, null)],
    ['a part with too few results', sub(200, [])],
  ])(
    '%s leaves the outcome unknown: the batch comes again, no call becomes a dead letter',
    async (_, body) => {
      const org = await start();
      await org.sync([record(0)]);
      org.salesforce.fault({ kind: 'status', path: '/composite$', status: 200, body });
      await expect(org.sync([record(0, { callId: 'cll_a' })])).rejects.toMatchObject({ kind: 'unavailable' });
      expect(await org.sync([record(0, { callId: 'cll_a' })])).toMatchObject([{ status: 'synced' }]);
    },
  );

  test.each([403, 404, 502])(
    'a page with status %d is not Salesforce’s word on the batch',
    async (status) => {
      const org = await start();
      org.salesforce.fault({ kind: 'status', path: '/composite$', status, body: '<html></html>' });
      await expect(org.sync([record(1)])).rejects.toMatchObject({ kind: 'unavailable' });
    },
  );

  test('a lock that a whole part meets makes its records come again, without asking for each', async () => {
    const org = await start();
    await org.sync(range(50));
    const before = org.salesforce.requests.length;
    const locked = [{ errorCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access' }];
    org.salesforce.fault({
      kind: 'status',
      path: '/composite$',
      status: 200,
      body: {
        compositeResponse: [
          { referenceId: 'c0', httpStatusCode: 400, httpHeaders: {}, body: locked },
          { referenceId: 'c1', httpStatusCode: 400, httpHeaders: {}, body: locked },
        ],
      },
    });
    const later = range(50).map((each) => ({ ...each, callId: `b_${each.callId}` }));
    await expect(org.sync(later)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'CRM_REJECTS_EVERYTHING',
    });
    expect(org.salesforce.requests.length - before).toBe(1);
    const outcomes = await org.sync(later);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['synced']));
  });

  test('full storage makes the queue wait, and no call becomes a dead letter', async () => {
    const org = await start();
    org.salesforce.failRecord({ key: 'cll_1', statusCode: 'STORAGE_LIMIT_EXCEEDED', message: 'full' });
    await expect(org.sync(range(3))).rejects.toMatchObject({
      kind: 'unauthorized',
      message: expect.stringContaining('storage'),
    });
  });

  test('a request that is rejected to the last record makes it a dead letter with the code', async () => {
    const org = await start();
    await org.sync([record(1)]);
    const body = [{ errorCode: 'JSON_PARSER_ERROR', message: 'Unexpected character' }];
    org.salesforce.fault({ kind: 'status', path: '/composite$', status: 400, times: 'always', body });
    expect(await org.sync([record(1, { callId: 'cll_a' })])).toMatchObject([
      { status: 'dead-letter', reason: expect.stringContaining('JSON_PARSER_ERROR') },
    ]);
  });

  test('two rejected fields of one record cost both, in one more request', async () => {
    const org = await start();
    const bad = [write('Altur_Tags__c', 'x'.repeat(300)), write('Title', 'x'.repeat(300))];
    const person = personWithId(1, { fields: [...personFields(1), ...bad] });
    const [outcome] = await org.sync([record(1, { person })]);
    const skippedFields =
      outcome!.status === 'synced' ? outcome!.skippedFields.map(({ field }) => field) : [];
    expect(skippedFields.toSorted()).toEqual(['Altur_Tags__c', 'Title']);
  });

  test('a person created at the same moment by somebody else is written all the same', async () => {
    const org = await start();
    org.salesforce.failRecord({
      key: 'customer-1',
      object: 'Contact',
      statusCode: 'DUPLICATE_VALUE',
      message: 'duplicate value found: <unknown> duplicates value on record with id: <unknown>',
      times: 1,
    });
    expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced' }]);
    expect(contacts(org)).toMatchObject([{ Altur_Status__c: 'interested' }]);
    expect(tasks(org)).toMatchObject([{ WhoId: contacts(org)[0]!.Id }]);
  });
});

describe('an org that rejects tasks naming their person by key', () => {
  test.each([
    ['refuse-record', 'INVALID_FIELD', 'Key__c is not an External ID or indexed field for Name'],
    [
      'refuse-record',
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      'Polymorphic keys may not be resolved by external id',
    ],
    ['refuse-request', 'JSON_PARSER_ERROR', 'Cannot deserialize instance of Name from START_OBJECT value {'],
    ['refuse-request', 'INVALID_FIELD', 'No such column on sobject of type Task'],
  ] as const)(
    '(%s: %s: %s) gets two requests, from then on at once',
    async (nestedParents, code, message) => {
      const org = await start({ settings: { nestedParents, nestedRefusal: { code, message } } });
      const before = org.salesforce.apiRequests;
      const outcomes = await org.sync(range(100));
      expect(outcomes.every(({ status }) => status === 'synced')).toBe(true);
      expect(tasks(org).filter(({ WhoId }) => WhoId)).toHaveLength(100);
      // Two look-ups, the rejected form, the other form.
      expect(org.salesforce.apiRequests - before).toBe(4);
      expect(org.log.entries).toHaveLength(1);
    },
  );

  test('is not concluded from a task that is rejected for itself', async () => {
    const org = await start();
    org.salesforce.failRecord({ key: 'cll_1', statusCode: 'INVALID_FIELD', message: 'no', times: 9 });
    expect(await org.sync(range(3))).toMatchObject([
      { status: 'synced' },
      { status: 'dead-letter' },
      { status: 'synced' },
    ]);
    expect(org.log.entries).toEqual([]);
  });
});

describe('the describe', () => {
  test('keeps TaskSubtype from a user who may not set it', async () => {
    const org = await startUnread();
    org.salesforce.setFieldAccess('Task', 'TaskSubtype', 'read');
    await org.connector.schema();
    const before = org.salesforce.apiRequests;
    expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced', skippedFields: [] }]);
    expect(org.salesforce.apiRequests - before).toBe(3);
  });

  test('is not read again for every batch in which a field is skipped', async () => {
    const org = await start();
    const skippedFields = [
      { object: 'person' as const, field: 'Gone__c', code: 'X', reason: 'the CRM has no such field' },
    ];
    await org.sync([record(1, { skippedFields })]);
    const before = org.salesforce.apiRequests;
    for (let n = 2; n < 5; n++)
      await org.sync([record(n, { person: personWithId(1, { fields: personFields(1) }), skippedFields })]);
    expect(org.salesforce.apiRequests - before).toBe(3);
  });

  test('that fails for a moment is not taken for missing permissions', async () => {
    const org = await startUnread();
    org.salesforce.fault({
      kind: 'status',
      path: '/composite$',
      status: 200,
      body: sub(503, [{ errorCode: 'SERVER_UNAVAILABLE', message: '' }], 'person'),
    });
    await expect(org.connector.schema()).rejects.toMatchObject({ kind: 'unavailable' });
    await org.connector.schema();
  });
});

test('fields that may be set on new records only are skipped in the others, in the same request', async () => {
  const org = await start();
  const call = { fields: [...callFields(1), write('TaskSubtype', 'Call')] };
  const [first] = await org.sync([record(1, { call })]);
  const known = first!.status === 'synced' ? first!.records : {};
  const before = org.salesforce.apiRequests;
  expect(await org.sync([record(1, { call, existing: known })])).toMatchObject([
    { status: 'synced', skippedFields: [{ object: 'call', field: 'TaskSubtype' }] },
  ]);
  expect(org.salesforce.apiRequests - before).toBe(1);
});

test('a sign-in that answers a page instead of a token is unauthorized, and goes nowhere else', async () => {
  const org = await startUnread();
  org.salesforce.fault({
    kind: 'status',
    path: '/services/oauth2/token',
    status: 200,
    body: '<html>log in</html>',
  });
  await expect(org.sync([record(1)])).rejects.toMatchObject({ kind: 'unauthorized' });
});

test('an API version that Salesforce does not have is reported as such', async () => {
  const org = await startUnread();
  org.salesforce.fault({
    kind: 'status',
    path: '/composite$',
    status: 404,
    body: [{ errorCode: 'NOT_FOUND', message: 'no' }],
  });
  await expect(org.sync([record(1)])).rejects.toMatchObject({
    kind: 'unauthorized',
    message: expect.stringContaining('SALESFORCE_API_VERSION'),
  });
});
