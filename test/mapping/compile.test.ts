import { describe, expect, test } from '@jest/globals';
import type { Activity, CallRecord, FieldValue } from '../../connectors/connector.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { loadMapping } from '../../src/mapping/load.ts';
import { applyOverrides } from '../../src/mapping/overrides.ts';
import { compiled, DEFAULTS, event, hubspotSchema, sample } from './crm-schema.ts';

const valuesOf = (activity: Activity | undefined): Record<string, FieldValue> =>
  Object.fromEntries((activity?.fields ?? []).map(({ field, value }) => [field, value]));
const map = (from = sample, overrides = '', language: 'en' | 'es' = 'en'): CallRecord =>
  compiled(overrides, language).toRecord(from, hubspotSchema, 1_000);

describe('the default mapping to HubSpot', () => {
  test('writes the person', () => {
    const { person } = map();
    expect(person).toMatchObject({ key: 'user_12345', hasExternalId: true });
    const asOf = Date.parse('2024-12-19T15:00:10Z');
    expect(person!.fields).toEqual([
      { field: 'firstname', value: 'John', when: 'if-empty' },
      { field: 'lastname', value: 'Doe', when: 'if-empty' },
      { field: 'phone', value: '+525512345678', when: 'if-empty' },
      { field: 'altur_status', value: 'converted', when: 'newest', asOf },
      { field: 'altur_tags', value: 'payment_promise;call_later', when: 'newest', asOf },
      { field: 'altur_last_call_at', value: '2024-12-19T15:00:10.000Z', when: 'newest', asOf },
      { field: 'altur_payment_amount', value: 1200, when: 'newest', asOf },
      { field: 'altur_payment_date', value: '2024-12-26', when: 'newest', asOf },
    ]);
  });

  test('writes the call, its duration in milliseconds, its body escaped', () => {
    const call = valuesOf(map(event({ transcript: [{ sent_by: 'user', content: '<b>sí</b> & no' }] })).call);
    expect(call).toMatchObject({
      hs_timestamp: '2024-12-19T15:00:10.000Z',
      hs_call_title: 'Altur call: John Doe (Connected)',
      hs_call_direction: 'OUTBOUND',
      hs_call_status: 'COMPLETED',
      hs_call_duration: 45_000,
      hs_call_from_number: '+525550000000',
      hs_call_to_number: '+525512345678',
      hs_call_disposition: 'f240bbac-87c9-4f6e-bf70-924b57d47db7',
    });
    expect(call.hs_call_body).toContain('John Doe: &lt;b&gt;sí&lt;/b&gt; &amp; no');
    for (const part of [
      'Payment Amount: 1200',
      'Payment Medium: app',
      'payment_promise, call_later',
      '/recording',
    ]) {
      expect(call.hs_call_body).toContain(part);
    }
  });

  test('shows the time since the call began where only some times have a zone', () => {
    const transcript = [{ sent_by: 'user', sent_at: '2024-12-19T08:59:30', content: 'sí' }];
    // Nine in the morning in Mexico City, whose clocks are those of times without a zone.
    const { hs_call_body } = valuesOf(map(event({ started_at: '2024-12-19T14:59:25Z', transcript })).call);
    expect(hs_call_body).toContain('[00:05] John Doe: sí');
  });

  test('has Spanish titles and bodies', () => {
    const call = valuesOf(map(sample, '', 'es').call);
    expect(call.hs_call_title).toBe('Llamada Altur: John Doe (Contestada)');
    expect(call.hs_call_body).toContain('Etiquetas: payment_promise, call_later');
  });

  test.each([
    [{ status: 'busy' }, 'BUSY', '9d9162e7-6cf3-4944-bf63-4dff82258764'],
    [{ status: 'no-answer' }, 'NO_ANSWER', '73a0d17f-1163-4015-bdd5-ec830791da20'],
    [{ answered_by: 'machine' }, 'COMPLETED', 'b2cf5968-551e-4856-9783-52b3da59a7d0'],
    [{ campaign_user: { tags: ['Número equivocado'] } }, 'COMPLETED', '17b47fee-58de-441e-a44c-c6300d46f273'],
    [{ status: 'failed' }, 'FAILED', undefined],
  ])('%j is status %s and disposition %s', (fields, status, disposition) => {
    const call = valuesOf(map(event(fields)).call);
    expect([call.hs_call_status, call.hs_call_disposition]).toEqual([status, disposition]);
  });

  test('a value that does not fit costs the field and is reported', () => {
    const { person, skippedFields } = map(
      event({ campaign_user: { f_id: 'x', extracted_data: { 'Payment Amount': 'a lot' } } }),
    );
    expect(person!.fields.map(({ field }) => field)).not.toContain('altur_payment_amount');
    expect(skippedFields).toEqual([
      {
        object: 'person',
        field: 'altur_payment_amount',
        code: 'VALUE_TYPE_MISMATCH',
        reason: expect.stringContaining('number'),
      },
    ]);
  });

  test('a field the mapping names and the CRM lacks is reported, extracted data without a field is not', () => {
    const schema = { ...hubspotSchema, person: new Map() };
    const { skippedFields } = compiled().toRecord(sample, schema, 1);
    expect(new Set(skippedFields.map(({ code }) => code))).toEqual(new Set(['FIELD_MISSING']));
    expect(skippedFields.map(({ field }) => field)).toEqual([
      'firstname',
      'lastname',
      'phone',
      'altur_status',
      'altur_tags',
      'altur_last_call_at',
    ]);
  });
});

describe('the person', () => {
  test('without f_id the number is the key', () => {
    const { person } = map(event({ campaign_user: undefined }));
    expect(person).toMatchObject({ key: 'phone:+525512345678', hasExternalId: false });
  });

  test.each([
    ['outbound', '+525512345678'],
    ['inbound', '+525550000000'],
  ])('of an %s call without a person the customer’s number counts', (type, e164) => {
    const { person } = map(event({ type, campaign_user: undefined, end_user: undefined }));
    expect(person?.key).toBe(`phone:${e164}`);
  });

  test('nobody at all is no person, the call is logged', () => {
    const record = map(event({ type: undefined, campaign_user: undefined, end_user: undefined }));
    expect(record.person).toBeUndefined();
    expect(record.call).toBeDefined();
  });

  test('f_id may be the CRM’s overrides id, or a field of the customer’s', () => {
    const { person } = map(sample, 'match: { by: [record-id, { field: account }, phone] }');
    expect(person!.identities).toMatchObject([
      { by: 'key', value: 'user_12345' },
      { by: 'record-id', value: 'user_12345' },
      { by: 'field', field: 'account', value: 'user_12345' },
      { by: 'phone' },
    ]);
  });
});

describe('a mapping file', () => {
  test('adds a field, removes one, keeps the rest', () => {
    const overrides = 'person:\n  firstname: null\n  lastname: customer.name\n';
    const { person } = map(sample, overrides);
    const values = valuesOf(person);
    expect(values.firstname).toBeUndefined();
    expect(values).toMatchObject({ lastname: 'John Doe', altur_status: 'converted' });
  });

  test('translates values', () => {
    const overrides =
      'person:\n  altur_status: { from: customer.status, values: { converted: won }, otherwise: open }\n';
    expect(valuesOf(map(sample, overrides).person).altur_status).toBe('won');
    expect(
      valuesOf(map(event({ campaign_user: { f_id: 'x', status: 'queue' } }), overrides).person).altur_status,
    ).toBe('open');
  });

  test('skips some calls and only logs others', () => {
    const overrides =
      'calls:\n  - { outcome: busy, do: skip }\n  - { outcome: [voicemail, no-answer], do: log-only }\n';
    const skipped = map(event({ status: 'busy' }), overrides);
    expect([skipped.person, skipped.call, skipped.tasks]).toEqual([undefined, undefined, []]);
    expect(map(event({ status: 'no-answer' }), overrides).person).toMatchObject({
      linkOnly: true,
      fields: [],
    });
    expect(map(sample, overrides).person?.linkOnly).toBeUndefined();
  });

  test('creates follow-ups, due when the event says', () => {
    const overrides = `
followUps:
  promise:
    all: [{ path: customer.tags, contains: payment_promise }]
    subject: 'Check payment of {{customer.extracted_data.Payment Amount}}'
    due: { from: customer.extracted_data.Payment Date, in: 1 day, at: '10:00' }
    priority: high
  angry:
    all: [{ path: customer.tags, contains: complaint }]
    subject: Call back
`;
    const { tasks } = map(sample, overrides);
    expect(tasks.map(({ key }) => key)).toEqual([`${sample.id}:promise`]);
    expect(valuesOf(tasks[0])).toMatchObject({
      hs_task_subject: 'Check payment of 1200',
      hs_timestamp: '2024-12-27T16:00:00.000Z',
      hs_task_priority: 'HIGH',
      hs_task_status: 'NOT_STARTED',
    });
  });

  describe('when a follow-up is due', () => {
    // A Friday, 17:30 in Mexico City.
    const friday = { ended_at: '2026-11-27T23:30:00Z', created_at: undefined, started_at: undefined };
    const dueOf = (due: string, data: object = {}, more = '') => {
      const overrides = `followUps: { f: { subject: x, due: ${due} } }\n${more}`;
      const from = event({ ...friday, campaign_user: { f_id: 'x', extracted_data: data } });
      return valuesOf(map(from, overrides).tasks[0]).hs_timestamp;
    };

    test.each([
      ['after the call, within business hours', '{}', '2026-11-27T23:30:00.000Z'],
      ['hours later, when business hours begin on Monday', '{ in: 4 hours }', '2026-11-30T15:00:00.000Z'],
      ['business hours later', '{ in: 2 business hours }', '2026-11-30T16:30:00.000Z'],
      ['a day later, which is a Saturday, hence on Monday', '{ in: 1 day }', '2026-11-30T15:00:00.000Z'],
      ['two business days later', '{ in: 2 business days }', '2026-12-01T15:00:00.000Z'],
      ['at a time', '{ in: 3 days, at: "16:45" }', '2026-11-30T22:45:00.000Z'],
    ])('%s', (_, due, expected) => expect(dueOf(due)).toBe(expected));

    test.each([
      ['a date', { Fecha: '2026-12-02' }, '2026-12-02T15:00:00.000Z'],
      ['a date in a declared format', { Fecha: '02/12/2026' }, '2026-12-02T15:00:00.000Z'],
      ['a date and a time', { Fecha: '2026-12-02 16:30' }, '2026-12-02T22:30:00.000Z'],
      ['a time outside business hours', { Fecha: '2026-12-02 21:00' }, '2026-12-03T15:00:00.000Z'],
      ['no date, so the next field', { Fecha: 'mañana', Otra: '2026-12-04' }, '2026-12-04T15:00:00.000Z'],
      ['no date at all, so the call', {}, '2026-11-27T23:30:00.000Z'],
    ])('the event names %s', (_, data, expected) => {
      const from = '[customer.extracted_data.Fecha, customer.extracted_data.Otra]';
      expect(dueOf(`{ from: ${from}, formats: [DD/MM/YYYY] }`, data)).toBe(expected);
    });

    test('business hours can be set, or turned off', () => {
      const saturdays = 'businessHours: { days: [sat], from: "10:00", to: "14:00" }';
      expect(dueOf('{ in: 1 hour }', {}, saturdays)).toBe('2026-11-28T16:00:00.000Z');
      expect(dueOf('{ in: 5 business hours }', {}, saturdays)).toBe('2026-12-05T17:00:00.000Z');
      expect(dueOf('{ in: 4 hours }', {}, 'businessHours: null')).toBe('2026-11-28T03:30:00.000Z');
      expect(dueOf('{ in: 1 day }', {}, 'businessHours: null')).toBe('2026-11-28T23:30:00.000Z');
      expect(dueOf('{ in: 1 day, at: "21:00" }')).toBe('2026-12-01T03:00:00.000Z');
    });
  });

  test.each([
    ['{ path: customer.tags, contains: PAYMENT_PROMISE }', true],
    ['{ path: customer.status, equals: Converted }', true],
    ['{ path: customer.status, in: [answered, voicemail] }', false],
    ['{ path: customer.extracted_data.Payment Amount, atLeast: 1000 }', true],
    ['{ path: customer.extracted_data.Payment Amount, atMost: 1000 }', false],
    ['{ path: customer.extracted_data.Pago, atLeast: 1000 }', false],
    ['{ path: customer.extracted_data.Pago, atLeast: 1000, decimal: "." }', true],
    ['{ path: customer.extracted_data.Payment Medium, atLeast: 1 }', false],
    ['{ path: customer.extracted_data.Nothing, exists: false }', true],
    ['{ path: customer.extracted_data, equals: x }', false],
  ])('the condition %s is %s', (condition, holds) => {
    const customer = sample.campaign_user!;
    const extracted_data = { ...customer.extracted_data, Pago: '$1,200' };
    const called = event({ campaign_user: { ...customer, extracted_data } });
    expect(map(called, `followUps: { f: { subject: x, all: [${condition}] } }`).tasks).toHaveLength(
      holds ? 1 : 0,
    );
  });

  test('a field that people are found by is created as unique', () => {
    const { fields } = compiled('match: { by: [{ field: number }] }\nperson: { number: customer.id }');
    expect(fields.filter(({ unique }) => unique).map(({ name }) => name)).toEqual(['number']);
  });

  test('a default follow-up can be removed', () => {
    const base = loadMapping('followUps: { a: { subject: x }, b: { subject: y } }', 'base');
    const file = applyOverrides(
      applyOverrides(DEFAULTS, base),
      loadMapping('followUps: { a: null }', 'overrides.yaml'),
    );
    const mapping = compileMapping(file, { defaultCountry: 'MX', timeZone: 'UTC', language: 'en' });
    expect(mapping.toRecord(sample, hubspotSchema, 1).tasks.map(({ key }) => key)).toEqual([
      `${sample.id}:b`,
    ]);
  });

  test('the owner is one for all, one by assistant, or a field; a rule may name another', () => {
    const ownersOf = (overrides: string) => {
      const { call, tasks } = map(
        sample,
        `${overrides}\nfollowUps: { a: { subject: x }, b: { subject: x, owner: 9 } }`,
      );
      return [call, ...tasks].map((activity) => valuesOf(activity).hubspot_owner_id);
    };
    expect(ownersOf('')).toEqual([undefined, undefined, '9']);
    expect(ownersOf('owner: 123')).toEqual(['123', '123', '9']);
    const byAssistant = 'owner: { from: assistant.name, values: { diana arroyo: 5 }, otherwise: 6 }';
    expect(ownersOf(byAssistant)).toEqual(['5', '5', '9']);
    expect(ownersOf('owner: { from: assistant.name, values: { Ana: 5 }, otherwise: 6 }')).toEqual([
      '6',
      '6',
      '9',
    ]);
    expect(ownersOf('owner: { from: customer.extracted_data.Payment Medium }')).toEqual(['app', 'app', '9']);
  });

  test('extracted data neither replace a field that the mapping names, nor become a key', () => {
    const customer = sample.campaign_user!;
    const extracted_data = {
      'Payment Amount': 'mucho',
      Status: 'hacked',
      'Person Key': 'user_of_somebody_else',
    };
    const called = event({ campaign_user: { ...customer, extracted_data } });
    const key = hubspotSchema.person.get('altur_status')!;
    const unique = { ...key, name: 'altur_person_key', unique: true };
    const schema = {
      ...hubspotSchema,
      person: new Map([...hubspotSchema.person, ['altur_person_key', unique]]),
    };
    const record = compiled('person: { altur_payment_amount: { constant: 7 } }').toRecord(called, schema, 1);
    expect(valuesOf(record.person)).toMatchObject({ altur_payment_amount: 7, altur_status: 'converted' });
    expect(valuesOf(record.person)).not.toHaveProperty('altur_person_key');
    expect(record.skippedFields).toEqual([]);
  });

  test('the rule for extracted data can be changed in part, or removed', () => {
    const names = (overrides: string) => map(sample, overrides).person!.fields.map(({ field }) => field);
    expect(names('extracted: { except: [Payment Date] }')).not.toContain('altur_payment_date');
    expect(names('extracted: { except: [Payment Date] }')).toContain('altur_payment_amount');
    expect(names('extracted: null')).not.toContain('altur_payment_amount');
  });

  test('a field of the event that we do not know yet is under `event.`', () => {
    const newer = event({ campaign_user: { f_id: 'x', score: 7 } });
    const overrides = 'person: { altur_status: event.campaign_user.score }';
    expect(valuesOf(map(newer, overrides).person).altur_status).toBe('7');
  });

  test('a phone number is written as it is dialled today', () => {
    const from = event({ campaign_user: { f_id: 'x', contact: '+52 1 55 1234 5678' } });
    expect(valuesOf(map(from).person).phone).toBe('+525512345678');
    const local = event({ campaign_user: { f_id: 'x', contact: '55 1234 5678' } });
    expect(valuesOf(map(local).person).phone).toBe('+525512345678');
    const masked = event({ campaign_user: { f_id: 'x', contact: 'anonymous' } });
    // It would keep the number from being filled when it is known.
    expect(valuesOf(map(masked).person)).not.toHaveProperty('phone');
    const code = event({ phone_number_from: '*86' });
    expect(valuesOf(map(code).call).hs_call_from_number).toBe('*86');
  });

  test('a phone number is written in the format that the mapping asks for', () => {
    const from = event({ campaign_user: { f_id: 'x', contact: '+52 1 55 1234 5678' } });
    const phoneAs = (format: string) =>
      valuesOf(map(from, `person: { phone: { from: customer.phone, as: phone, format: ${format} } }`).person)
        .phone;
    expect(['e164', 'national', 'international'].map(phoneAs)).toEqual([
      '+525512345678',
      '5512345678',
      '+52 55 1234 5678',
    ]);
  });

  test('a time without a zone is in the default one', () => {
    const from = event({ ended_at: '2024-12-19 15:00:10', started_at: undefined, created_at: undefined });
    expect(valuesOf(map(from).person).altur_last_call_at).toBe('2024-12-19T21:00:10.000Z');
  });

  test('a structure has no name in a table, not even one with a toString of its own', () => {
    const odd = event({ campaign_user: { f_id: 'x', extracted_data: { toString: 'x' } } });
    const overrides = `owner: { from: customer.extracted_data, otherwise: 7 }
person: { altur_status: { from: customer.extracted_data, values: { a: b }, otherwise: none } }`;
    const { person, call } = map(odd, overrides);
    expect([valuesOf(person).altur_status, valuesOf(call).hubspot_owner_id]).toEqual(['none', '7']);
  });

  test('business days skip the weekend', () => {
    const overrides =
      'followUps: { f: { subject: x, due: { from: customer.extracted_data.Payment Date, in: 1 business day } } }';
    const friday = event({ campaign_user: { f_id: 'x', extracted_data: { 'Payment Date': '2024-12-27' } } });
    expect(valuesOf(map(friday, overrides).tasks[0]).hs_timestamp).toBe('2024-12-30T15:00:00.000Z');
  });
});

test('the policy has the objects in their order, the first of which is created', () => {
  const policyOf = (match: string) => compiled(`match: ${match}`).policy;
  expect(policyOf('{ object: [Contact, Lead], assignmentRules: true }')).toMatchObject({
    personObject: 'Contact',
    personObjects: ['Contact', 'Lead'],
    assignmentRules: true,
  });
  expect(policyOf('{ object: Lead }')).toMatchObject({ personObject: 'Lead', personObjects: ['Lead'] });
  expect(policyOf('{ assignmentRules: false }')).not.toHaveProperty('assignmentRules');
  expect(policyOf('{}')).not.toHaveProperty('personObjects');
});

test('provision gets the fields of the mapping, and those of an example with their types', () => {
  const mapping = compiled();
  expect(mapping.fields).toContainEqual({
    object: 'person',
    name: 'altur_last_call_at',
    label: 'Altur last call',
    type: 'datetime',
  });
  expect(mapping.extractedFields(sample)).toEqual([
    { object: 'person', name: 'altur_payment_amount', label: 'Payment Amount', type: 'number' },
    { object: 'person', name: 'altur_payment_date', label: 'Payment Date', type: 'date' },
    { object: 'person', name: 'altur_payment_medium', label: 'Payment Medium', type: 'text' },
  ]);
});

test.each([
  ['1.500', 'text'],
  ['12.000', 'text'],
  ['1,500', 'text'],
  ['1.500,00', 'text'],
  ['$1,500', 'text'],
  ['15%', 'text'],
  ['15 %', 'text'],
  ['007', 'text'],
  ['0123456789', 'text'],
  ['5512345678', 'text'],
  ['4111111111111111', 'text'],
  ['12345678901234567890', 'text'],
  [2 ** 64, 'text'],
  ['26/12/2026', 'text'],
  ['2026-02-30', 'text'],
  ['2026-13-01T10:00:00Z', 'text'],
  ['NaN', 'text'],
  [{ a: 1 }, 'text'],
  [null, 'text'],
  ['1500', 'number'],
  ['1500.50', 'number'],
  ['0.125', 'number'],
  [1.5, 'number'],
  [1500, 'number'],
  ['2026-12-26', 'date'],
  ['2026-12-26T10:00:00Z', 'datetime'],
  [true, 'boolean'],
])('the example value %j becomes a field of type %s', (value, type) => {
  const example = event({ campaign_user: { f_id: 'x', extracted_data: { Dato: value } } });
  expect(
    compiled()
      .extractedFields(example)
      .map((field) => field.type),
  ).toEqual([type]);
});

test('an example date in a format that the mapping declares becomes a date', () => {
  const example = event({
    campaign_user: { f_id: 'x', extracted_data: { A: '26/12/2026', B: '05/03/2026' } },
  });
  const typesWith = (formats: string) =>
    compiled(`extracted: { formats: [${formats}] }`)
      .extractedFields(example)
      .map((field) => field.type);
  expect(typesWith('DD/MM/YYYY')).toEqual(['date', 'date']);
  expect(typesWith('DD/MM/YYYY, MM/DD/YYYY')).toEqual(['date', 'text']);
});

test('an amount that could be two costs its field, in a field of numbers too', () => {
  const data = { 'Payment Amount': '1.500' };
  const record = map(event({ campaign_user: { f_id: 'x', extracted_data: data } }));
  expect(valuesOf(record.person)).not.toHaveProperty('altur_payment_amount');
  expect(record.skippedFields).toMatchObject([{ field: 'altur_payment_amount', code: 'VALUE_AMBIGUOUS' }]);
  expect(valuesOf(record.call).hs_call_body).toContain('Payment Amount: 1.500');
});

test('a label is the name of the field without the suffix that marks custom fields', () => {
  const file = loadMapping(
    'person: { My_Field__c: customer.name, Other_Field: customer.id }\nextracted: { suffix: __c }',
    'labels.yaml',
  );
  const { fields } = compileMapping(file, { defaultCountry: 'MX', timeZone: 'UTC', language: 'en' });
  expect(fields.map(({ label }) => label)).toEqual(['My Field', 'Other Field']);
});

test('a field that may not be written is skipped with a code', () => {
  const status = { ...hubspotSchema.person.get('altur_status')!, createable: false, updateable: false };
  const schema = { ...hubspotSchema, person: new Map([...hubspotSchema.person, [status.name, status]]) };
  expect(compiled().toRecord(sample, schema, 1).skippedFields).toMatchObject([
    { object: 'person', field: 'altur_status', code: 'FIELD_READ_ONLY' },
  ]);
});

test('the person of an event is identified once, and is the one in its record', () => {
  const mapping = compiled();
  const called = event({});
  const identity = mapping.identify(called);
  expect(mapping.identify(called)).toBe(identity);
  expect(mapping.toRecord(called, hubspotSchema, 1).person).toMatchObject(identity!);
  expect(
    mapping.identify(event({ type: undefined, campaign_user: undefined, end_user: undefined })),
  ).toBeUndefined();
});

describe('an explanation', () => {
  const followUps = 'followUps: { promise: { subject: x } }';
  const called = event({
    campaign_user: { f_id: 'x', extracted_data: { 'Payment Amount': 'a lot', Nota: 'x' } },
  });
  const { record, callAction, fields } = compiled(followUps).explain(called, hubspotSchema, 1);
  const fieldNamed = (name: string) => fields.find(({ field }) => field === name);

  test('is of the record that is written', () => {
    expect(record).toEqual(compiled(followUps).toRecord(called, hubspotSchema, 1));
    expect(callAction).toBe('log');
  });

  test('has every field, with its value before and after', () => {
    expect(fieldNamed('hs_call_duration')).toEqual({
      object: 'call',
      field: 'hs_call_duration',
      source: 'call.duration_ms',
      when: 'always',
      before: 45_000,
      after: 45_000,
    });
    expect(fieldNamed('hs_task_subject')).toMatchObject({ task: 'promise', after: 'x' });
    expect(fieldNamed('hubspot_owner_id')).not.toHaveProperty('after');
  });

  test('says why a field is skipped, with a code', () => {
    expect(fieldNamed('altur_payment_amount')).toMatchObject({
      before: 'a lot',
      code: 'VALUE_TYPE_MISMATCH',
      skipped: expect.stringContaining('number'),
    });
    // Nothing is lost: the call's body has it.
    expect(fieldNamed('altur_nota')).toMatchObject({ code: 'FIELD_MISSING' });
    expect(record.skippedFields.map(({ field }) => field)).toEqual(['altur_payment_amount']);
  });
});
