/** Rows that are rejected: by the whole org, by automation that is not bulk-safe, by a rule, for their owner. */
import { describe, expect, test } from '@jest/globals';
import { closedAfterEach } from '../closing.ts';
import { personWithId } from '../fixtures.ts';
import { callFields, contacts, personFields, record, startOrg, type TestOrg, tasks, write } from './org.ts';

const start = closedAfterEach(startOrg);

const range = (count: number, first = 1) => Array.from({ length: count }, (_, n) => record(first + n));
const statuses = (outcomes: readonly { readonly status: string }[]) => [
  ...new Set(outcomes.map(({ status }) => status)),
];

/** Has read the fields. */
async function started(options?: Parameters<typeof startOrg>[0]): Promise<TestOrg> {
  const org = await start(options);
  await org.connector.schema();
  org.salesforce.clearRequests();
  return org;
}

describe('an org in read-only mode, row by row', () => {
  const MAINTENANCE = {
    key: '*',
    statusCode: 'INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE',
    message: 'Updates can’t be made during maintenance. Try again when maintenance is complete.',
  };

  test.each([1, 50])(
    'makes the queue wait with %d calls: one attempt to write, nobody is a dead letter',
    async (count) => {
      const org = await started();
      org.salesforce.failRecord(MAINTENANCE);
      await expect(org.sync(range(count))).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'CRM_MAINTENANCE',
        message: expect.stringContaining('maintenance'),
      });
      // Two look-ups and the attempt to write.
      expect(org.salesforce.requests).toHaveLength(3);
      org.salesforce.clearRecordFaults();
      expect(statuses(await org.sync(range(count)))).toEqual(['synced']);
      expect([contacts(org).length, tasks(org).length]).toEqual([count, count]);
    },
  );

  test('under a code that nobody knows makes the queue wait, with few attempts', async () => {
    const org = await started();
    org.salesforce.failRecord({ ...MAINTENANCE, statusCode: 'READ_ONLY_TODAY' });
    await expect(org.sync(range(50))).rejects.toMatchObject({ code: 'CRM_REJECTS_EVERYTHING' });
    const first = org.salesforce.requests.length;
    expect(first).toBeLessThan(12);
    await expect(org.sync(range(50))).rejects.toMatchObject({ code: 'CRM_REJECTS_EVERYTHING' });
    expect(org.salesforce.requests.length - first).toBeLessThanOrEqual(3);
    org.salesforce.clearRecordFaults();
    expect(statuses(await org.sync(range(50)))).toEqual(['synced']);
    expect(tasks(org)).toHaveLength(50);
  });
});

describe('rows that are all rejected', () => {
  test.each(['UNABLE_TO_LOCK_ROW', 'SERVER_UNAVAILABLE', 'UNKNOWN_EXCEPTION'])(
    'for now (%s) make the queue wait: no attempt is used up',
    async (statusCode) => {
      const org = await started();
      org.salesforce.failRecord({ key: '*', statusCode, message: 'try again' });
      await expect(org.sync(range(30))).rejects.toMatchObject({ code: 'CRM_REJECTS_EVERYTHING' });
      org.salesforce.clearRecordFaults();
      expect(statuses(await org.sync(range(30)))).toEqual(['synced']);
      expect(tasks(org)).toHaveLength(30);
    },
  );

  test('for now are retried by themselves when they are few: the calls of others need not wait', async () => {
    const org = await started();
    org.salesforce.failRecord({ key: '*', statusCode: 'UNABLE_TO_LOCK_ROW', message: 'try again' });
    expect(statuses(await org.sync(range(4)))).toEqual(['retry']);
  });

  test('under two codes in turn make the queue wait', async () => {
    const org = await started();
    for (let n = 1; n <= 10; n += 1)
      org.salesforce.failRecord({
        key: `customer-${n}`,
        statusCode: n % 2 === 0 ? 'FROZEN' : 'READ_ONLY_TODAY',
        message: 'no',
      });
    await expect(org.sync(range(10))).rejects.toMatchObject({ code: 'CRM_REJECTS_EVERYTHING' });
    org.salesforce.clearRecordFaults();
    expect(statuses(await org.sync(range(10)))).toEqual(['synced']);
  });
});

describe('automation that is not bulk-safe', () => {
  test.each([
    ['Task', 'System.LimitException: Too many SOQL queries: 101'],
    ['Task', 'System.LimitException: Too many future calls: 51'],
    ['Task', 'System.LimitException: Apex CPU time limit exceeded'],
    ['Task', 'System.LimitException: Apex heap size too large: 6311584'],
    ['Contact', 'System.LimitException: Too many DML statements: 151'],
    ['Contact', 'System.LimitException: Too many query rows: 50001'],
  ])('on %s (%s) that takes one row writes two calls of two people', async (object, message) => {
    const org = await started({ settings: { triggers: [{ object, rows: 1, message }] } });
    expect(statuses(await org.sync(range(2)))).toEqual(['synced']);
    expect(tasks(org).filter(({ WhoId }) => WhoId)).toHaveLength(2);
    expect(contacts(org)).toHaveLength(2);
  });

  test.each(['Task', 'Contact'])(
    'on %s that takes 50 rows writes 150 calls in few requests, and keeps the size',
    async (object) => {
      const org = await started({ settings: { triggers: [{ object, rows: 50 }] } });
      expect(statuses(await org.sync(range(150)))).toEqual(['synced']);
      expect(tasks(org).filter(({ WhoId }) => WhoId)).toHaveLength(150);
      expect(org.salesforce.requests.length).toBeLessThan(15);
      const before = org.salesforce.requests.length;
      expect(statuses(await org.sync(range(150, 1_000)))).toEqual(['synced']);
      expect(org.salesforce.requests.length - before).toBeLessThan(8);
      expect(tasks(org)).toHaveLength(300);
    },
  );

  test('and relates calls to accounts costs neither the relation nor the owner', async () => {
    const policy = { onMissing: 'create', onMany: 'newest', ifEmpty: [], associate: ['company'] } as const;
    const org = await started({ settings: { triggers: [{ object: 'Task', rows: 1 }] }, context: { policy } });
    const [account] = org.salesforce.seed({ Account: [{ Name: 'ACME' }] }).Account!;
    const seeded = [1, 2].map((n) => ({
      LastName: `Peña ${n}`,
      AccountId: account!,
      Altur_Person_Key__c: `customer-${n}`,
    }));
    org.salesforce.seed({ Contact: seeded });
    expect(statuses(await org.sync(range(2)))).toEqual(['synced']);
    expect(tasks(org).map(({ WhatId }) => WhatId)).toEqual([account, account]);
  });

  test('that meets a lock is tried again', async () => {
    const org = await started();
    org.salesforce.failRecord({
      key: 'cll_1',
      statusCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
      message:
        'dlrs_TaskTrigger: execution of AfterInsert caused by: System.DmlException: Upsert failed. First exception on row 0; first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record',
      times: 1,
    });
    expect(await org.sync([record(1)])).toMatchObject([{ status: 'retry', code: 'RECORD_BUSY' }]);
    expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced' }]);
    expect(tasks(org)).toHaveLength(1);
  });
});

describe('the text of a rule', () => {
  test.each([
    [
      'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      'REGLA-17: una llamada a +525510000001 necesita motivo de cierre',
      'REGLA-##: una llamada a +############ necesita motivo de cierre',
    ],
    [
      'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
      'CallTrigger: execution of AfterInsert caused by: System.DmlException: Insert failed. First exception on row 0; first error: FIELD_CUSTOM_VALIDATION_EXCEPTION, Falta el motivo 4: [Motivo__c]',
      'Falta el motivo #',
    ],
    [
      'CANNOT_EXECUTE_FLOW_TRIGGER',
      'We can’t save this record because the “Calls” process failed. This error occurred: FIELD_CUSTOM_VALIDATION_EXCEPTION: Falta el motivo. You can look up ExceptionCode values in the SOAP API Developer Guide.',
      'Falta el motivo',
    ],
    [
      'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
      'billing.CallTrigger: execution of AfterInsert\n\ncaused by: System.LimitException: Too many SOQL queries: 101\n\nTrigger of Ana Ruiz: line 7',
      'billing.CallTrigger: execution of AfterInsert caused by: System.LimitException',
    ],
  ])(
    '(%s), or what is known of a trigger, stands in the reason of the dead letter, its digits masked',
    async (statusCode, message, shown) => {
      const org = await started();
      org.salesforce.failRecord({ key: 'cll_1', statusCode, message });
      const [outcome] = await org.sync([record(1)]);
      expect(outcome).toMatchObject({ status: 'dead-letter', code: 'RECORD_REJECTED' });
      const { reason } = outcome as { reason: string };
      expect(reason).toContain(`“${shown}”`);
      expect(reason).not.toMatch(/\d/);
    },
  );

  test('is at most 200 characters long', async () => {
    const org = await started();
    const message = `a${'é'.repeat(5_000)}`;
    org.salesforce.failRecord({ key: 'cll_1', statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message });
    const [outcome] = await org.sync([record(1)]);
    expect((outcome as { reason: string }).reason.length).toBeLessThan(400);
  });

  test('that names a field says why the field was skipped', async () => {
    const org = await started();
    org.salesforce.failRecord({
      key: 'interested',
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'Estado 7 no permitido',
      fields: ['Altur_Status__c'],
    });
    expect(await org.sync([record(1)])).toMatchObject([
      {
        status: 'synced',
        skippedFields: [
          { field: 'Altur_Status__c', reason: expect.stringContaining('Estado # no permitido') },
        ],
      },
    ]);
  });

  test('is shown of rules only: other messages of Salesforce’s quote values', async () => {
    const org = await started();
    org.salesforce.failRecord({ key: 'cll_1', statusCode: 'SOMETHING_ELSE', message: 'a value: Ana Ruiz' });
    const [outcome] = await org.sync([record(1)]);
    expect(outcome).toMatchObject({ status: 'dead-letter' });
    expect((outcome as { reason: string }).reason).not.toContain('Ana');
  });
});

describe('an owner who cannot have it', () => {
  const OWNER = '005Hs000000zzzzIAA';
  const owned = (n: number) => record(n, { call: { fields: [...callFields(n), write('OwnerId', OWNER)] } });
  const FAULTS = [
    ['INACTIVE_OWNER_OR_USER', 'operation performed with inactive user [005] as owner of task'],
    ['INVALID_OPERATION', 'Queue not associated with this SObject type'],
    ['A_CODE_OF_TOMORROW', 'owner may not be that'],
    [
      'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
      'X: caused by: first error: INACTIVE_OWNER_OR_USER, inactive: []',
    ],
  ] as const;

  test.each(FAULTS)('(%s) is skipped, the call is written', async (statusCode, message) => {
    const org = await started();
    org.salesforce.failRecord({ key: OWNER, statusCode, message });
    const outcomes = await org.sync([owned(1), owned(2), record(3)]);
    const skipped = { object: 'call', field: 'OwnerId', code: 'FIELD_REJECTED' };
    expect(outcomes).toMatchObject([
      { status: 'synced', skippedFields: [skipped] },
      { status: 'synced', skippedFields: [skipped] },
      { status: 'synced', skippedFields: [] },
    ]);
    expect(tasks(org).every(({ WhoId, OwnerId }) => WhoId && OwnerId !== OWNER)).toBe(true);
    expect(org.salesforce.requests.length).toBeLessThan(10);
  });

  test.each(FAULTS)('(%s) of a person costs the owner, not the person', async (statusCode, message) => {
    const org = await started();
    org.salesforce.failRecord({ key: OWNER, object: 'Contact', statusCode, message });
    const person = personWithId(1, { fields: [...personFields(1), write('OwnerId', OWNER, 'if-empty')] });
    expect(await org.sync([record(1, { person })])).toMatchObject([
      { status: 'synced', skippedFields: [{ object: 'person', field: 'OwnerId' }] },
    ]);
    expect(tasks(org)).toMatchObject([{ WhoId: contacts(org)[0]!.Id }]);
  });
});

describe('a person whose update is rejected while the record is there', () => {
  test.each([
    ['ENTITY_IS_LOCKED', 'the entity is locked for editing'],
    ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'no'],
    ['A_CODE_OF_TOMORROW', 'no'],
  ])(
    '(%s) does not take the call along: it is written, and the fields are what is missing',
    async (statusCode, message) => {
      const org = await started();
      const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Peña', Altur_Person_Key__c: 'customer-1' }] })
        .Contact!;
      org.salesforce.failRecord({ key: 'interested', object: 'Contact', statusCode, message });
      const [outcome] = await org.sync([record(1)]);
      expect(outcome).toMatchObject({ status: 'synced', records: { person: id } });
      const skipped = outcome!.status === 'synced' ? outcome!.skippedFields : [];
      expect(skipped.map(({ field }) => field)).toContain('Altur_Status__c');
      expect(skipped[0]!.reason).toContain(statusCode);
      expect(tasks(org)).toMatchObject([{ WhoId: id }]);
      // Nothing is cached that is not so: once it is unlocked, the next call fills what is empty.
      org.salesforce.clearRecordFaults();
      const next = record(2, { person: personWithId(1, { fields: personFields(1) }) });
      expect(await org.sync([next])).toMatchObject([{ status: 'synced', skippedFields: [] }]);
      expect(contacts(org)).toMatchObject([{ FirstName: 'Sofía', Altur_Status__c: 'interested' }]);
    },
  );

  test('(many contacts in approval at once) is not taken for a fault of the org', async () => {
    const org = await started();
    const keys = [1, 2, 3, 4, 5];
    org.salesforce.seed({
      Contact: keys.map((n) => ({ LastName: `Peña ${n}`, Altur_Person_Key__c: `customer-${n}` })),
    });
    org.salesforce.failRecord({
      key: 'interested',
      object: 'Contact',
      statusCode: 'ENTITY_IS_LOCKED',
      message: 'the entity is locked for editing',
    });
    expect(statuses(await org.sync(keys.map((n) => record(n))))).toEqual(['synced']);
    expect(tasks(org).filter(({ WhoId }) => WhoId)).toHaveLength(5);
    expect(org.salesforce.requests).toHaveLength(2);
  });

  test('also where calls are written in a request of their own', async () => {
    const org = await started({ env: { SALESFORCE_NESTED_WRITES: 'false' } });
    const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Peña', Altur_Person_Key__c: 'customer-1' }] })
      .Contact!;
    org.salesforce.failRecord({ key: 'interested', statusCode: 'ENTITY_IS_LOCKED', message: 'locked' });
    expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced', records: { person: id } }]);
    expect(tasks(org)).toMatchObject([{ WhoId: id }]);
  });

  test('has its call as a dead letter when that is rejected too', async () => {
    const org = await started();
    org.salesforce.seed({ Contact: [{ LastName: 'Peña', Altur_Person_Key__c: 'customer-1' }] });
    org.salesforce.failRecord({ key: 'interested', statusCode: 'ENTITY_IS_LOCKED', message: 'locked' });
    org.salesforce.failRecord({ key: 'cll_1', statusCode: 'ENTITY_IS_LOCKED', message: 'locked' });
    expect(await org.sync([record(1)])).toMatchObject([
      { status: 'dead-letter', reason: expect.stringContaining('rejects the call') },
    ]);
  });
});

describe('answers that hold', () => {
  test('an e-mail address that is none is skipped, the rest is written', async () => {
    const org = await started();
    org.salesforce.failRecord({
      key: 'juan arroba gmail punto com',
      statusCode: 'INVALID_EMAIL_ADDRESS',
      message: 'Email: invalid email address: juan arroba gmail punto com',
      fields: ['Email'],
    });
    const fields = [...personFields(1), write('Email', 'juan arroba gmail punto com')];
    const [outcome] = await org.sync([record(1, { person: personWithId(1, { fields }) })]);
    expect(outcome).toMatchObject({
      status: 'synced',
      skippedFields: [{ object: 'person', field: 'Email' }],
    });
    expect(JSON.stringify(outcome)).not.toContain('arroba');
    expect(contacts(org)).toMatchObject([{ LastName: 'Peña 1' }]);
  });

  test('a contact with our key that is hidden from this user is not created again: a dead letter says so', async () => {
    const org = await started();
    org.salesforce.failRecord({
      key: 'customer-1',
      object: 'Contact',
      statusCode: 'DUPLICATE_VALUE',
      message: 'duplicate value found: <unknown> duplicates value on record with id: <unknown>',
    });
    expect(await org.sync([record(1), record(2)])).toMatchObject([
      {
        status: 'dead-letter',
        code: 'RECORD_GONE',
        reason: expect.stringContaining('hidden from this user'),
      },
      { status: 'synced' },
    ]);
    expect(contacts(org)).toHaveLength(1);
  });

  test('a duplicate rule that blocks a person because of a lead is a dead letter that says what to do', async () => {
    const org = await started();
    org.salesforce.seed({ Lead: [{ LastName: 'Peña', Company: 'ACME' }] });
    org.salesforce.failRecord({
      key: 'customer-1',
      object: 'Contact',
      statusCode: 'DUPLICATES_DETECTED',
      message: 'Use one of these records?',
    });
    expect(await org.sync([record(1)])).toMatchObject([
      { status: 'dead-letter', code: 'DUPLICATE_RULE', reason: expect.stringContaining('save duplicates') },
    ]);
    expect(contacts(org)).toEqual([]);
  });

  test('a lead that is converted while it is updated, and a record of no id, are read as recorded', async () => {
    const org = await started();
    const row = {
      success: false,
      errors: [{ statusCode: 'INVALID_CROSS_REFERENCE_KEY', message: 'x', fields: [] }],
    };
    const part = { referenceId: 'c0', httpStatusCode: 200, httpHeaders: {}, body: [row] };
    await org.sync([record(1)]);
    org.salesforce.fault({
      kind: 'status',
      path: '/composite$',
      status: 200,
      body: { compositeResponse: [part, { ...part, referenceId: 'c1' }] },
    });
    const again = record(2, { person: personWithId(1, { fields: personFields(1) }) });
    expect(await org.sync([again])).toMatchObject([{ status: 'synced' }]);
    expect([contacts(org).length, tasks(org).length]).toEqual([1, 2]);
  });
});

test('a column that the org does not have costs the field, whether its row or the whole request is rejected', async () => {
  for (const unknownColumn of ['refuse-record', 'refuse-request'] as const) {
    const org = await started({ settings: { unknownColumn } });
    const fields = [...personFields(1), write('Gone__c', 'x')];
    const outcomes = await org.sync([record(1, { person: personWithId(1, { fields }) }), record(2)]);
    expect(outcomes).toMatchObject([
      { status: 'synced', skippedFields: [{ object: 'person', field: 'Gone__c' }] },
      { status: 'synced', skippedFields: [] },
    ]);
  }
});
