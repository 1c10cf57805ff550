/** How people are found: by numbers however they are written, by record ids, in several objects, after a merge. */
import { describe, expect, test } from '@jest/globals';
import type { MatchPolicy, Person } from '../../../connectors/connector.ts';
import { toPhone } from '../../../src/mapping/coerce/phone.ts';
import { closedAfterEach } from '../closing.ts';
import { personWithId, phone } from '../fixtures.ts';
import {
  contacts,
  personFields,
  record,
  startOrg,
  type TestOrg,
  type TestOrgOptions,
  tasks,
  write,
} from './org.ts';

const start = closedAfterEach(startOrg);

const POLICY: MatchPolicy = { onMissing: 'create', onMany: 'newest', ifEmpty: ['LastName', 'Phone'] };
const MX = '+525512345678';
const US = '+12125550123';
const WAYS_OF_WRITING = [
  ...'55-1234-5678 · (55) 1234 5678 · 55.1234.5678 · 55 12 34 56 78 · +52 (55) 1234-5678 · 52 55 1234 5678'.split(
    ' · ',
  ),
  ...'+52-55-1234-5678 · +52 55-1234-5678 · 044 55 1234 5678 · 01 55 1234 5678 · 5512345678'.split(' · '),
  ...'+52 1 55 1234 5678 · (55)12345678 · 55 1234 5678 ext. 12 · +52 55 1234 5678'.split(' · '),
].map((written) => [written, MX]);
const AMERICAN = [
  ...'(212) 555-0123 · 212.555.0123 · 1-212-555-0123 · +1 (212) 555-0123 · 212-555-0123 · +1-212-555-0123'.split(
    ' · ',
  ),
  ...'1 (212) 555-0123 · (212)555-0123 · 2125550123 · 212 555 0123 · +1 212.555.0123 · (212) 555-0123 x45'.split(
    ' · ',
  ),
].map((written) => [written, US]);
/** On no list of forms, but the same number. */
const UNUSUAL = [
  ['55 / 1234 - 5678', MX],
  ['(55) 123-45-678', MX],
  ['Tel. 55·1234·5678', MX],
];

async function started(options?: TestOrgOptions): Promise<TestOrg> {
  const org = await start(options);
  await org.connector.schema();
  org.salesforce.clearRequests();
  return org;
}

function personWithNumber(e164: string, key = 'customer-1'): Person {
  const found = toPhone(e164, 'MX')!;
  return {
    key,
    hasExternalId: true,
    identities: [
      { by: 'key', value: key },
      { by: 'phone', phone: found },
    ],
    fields: [write('LastName', 'Ruiz', 'if-empty'), write('Phone', found.e164, 'if-empty')],
  };
}

describe('a number', () => {
  test.each([...WAYS_OF_WRITING, ...AMERICAN, ...UNUSUAL])(
    'written %s is found by a call to %s',
    async (written, e164) => {
      const org = await started();
      const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Ruiz', MobilePhone: written! }] }).Contact!;
      expect(await org.sync([record(1, { person: personWithNumber(e164!) })])).toMatchObject([
        { status: 'synced', records: { person: id } },
      ]);
      expect(contacts(org)).toHaveLength(1);
    },
  );

  test.each(['33 1234 5678', '551234567', '55 1234 56781', '+1 551 234 5678', '155 1234 5678 9'])(
    'written %s is somebody else’s',
    async (written) => {
      const org = await started();
      org.salesforce.seed({ Contact: [{ LastName: 'Otra', Phone: written }] });
      await org.sync([record(1, { person: personWithNumber(MX) })]);
      expect(contacts(org)).toHaveLength(2);
    },
  );

  test('is looked for by patterns in one more request, for all newcomers together', async () => {
    const org = await started();
    const numbers = Array.from({ length: 200 }, (_, n) => `55${10_000_000 + n * 7}`);
    const ids = org.salesforce.seed({
      Contact: numbers.map((number) => ({
        LastName: 'Ruiz',
        Phone: `${number.slice(0, 3)}/${number.slice(3)}`,
      })),
    }).Contact!;
    const calls = numbers.map((number, n) => {
      return record(n, { person: personWithNumber(`+52${number}`, `customer-${n}`) });
    });
    const outcomes = await org.sync(calls);
    expect(outcomes.map((each) => each.status === 'synced' && each.records.person)).toEqual(ids);
    expect(org.salesforce.requests).toHaveLength(3);
  });

  test('of a newcomer among newcomers is looked for in the same request as everything else', async () => {
    const org = await started();
    await org.sync(Array.from({ length: 50 }, (_, n) => record(n)));
    org.salesforce.clearRequests();
    const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Ruiz', Phone: 'Tel. 55/1234·5678' }] })
      .Contact!;
    const calls = [record(100, { person: personWithNumber(MX, 'x') }), record(101), record(102)];
    expect(await org.sync(calls)).toMatchObject([{ records: { person: id } }, {}, {}]);
    expect(org.salesforce.requests).toHaveLength(2);
    expect(contacts(org)).toHaveLength(53);
  });

  test('that is found by its common forms costs no look-up by patterns', async () => {
    const org = await started();
    org.salesforce.seed({ Contact: [{ LastName: 'Ruiz', Phone: '(55) 1234-5678' }] });
    await org.sync([record(1, { person: personWithNumber(MX) })]);
    expect(org.salesforce.requests).toHaveLength(2);
  });

  test.each(['MALFORMED_QUERY', 'QUERY_TOO_COMPLICATED', 'QUERY_TIMEOUT', 'A_CODE_OF_TOMORROW'])(
    'in an org that rejects patterns (%s) is found by its common forms, which is said once',
    async (errorCode) => {
      const org = await started();
      const body = { compositeResponse: [{ referenceId: 'q0', httpStatusCode: 400, body: [{ errorCode }] }] };
      org.salesforce.fault({ kind: 'status', path: '/composite$', nth: 2, status: 200, body });
      expect(await org.sync([record(1), record(2)])).toMatchObject([
        { status: 'synced' },
        { status: 'synced' },
      ]);
      org.salesforce.clearRequests();
      expect(await org.sync([record(3)])).toMatchObject([{ status: 'synced' }]);
      expect(org.salesforce.requests).toHaveLength(2);
      expect(org.log.entries).toHaveLength(1);
      expect(contacts(org)).toHaveLength(3);
    },
  );

  test('whose look-up by patterns fails with the org makes the queue wait: nobody is created twice', async () => {
    const org = await started();
    org.salesforce.seed({ Contact: [{ LastName: 'Ruiz', Phone: '55/12345678' }] });
    org.salesforce.fault({ kind: 'status', path: '/composite$', nth: 2, status: 503, body: 'down' });
    const call = record(1, { person: personWithNumber(MX) });
    await expect(org.sync([call])).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await org.sync([call])).toMatchObject([{ status: 'synced' }]);
    expect(contacts(org)).toHaveLength(1);
  });
});

describe('an encrypted phone field', () => {
  async function encrypted(): Promise<TestOrg> {
    const org = await start();
    org.salesforce.changeField('Contact', 'Phone', { filterable: false, encrypted: true });
    return org;
  }

  test('is not searched, the others are; each call is written', async () => {
    const org = await encrypted();
    const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Ruiz', MobilePhone: '55 / 12345678' }] })
      .Contact!;
    expect(await org.sync([record(1, { person: personWithNumber(MX) }), record(2)])).toMatchObject([
      { status: 'synced', records: { person: id } },
      { status: 'synced', skippedFields: [] },
    ]);
    expect(tasks(org).filter(({ WhoId }) => WhoId)).toHaveLength(2);
  });

  test('is named by doctor, as a warning', async () => {
    const org = await encrypted();
    const finding = (await org.connector.check()).find(({ subject }) => subject === 'Contact.Phone');
    expect(finding).toMatchObject({ level: 'warning', message: expect.stringContaining('encrypted') });
  });

  test('that leaves nothing to search is survived', async () => {
    const org = await encrypted();
    for (const name of ['MobilePhone', 'HomePhone', 'OtherPhone'])
      org.salesforce.changeField('Contact', name, { filterable: false });
    expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced' }]);
  });

  test('that only the query shows to be one is named where the queue waits, and no number', async () => {
    const org = await start();
    await org.connector.schema();
    const message =
      "SELECT Id WHERE Phone IN ('+525512345678') field 'Phone' can not be filtered in a query call";
    const body = [{ errorCode: 'INVALID_FIELD', message }];
    org.salesforce.fault({ kind: 'status', path: '/composite$', status: 400, times: 'always', body });
    const waiting = {
      code: 'LOOKUP_REJECTED',
      message: expect.stringMatching(/^\D*INVALID_FIELD \(Phone\)\D*$/),
    };
    await expect(org.sync([record(1)])).rejects.toMatchObject(waiting);
  });

  test('of the customer’s own by which people are to be found makes the queue wait', async () => {
    const org = await start({ context: { policy: { ...POLICY, matchFields: ['Email'] } } });
    org.salesforce.changeField('Contact', 'Email', { filterable: false });
    await expect(org.sync([record(1)])).rejects.toMatchObject({ code: 'MATCH_FIELD_UNUSABLE' });
  });
});

describe('a value that looks like a record id', () => {
  const CURP = 'HEGS850110MDFRRN09';

  test.each([
    ['a CURP', CURP],
    ['fifteen letters and digits', 'ABCDEFGHIJKLMNO'],
    ['an account', '001Hs000000000FIAQ'],
    ['a contact with another checksum', '003Hs000000000FZZZ'],
    ['a lead', '00QHs000000000FIAQ'],
    ['a text with a quote', "003'; DROP"],
  ])('(%s) is no id: the number is tried, and the others’ look-up is not spoilt', async (_, value) => {
    const org = await started();
    const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Peña', Phone: phone(1).e164 }] }).Contact!;
    const person = personWithId(1, {
      identities: [
        { by: 'record-id', value },
        { by: 'phone', phone: phone(1) },
      ],
      fields: personFields(1),
    });
    expect(await org.sync([record(1, { person }), record(2)])).toMatchObject([
      { status: 'synced', records: { person: id } },
      { status: 'synced' },
    ]);
  });

  test('costs two hundred calls no request more than none', async () => {
    const org = await started();
    const calls = Array.from({ length: 200 }, (_, n) => {
      const identities = [
        { by: 'record-id' as const, value: n % 10 === 0 ? CURP : `customer-${n}` },
        { by: 'phone' as const, phone: phone(n) },
      ];
      return record(n, { person: personWithId(n, { identities, fields: personFields(n) }) });
    });
    const outcomes = await org.sync(calls);
    expect(outcomes.every(({ status }) => status === 'synced')).toBe(true);
    expect(org.salesforce.requests).toHaveLength(3);
  });
});

describe('a field of the customer’s own', () => {
  const policy = { ...POLICY, matchFields: ['Number__c'] };
  const call = (n: number, value: string) => {
    const identities = [
      { by: 'field' as const, field: 'Number__c', value },
      { by: 'phone' as const, phone: phone(n) },
    ];
    return record(n, { person: personWithId(n, { identities, fields: personFields(n) }) });
  };

  test.each([
    ['double', '4711', ['twelve', '12,5', "1' OR Id != '"], 4711],
    ['date', '1990-02-28', ['28/02/1990', '1990-13-01'], '1990-02-28'],
    ['boolean', 'true', ['yes'], true],
    ['reference', '001Hs000000000FIAQ', ['HEGS850110MDFRRN09', 'x'], '001Hs000000000FIAQ'],
  ] as const)(
    'of type %s finds its person; values of another form spoil nobody’s look-up',
    async (type, good, bad, held) => {
      const org = await start({ context: { policy } });
      const field = org.salesforce.addField('Contact', 'Number__c', type);
      expect(field.type).toBe(type);
      const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Peña', Number__c: held }] }).Contact!;
      const outcomes = await org.sync([call(1, good), ...bad.map((value, n) => call(n + 2, value))]);
      expect(outcomes[0]).toMatchObject({ status: 'synced', records: { person: id } });
      expect(outcomes.every(({ status }) => status === 'synced')).toBe(true);
      expect(contacts(org)).toHaveLength(1 + bad.length);
    },
  );
});

describe('a contact that was merged into another one', () => {
  test('is that one: its calls and fields go there, and the next batch knows it', async () => {
    const org = await started();
    const [old, survivor] = org.salesforce.seed({
      Contact: [{ LastName: 'Ruiz' }, { LastName: 'Ruiz Pérez' }],
    }).Contact!;
    org.salesforce.merge('Contact', old!, survivor!);
    const identities = [{ by: 'record-id' as const, value: old! }];
    const person = personWithId(1, { identities, fields: personFields(1) });
    expect(await org.sync([record(1, { person })])).toMatchObject([
      { status: 'synced', records: { person: survivor } },
    ]);
    expect(contacts(org)).toMatchObject([{ Id: survivor, Altur_Status__c: 'interested' }]);
    org.salesforce.clearRequests();
    expect(await org.sync([record(2, { person })])).toMatchObject([{ records: { person: survivor } }]);
    expect(org.salesforce.requests).toHaveLength(1);
  });

  test('before its creation was confirmed is not created again', async () => {
    const org = await started();
    // The two look-ups come first.
    org.salesforce.fault({ kind: 'lost', path: '/composite$', nth: 3 });
    await expect(org.sync([record(1)])).rejects.toMatchObject({ kind: 'unavailable' });
    const [created] = contacts(org);
    const [b, c] = org.salesforce.seed({
      Contact: [{ LastName: 'B', Altur_Person_Key__c: 'customer-9' }, { LastName: 'C' }],
    }).Contact!;
    org.salesforce.merge('Contact', created!.Id, b!);
    org.salesforce.merge('Contact', b!, c!);
    expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced', records: { person: c } }]);
    expect(contacts(org)).toMatchObject([{ Id: c }]);
    expect(tasks(org)).toMatchObject([{ WhoId: c }]);
    org.salesforce.clearRequests();
    expect(await org.sync([record(2, { person: record(1).person! })])).toMatchObject([
      { records: { person: c } },
    ]);
    expect(org.salesforce.requests).toHaveLength(1);
  });

  test('long ago does not take the key of a record that is there', async () => {
    const org = await started();
    const [old, other] = org.salesforce.seed({
      Contact: [{ LastName: 'A', Altur_Person_Key__c: 'customer-1' }, { LastName: 'B' }],
    }).Contact!;
    org.salesforce.merge('Contact', old!, other!);
    org.salesforce.fault({ kind: 'lost', path: '/composite$', nth: 3 });
    await expect(org.sync([record(1)])).rejects.toMatchObject({ kind: 'unavailable' });
    const created = contacts(org).find(({ Altur_Person_Key__c: key }) => key === 'customer-1')!.Id;
    expect(await org.sync([record(1)])).toMatchObject([{ records: { person: created } }]);
  });

  test('which was merged too is the last of them', async () => {
    const org = await started();
    const [a, b, c] = org.salesforce.seed({ Contact: ['A', 'B', 'C'].map((LastName) => ({ LastName })) })
      .Contact!;
    org.salesforce.merge('Contact', a!, b!);
    org.salesforce.merge('Contact', b!, c!);
    const person = personWithId(1, { identities: [{ by: 'record-id', value: a! }], fields: personFields(1) });
    expect(await org.sync([record(1, { person })])).toMatchObject([{ records: { person: c } }]);
    expect(contacts(org)).toHaveLength(1);
  });
});

describe('match.object: [Contact, Lead]', () => {
  const personObjects = ['Contact', 'Lead'];
  const both: TestOrgOptions = { context: { policy: { ...POLICY, personObject: 'Contact', personObjects } } };
  const lead = { LastName: 'Ruiz', Company: 'ACME', Phone: '55/1234 5678' };
  const call = (n = 1) => {
    const person = personWithNumber(MX);
    const fields = [...person.fields, write('Altur_Status__c', 'x'), write('Company', 'Altur', 'if-empty')];
    return record(n, { person: { ...person, fields } });
  };

  test('an open lead with the number is written, and no contact is created', async () => {
    const org = await started(both);
    const [id] = org.salesforce.seed({ Lead: [lead] }).Lead!;
    expect(await org.sync([call()])).toMatchObject([
      { status: 'synced', records: { person: id }, skippedFields: [] },
    ]);
    expect(contacts(org)).toEqual([]);
    expect(org.salesforce.records('Lead')).toMatchObject([
      { Altur_Status__c: 'x', Altur_Person_Key__c: 'customer-1', Company: 'ACME' },
    ]);
    expect(tasks(org)).toMatchObject([{ WhoId: id }]);
    org.salesforce.clearRequests();
    expect(await org.sync([call(2)])).toMatchObject([{ records: { person: id }, skippedFields: [] }]);
    expect(org.salesforce.requests).toHaveLength(1);
  });

  test('a contact comes before a lead, the lead is left alone', async () => {
    const org = await started(both);
    const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Ruiz', Phone: '5512345678' }] }).Contact!;
    org.salesforce.seed({ Lead: [{ ...lead, Phone: '5512345678' }] });
    expect(await org.sync([call()])).toMatchObject([{ records: { person: id } }]);
    expect(org.salesforce.records('Lead')[0]!.Altur_Status__c ?? null).toBeNull();
  });

  test('and the other way round', async () => {
    const policy = { ...POLICY, personObject: 'Lead', personObjects: ['Lead', 'Contact'] };
    const org = await started({ context: { policy } });
    org.salesforce.seed({ Contact: [{ LastName: 'Ruiz', Phone: '5512345678' }] });
    const [id] = org.salesforce.seed({ Lead: [{ ...lead, Phone: '5512345678' }] }).Lead!;
    expect(await org.sync([call()])).toMatchObject([{ records: { person: id } }]);
  });

  test('who is neither is created as the first, without fields that only the second has', async () => {
    const org = await started(both);
    expect(await org.sync([call()])).toMatchObject([{ status: 'synced', skippedFields: [] }]);
    expect([contacts(org).length, org.salesforce.records('Lead').length]).toEqual([1, 0]);
    // Two look-ups, of both objects each, and the writes.
    expect(org.salesforce.requests).toHaveLength(3);
  });

  test('a converted lead is its contact', async () => {
    const org = await started(both);
    const [id] = org.salesforce.seed({
      Lead: [{ ...lead, Altur_Person_Key__c: 'customer-1' }],
    }).Lead!;
    const contact = org.salesforce.convertLead(id!);
    expect(await org.sync([call()])).toMatchObject([{ status: 'synced', records: { person: contact } }]);
    expect(contacts(org)).toMatchObject([{ Id: contact, Altur_Status__c: 'x' }]);
    expect(tasks(org)).toMatchObject([{ WhoId: contact }]);
  });

  test('a lead that is converted after it was cached is its contact too', async () => {
    const org = await started(both);
    const [id] = org.salesforce.seed({ Lead: [lead] }).Lead!;
    await org.sync([call()]);
    const contact = org.salesforce.convertLead(id!);
    for (const n of [2, 3]) {
      expect(await org.sync([call(n)])).toMatchObject([{ status: 'synced', records: { person: contact } }]);
    }
    // The call of before has moved with its lead.
    expect(tasks(org).filter(({ WhoId }) => WhoId === contact)).toHaveLength(3);
    expect(contacts(org)).toMatchObject([{ Altur_Status__c: 'x' }]);
  });

  test('a batch of many contacts and leads is written in as few requests as of one', async () => {
    const org = await started(both);
    const numbers = Array.from({ length: 40 }, (_, n) => `55${10_000_000 + n}`);
    const seeded = (rest: object, parity: number) => {
      const own = numbers.filter((_, n) => n % 2 === parity);
      return own.map((Phone) => ({ LastName: 'Ruiz', Phone, ...rest }));
    };
    org.salesforce.seed({ Contact: seeded({}, 0), Lead: seeded({ Company: 'ACME' }, 1) });
    const outcomes = await org.sync(
      numbers.map((number, n) => {
        const person = personWithNumber(`+52${number}`, `customer-${n}`);
        return record(n, { person: { ...person, fields: [write('Altur_Status__c', 'x')] } });
      }),
    );
    expect(outcomes.every(({ status }) => status === 'synced')).toBe(true);
    expect(tasks(org).filter(({ WhoId }) => String(WhoId).startsWith('00Q'))).toHaveLength(20);
    expect(org.salesforce.requests.length).toBeLessThanOrEqual(3);
  });

  test('provision and doctor mind both', async () => {
    const org = await start({ ...both, provisioned: false });
    const errors = (await org.connector.check()).filter(({ level }) => level === 'error');
    expect(errors.map(({ subject }) => subject)).toEqual([
      'Contact.Altur_Person_Key__c',
      'Lead.Altur_Person_Key__c',
      'Task.Altur_Call_Id__c',
    ]);
    const changes = await org.connector.provision([
      { object: 'person', name: 'Altur_Status__c', label: 'Status', type: 'text' },
    ]);
    expect(changes.map(({ action, name }) => [action, name])).toEqual([
      ['created', 'Contact.Altur_Person_Key__c'],
      ['created', 'Lead.Altur_Person_Key__c'],
      ['created', 'Activity.Altur_Call_Id__c'],
      ['created', 'Contact.Altur_Status__c'],
      ['created', 'Lead.Altur_Status__c'],
      ['created', 'permission set Altur_CRM_Sync'],
    ]);
    expect((await org.connector.check()).filter(({ level }) => level === 'error')).toEqual([]);
    expect(await org.sync([call()])).toMatchObject([{ status: 'synced' }]);
  });
});

describe('lead assignment rules', () => {
  const policyOf = (assignmentRules: boolean) => ({ ...POLICY, personObject: 'Lead', assignmentRules });
  const call = (n: number) => {
    const fields = [write('LastName', 'Ruiz'), write('Company', 'ACME'), write('Altur_Status__c', `${n}`)];
    return record(n, { person: personWithId(1, { fields }) });
  };

  test('run for leads that are created, never for those that are updated', async () => {
    const org = await started({ context: { policy: policyOf(true) } });
    for (const n of [1, 2]) expect(await org.sync([call(n)])).toMatchObject([{ status: 'synced' }]);
    org.personCache.entries.clear();
    expect(await org.sync([call(3)])).toMatchObject([{ status: 'synced' }]);
    expect(org.salesforce.autoAssigned).toEqual([org.salesforce.records('Lead')[0]!.Id]);
  });

  test('do not run for a lead whose creation was not confirmed and is repeated', async () => {
    const org = await started({ context: { policy: policyOf(true) } });
    // The two look-ups come first.
    org.salesforce.fault({ kind: 'lost', path: '/composite$', nth: 3 });
    await expect(org.sync([call(1)])).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await org.sync([call(1)])).toMatchObject([{ status: 'synced' }]);
    expect(org.salesforce.autoAssigned).toHaveLength(1);
    expect([org.salesforce.records('Lead').length, tasks(org).length]).toEqual([1, 1]);
  });

  test('are off by default', async () => {
    const org = await started({ context: { policy: policyOf(false) } });
    await org.sync([call(1)]);
    expect(org.salesforce.autoAssigned).toEqual([]);
  });
});
