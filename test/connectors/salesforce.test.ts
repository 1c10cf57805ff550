import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { quote } from '../../connectors/salesforce/soql.ts';
import { signedIn } from '../simulators/salesforce/rest-client.ts';
import { closedAfterEach } from './closing.ts';
import { personWithId, personWithoutId, phone } from './fixtures.ts';
import { callFields, contacts, personFields, record, startOrg, tasks, write } from './salesforce/org.ts';

const start = closedAfterEach(startOrg);

const range = (count: number, first = 1) =>
  Array.from({ length: count }, (_, index) => record(first + index));

describe('API requests', () => {
  test('two hundred calls of known people take one, of new people three', async () => {
    const org = await start();
    await org.connector.schema();
    const before = org.salesforce.apiRequests;
    await org.sync(range(200));
    // Two look-ups, by exact forms and by patterns, and the writes.
    expect(org.salesforce.apiRequests - before).toBe(3);
    const between = org.salesforce.apiRequests;
    const again = range(200).map((each) => ({ ...each, callId: `again_${each.callId}` }));
    await org.sync(again);
    expect(org.salesforce.apiRequests - between).toBe(1);
    expect([contacts(org).length, tasks(org).length]).toEqual([200, 400]);
  });

  test('people who are found and need no writing are cached too', async () => {
    const org = await start();
    org.salesforce.seed({ Contact: [{ LastName: 'Peña', Altur_Person_Key__c: 'customer-1' }] });
    const person = personWithId(1, { fields: [] });
    await org.sync([record(1, { person })]);
    const before = org.salesforce.apiRequests;
    await org.sync([record(2, { person })]);
    expect(org.salesforce.apiRequests - before).toBe(1);
  });

  test('long descriptions are split by bytes, each call once', async () => {
    const org = await start();
    const long = range(150).map((each) => {
      return { ...each, call: { fields: [...callFields(1), write('Description', 'í'.repeat(31_000))] } };
    });
    const outcomes = await org.sync(long);
    expect(outcomes.every(({ status }) => status === 'synced')).toBe(true);
    expect(Math.max(...org.salesforce.requests.map(({ bodyBytes }) => bodyBytes))).toBeLessThan(3_200_000);
    expect(tasks(org)).toHaveLength(150);
  });

  test('above 98 % of the org’s daily limit the queue waits', async () => {
    const org = await start({ settings: { dailyLimit: 1_000 } });
    await org.sync([record(1)]);
    org.salesforce.usedByOthers(985);
    await expect(org.sync([record(2)])).rejects.toMatchObject({ kind: 'rate_limited' });
    const before = org.salesforce.apiRequests;
    await expect(org.sync([record(3)])).rejects.toMatchObject({ kind: 'rate_limited' });
    expect(org.salesforce.apiRequests).toBe(before);
  });
});

describe('who is who', () => {
  test('a contact with the number, however it is written, is adopted and keeps its name', async () => {
    const org = await start();
    const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Ya Está', MobilePhone: '(551) 000-0001' }] })
      .Contact!;
    const [outcome] = await org.sync([
      record(1, {
        person: personWithId(1, {
          fields: personFields(1),
          identities: [
            { by: 'key', value: 'customer-1' },
            { by: 'phone', phone: { ...phone(1), textForms: ['+525510000001', '(551) 000-0001'] } },
          ],
        }),
      }),
    ]);
    expect(outcome).toMatchObject({ status: 'synced', records: { person: id } });
    expect(contacts(org)).toMatchObject([
      {
        Id: id,
        LastName: 'Ya Está',
        FirstName: 'Sofía',
        Altur_Person_Key__c: 'customer-1',
        Phone: phone(1).e164,
      },
    ]);
  });

  test('keys that differ in case only are two people and two calls', async () => {
    const org = await start();
    const lower = personWithId(1, {
      key: 'abc',
      identities: [{ by: 'key', value: 'abc' }],
      fields: personFields(1),
    });
    const upper = { ...lower, key: 'ABC', identities: [{ by: 'key' as const, value: 'ABC' }] };
    await org.sync([
      record(1, { callId: 'cll_a', person: lower }),
      record(2, { callId: 'cll_A', person: upper }),
    ]);
    expect([contacts(org).length, tasks(org).length]).toEqual([2, 2]);
  });

  test('ids that are longer than their fields are the same person and the same call every time', async () => {
    const org = await start();
    const key = 'k'.repeat(300);
    const person = personWithId(1, {
      key,
      identities: [{ by: 'key', value: key }],
      fields: personFields(1),
    });
    const callId = 'c'.repeat(300);
    await org.sync([record(1, { person, callId }), record(2, { person, callId: `${callId}2` })]);
    org.personCache.entries.clear();
    expect(await org.sync([record(1, { person, callId })])).toMatchObject([{ status: 'synced' }]);
    expect([contacts(org).length, tasks(org).length]).toEqual([1, 2]);
  });

  test('somebody without an id is the contact with their number', async () => {
    const org = await start();
    await org.sync([record(1)]);
    await org.sync([record(2, { person: personWithoutId(1, { fields: personFields(1) }) })]);
    expect(contacts(org)).toHaveLength(1);
    expect(new Set(tasks(org).map(({ WhoId }) => WhoId)).size).toBe(1);
  });

  test.each([`o'brien`, `x\\' OR Name LIKE '%`, 'a\nb', '"', '{!$User.Id}'])(
    'no value breaks out of its quotes: %j',
    async (key) => {
      const org = await start();
      const person = personWithId(1, {
        key,
        identities: [{ by: 'key', value: key }],
        fields: personFields(1),
      });
      await org.sync([record(1, { person })]);
      org.personCache.entries.clear();
      await org.sync([record(2, { person })]);
      expect(contacts(org)).toHaveLength(1);
      expect(quote(key)).toMatch(/^'([^'\\]|\\.)*'$/);
    },
  );

  test('people may be leads, and a converted lead is its contact', async () => {
    const policy = {
      onMissing: 'create',
      onMany: 'newest',
      ifEmpty: ['LastName', 'Company'],
      personObject: 'Lead',
    } as const;
    const org = await start({ context: { policy } });
    const person = personWithId(1, {
      fields: [
        write('LastName', 'Peña', 'if-empty'),
        write('Company', 'ACME', 'if-empty'),
        write('Altur_Status__c', 'x'),
      ],
    });
    await org.sync([record(1, { person })]);
    const [lead] = org.salesforce.records('Lead');
    const contact = org.salesforce.convertLead(String(lead!.Id));
    const [outcome] = await org.sync([record(2, { person })]);
    expect(outcome).toMatchObject({ status: 'synced', records: { person: contact } });
    expect(tasks(org).at(-1)).toMatchObject({ WhoId: contact });
  });

  test.each(['alert', 'block'] as const)('a duplicate rule that %ss', async (action) => {
    const duplicateRules = [{ object: 'Contact', fields: ['LastName'], action }];
    const org = await start({ settings: { duplicateRules } });
    const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Peña 1' }] }).Contact!;
    const [outcome] = await org.sync([record(1)]);
    if (action === 'alert') expect(outcome).toMatchObject({ status: 'synced' });
    else
      expect(outcome).toMatchObject({
        status: 'dead-letter',
        object: 'person',
        reason: expect.stringContaining('duplicate rule'),
      });
    expect(contacts(org)).toHaveLength(action === 'alert' ? 2 : 1);
    expect(contacts(org)[0]!.Id).toBe(id);
  });

  test('a duplicate rule that names the record it protects leads the call there', async () => {
    const duplicateRules = [{ object: 'Contact', fields: ['LastName'], action: 'block' as const }];
    const org = await start({ settings: { duplicateRules, duplicateResultInCollections: true } });
    const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Peña 1' }] }).Contact!;
    expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced', records: { person: id } }]);
    expect(tasks(org)).toMatchObject([{ WhoId: id }]);
  });
});

describe('tasks', () => {
  test('TaskSubtype is set when a call is created and never when it is updated', async () => {
    const org = await start();
    const [first] = await org.sync([record(1)]);
    const known = first!.status === 'synced' ? first!.records : {};
    const changed = record(1, { existing: known, call: { fields: [write('Subject', 'Changed')] } });
    expect(await org.sync([changed])).toMatchObject([{ status: 'synced', skippedFields: [] }]);
    expect(tasks(org)).toMatchObject([{ Subject: 'Changed', TaskSubtype: 'Call' }]);
  });

  test.each(['named', 'unknown'] as const)(
    'a call that is there already is done, with its id (%s)',
    async (duplicateValue) => {
      const org = await start({ settings: { duplicateValue } });
      await org.sync(range(3));
      const outcomes = await org.sync(range(3));
      expect(outcomes.every(({ status }) => status === 'synced')).toBe(true);
      for (const [index, outcome] of outcomes.entries()) {
        const { Id } = tasks(org).find((task) => task.Altur_Call_Id__c === `cll_${index + 1}`)!;
        expect(outcome).toMatchObject({
          records: { call: expect.stringContaining(String(Id).slice(0, 15)) },
        });
      }
      expect(tasks(org)).toHaveLength(3);
    },
  );

  test('an org with statuses of its own gets its own closed one', async () => {
    const taskStatuses = [
      { label: 'Abierta', default: true },
      { label: 'Cerrada', closed: true },
    ];
    const org = await start({ taskStatuses });
    // So the mapping does not skip the status of the assumed schema.
    expect((await org.connector.schema()).call.get('Status')!.options).toBeUndefined();
    expect(await org.sync([record(1)])).toMatchObject([{ skippedFields: [] }]);
    expect(tasks(org)[0]!.Status).toBe('Cerrada');
  });

  test('follow-ups are tasks of their own, once', async () => {
    const org = await start();
    const followUp = {
      key: 'cll_1:promise',
      fields: [write('Subject', 'Call back'), write('ActivityDate', '2026-12-01')],
    };
    for (let round = 0; round < 2; round++) {
      expect(await org.sync([record(1, { tasks: [followUp] })])).toMatchObject([{ status: 'synced' }]);
    }
    expect(tasks(org)).toHaveLength(2);
    expect(tasks(org)[1]).toMatchObject({ Subject: 'Call back', Altur_Call_Id__c: 'cll_1:promise' });
  });

  test('a call that changes does not open again a follow-up that somebody has completed', async () => {
    const org = await start();
    const fields = (subject: string) => [write('Subject', subject), write('Status', 'Not Started')];
    const [first] = await org.sync([
      record(1, { tasks: [{ key: 'cll_1:promise', fields: fields('Call') }] }),
    ]);
    const known = first!.status === 'synced' ? first!.records : {};
    const followUp = tasks(org)[1]!;
    const rep = await signedIn(org.salesforce.url);
    await rep.update({ type: 'Task', Id: followUp.Id, Status: 'Completed' });
    await org.sync([
      record(1, { tasks: [{ key: 'cll_1:promise', fields: fields('Call again') }], existing: known }),
    ]);
    expect(tasks(org)[1]).toMatchObject({ Subject: 'Call again', Status: 'Completed' });
  });

  test.each(['refuse-record', 'refuse-request'] as const)(
    'an org that rejects nested people (%s) gets two requests',
    async (nestedParents) => {
      const org = await start({ settings: { nestedParents } });
      const outcomes = await org.sync(range(5));
      expect(outcomes.every(({ status }) => status === 'synced')).toBe(true);
      expect(tasks(org).filter(({ WhoId }) => WhoId)).toHaveLength(5);
      expect([contacts(org).length, tasks(org).length]).toEqual([5, 5]);
    },
  );

  test.each(['refuse-record', 'refuse-request'] as const)(
    'an org that rejects nested people (%s) is not asked for its fields again',
    async (nestedParents) => {
      const org = await start({ settings: { nestedParents } });
      await org.sync(range(5));
      const before = org.salesforce.apiRequests;
      await org.sync(range(5).map((each) => ({ ...each, callId: `second ${each.callId}` })));
      expect(org.salesforce.apiRequests - before).toBe(2);
    },
  );

  test('the two requests may be asked for', async () => {
    const org = await start({
      env: { SALESFORCE_NESTED_WRITES: 'false' },
      settings: { nestedParents: 'refuse-request' },
    });
    expect(await org.sync(range(3))).toMatchObject([
      { status: 'synced' },
      { status: 'synced' },
      { status: 'synced' },
    ]);
    expect(org.log.entries).toEqual([]);
  });
});

describe('rejections', () => {
  test.each([
    ['a value too long', write('Altur_Tags__c', 'x'.repeat(300))],
    ['a field that may not be written', write('CreatedDate', '2026-01-01T00:00:00.000Z')],
    ['a column that is not there', write('Gone__c', 'x')],
  ])('%s costs the field', async (_, bad) => {
    const org = await start();
    const spoiled = record(2, { person: personWithId(2, { fields: [...personFields(2), bad] }) });
    const outcomes = await org.sync([record(1), spoiled, record(3)]);
    expect(outcomes).toMatchObject([
      { status: 'synced', skippedFields: [] },
      { status: 'synced', skippedFields: [{ object: 'person', field: bad.field }] },
      { status: 'synced', skippedFields: [] },
    ]);
    expect([contacts(org).length, tasks(org).filter(({ WhoId }) => WhoId).length]).toEqual([3, 3]);
  });

  test('a list that has no room for another item keeps what it held, and says so', async () => {
    const org = await start();
    const adds = (tag: string) =>
      record(1, {
        callId: `cll_${tag.length}`,
        person: personWithId(1, {
          fields: [...personFields(1), { field: 'Altur_Tags__c', value: tag, when: 'append' }],
        }),
      });
    const held = 'promesa de pago 💸;';
    await org.sync([adds(held.repeat(1) + 'x'.repeat(225))]);
    const before = contacts(org)[0]!.Altur_Tags__c;
    expect(await org.sync([adds('un artículo que ya no cabe 💸💸')])).toMatchObject([
      { status: 'synced', skippedFields: [{ object: 'person', field: 'Altur_Tags__c', code: 'LIST_FULL' }] },
    ]);
    expect(contacts(org)[0]!.Altur_Tags__c).toBe(before);
  });

  test('a locked row comes again, its neighbours are written', async () => {
    const org = await start();
    org.salesforce.failRecord({
      key: 'cll_2',
      statusCode: 'UNABLE_TO_LOCK_ROW',
      message: 'unable to obtain exclusive access',
      times: 1,
    });
    expect(await org.sync(range(3))).toMatchObject([
      { status: 'synced' },
      { status: 'retry' },
      { status: 'synced' },
    ]);
    expect(await org.sync([record(2)])).toMatchObject([{ status: 'synced' }]);
    expect(tasks(org)).toHaveLength(3);
  });

  test('a person who is rejected takes only their own calls along', async () => {
    const org = await start();
    org.salesforce.failRecord({
      key: 'customer-2',
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'no',
      times: 9,
    });
    const outcomes = await org.sync(range(3));
    expect(outcomes).toMatchObject([
      { status: 'synced' },
      { status: 'dead-letter', reason: expect.stringContaining('FIELD_CUSTOM_VALIDATION_EXCEPTION') },
      { status: 'synced' },
    ]);
  });

  test('without its keys the connector waits and says how to create them', async () => {
    const org = await start({ provisioned: false });
    await expect(org.sync([record(1)])).rejects.toMatchObject({
      kind: 'unauthorized',
      message: expect.stringContaining('altur-crm-sync provision'),
    });
  });

  test('without the right to create tasks the connector waits, and no call becomes a dead letter', async () => {
    const org = await start({ settings: { readOnlyObjects: ['Task'] } });
    await expect(org.sync([record(1)])).rejects.toMatchObject({
      kind: 'unauthorized',
      message: expect.stringContaining('may not create and change tasks'),
    });
  });

  test('a wrong secret is unauthorized and is not in the message', async () => {
    const org = await start({ env: { SALESFORCE_CLIENT_SECRET: 'a wrong secret' } });
    const error = await org.sync([record(1)]).catch((thrown) => thrown);
    expect(error).toMatchObject({ kind: 'unauthorized' });
    expect(String(error)).not.toContain('a wrong secret');
  });
});

test('a user may sign in with a key instead of a secret', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = { type: 'pkcs8', format: 'pem' } as const;
  const org = await start({
    settings: { publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
    env: {
      SALESFORCE_CLIENT_SECRET: '',
      SALESFORCE_USERNAME: 'integration@example.com',
      SALESFORCE_PRIVATE_KEY: privateKey.export(pem).toString(),
    },
  });
  expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced' }]);
  expect(org.salesforce.tokenRequests).toBe(1);
});

test('requests at the same time share one sign-in, and one new one when it has expired', async () => {
  const org = await start();
  await Promise.all([org.sync([record(1)]), org.sync([record(2)]), org.connector.check()]);
  expect(org.salesforce.tokenRequests).toBe(1);
  org.salesforce.expireTokens();
  await Promise.all([org.sync([record(3)]), org.sync([record(4)]), org.connector.check()]);
  expect(org.salesforce.tokenRequests).toBe(2);
  expect(tasks(org)).toHaveLength(4);
});

test('provision creates the fields and shows them to this user; the second time nothing is new', async () => {
  const org = await start({ provisioned: false });
  const fields = [
    {
      object: 'person' as const,
      name: 'Altur_Payment_Amount__c',
      label: 'Payment Amount',
      type: 'number' as const,
    },
    { object: 'person' as const, name: 'Altur_Agreed__c', label: 'Agreed', type: 'boolean' as const },
    { object: 'person' as const, name: 'Number__c', label: 'Number', type: 'text' as const, unique: true },
  ];
  const first = await org.connector.provision(fields);
  expect(first.filter(({ action }) => action === 'failed')).toEqual([]);
  expect(first.map(({ name }) => name)).toContain('Contact.Altur_Payment_Amount__c');
  const second = await org.connector.provision(fields);
  expect(second.filter(({ action }) => action === 'created')).toEqual([]);
  const { person } = await org.connector.schema();
  expect(person.get('Altur_Agreed__c')).toMatchObject({ type: 'boolean', updateable: true });
  expect(person.get('Number__c')).toMatchObject({ unique: true, updateable: true });
  expect((await org.connector.check()).filter(({ level }) => level === 'error')).toEqual([]);
  expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced' }]);
});

test('check says what is missing and how to fix it', async () => {
  const org = await start({ provisioned: false });
  const errors = (await org.connector.check()).filter(({ level }) => level === 'error');
  expect(errors.map(({ subject }) => subject)).toEqual([
    'Contact.Altur_Person_Key__c',
    'Task.Altur_Call_Id__c',
  ]);
  expect(errors.every(({ fix }) => fix?.includes('provision'))).toBe(true);
});

test('check names missing rights and hidden fields', async () => {
  const policy = {
    onMissing: 'create',
    onMany: 'newest',
    ifEmpty: [],
    associate: ['opportunity'],
  } as const;
  const org = await start({ settings: { readOnlyObjects: ['Task'] }, context: { policy } });
  org.salesforce.setFieldAccess('Contact', 'MobilePhone', 'hidden');
  org.salesforce.setFieldAccess('Contact', 'AccountId', 'hidden');
  org.salesforce.setFieldAccess('Contact', 'Altur_Person_Key__c', 'read');
  const findings = await org.connector.check();
  const bad = findings.filter(({ level }) => level !== 'ok');
  expect(bad.map(({ level, subject }) => [level, subject])).toEqual([
    ['error', 'Task'],
    ['error', 'Contact.Altur_Person_Key__c'],
    ['warning', 'Contact.MobilePhone'],
    ['warning', 'Contact.AccountId'],
    ['warning', 'match.associate'],
    ['warning', 'Contact (sharing)'],
  ]);
  expect(bad.every(({ fix }) => fix)).toBe(true);
});

test('preview shows the request that sync sends, and sends nothing', async () => {
  const org = await start();
  await org.connector.schema();
  const before = org.salesforce.requests.length;
  const { requests: previewed } = await org.connector.dryRun([record(1)], false);
  expect(org.salesforce.requests.length).toBe(before);
  await org.sync([record(1)]);
  expect(previewed.map(({ body }) => body)).toEqual(
    org.salesforce.requests.slice(before).map(({ body }) => body),
  );
});

test('people who are looked for by a field the org does not show are not created again: the queue waits', async () => {
  const policy = {
    onMissing: 'create',
    onMany: 'newest',
    ifEmpty: [],
    matchFields: ['Customer_Number__c'],
  } as const;
  const org = await start({ context: { policy } });
  await expect(org.sync([record(1)])).rejects.toMatchObject({
    kind: 'unauthorized',
    message: expect.stringContaining('Customer_Number__c, which the CRM does not have'),
  });
  expect(org.salesforce.records('Contact')).toEqual([]);
});
