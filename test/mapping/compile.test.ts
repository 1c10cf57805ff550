import { describe, expect, test } from '@jest/globals';
import type { Activity, CallRecord, FieldValue } from '../../connectors/connector.ts';
import { compiled, event, hubspotSchema, sample } from './crm-schema.ts';

const valuesOf = (activity: Activity | undefined): Record<string, FieldValue> =>
  Object.fromEntries((activity?.fields ?? []).map(({ field, value }) => [field, value]));
const map = (from = sample, own = '', language: 'en' | 'es' = 'en'): CallRecord =>
  compiled(own, language).toRecord(from, hubspotSchema, 1_000);

describe('the default mapping to HubSpot', () => {
  test('writes the person', () => {
    const { person } = map();
    expect(person).toMatchObject({ key: 'user_12345', claimed: true });
    expect(person!.fields).toEqual([
      { field: 'firstname', value: 'John', when: 'if-empty' },
      { field: 'lastname', value: 'Doe', when: 'if-empty' },
      { field: 'phone', value: '+525512345678', when: 'if-empty' },
      { field: 'altur_status', value: 'converted', when: 'newest' },
      { field: 'altur_tags', value: 'payment_promise;call_later', when: 'newest' },
      { field: 'altur_last_call_at', value: '2024-12-19T15:00:10.000Z', when: 'newest' },
      { field: 'altur_payment_amount', value: 1200, when: 'newest' },
      { field: 'altur_payment_date', value: '2024-12-26', when: 'newest' },
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

  test('a value that does not fit costs the field and is told', () => {
    const { person, leftOut } = map(
      event({ campaign_user: { f_id: 'x', extracted_data: { 'Payment Amount': 'a lot' } } }),
    );
    expect(person!.fields.map(({ field }) => field)).not.toContain('altur_payment_amount');
    expect(leftOut).toEqual([
      { object: 'person', field: 'altur_payment_amount', reason: expect.stringContaining('number') },
    ]);
  });

  test('a field the mapping names and the CRM lacks is told, extracted data without a field is not', () => {
    const schema = { ...hubspotSchema, person: new Map() };
    const { leftOut } = compiled().toRecord(sample, schema, 1);
    expect(leftOut.map(({ field }) => field)).toEqual([
      'firstname',
      'lastname',
      'phone',
      'altur_status',
      'altur_tags',
      'altur_last_call_at',
    ]);
  });
});

describe('who it was', () => {
  test('without f_id the number is the key', () => {
    const { person } = map(event({ campaign_user: undefined }));
    expect(person).toMatchObject({ key: 'phone:+525512345678', claimed: false });
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

  test('f_id may be the CRM’s own id, or a field of the customer’s', () => {
    const { person } = map(sample, 'match: { by: [record-id, { field: account }, phone] }');
    expect(person!.identities).toMatchObject([
      { by: 'key', value: 'user_12345' },
      { by: 'record-id', value: 'user_12345' },
      { by: 'field', field: 'account', value: 'user_12345' },
      { by: 'phone' },
    ]);
  });
});

describe('a mapping of one’s own', () => {
  test('adds a field, takes one away, keeps the rest', () => {
    const own = 'person:\n  firstname: null\n  lastname: customer.name\n';
    const { person } = map(sample, own);
    const values = valuesOf(person);
    expect(values.firstname).toBeUndefined();
    expect(values).toMatchObject({ lastname: 'John Doe', altur_status: 'converted' });
  });

  test('translates values', () => {
    const own =
      'person:\n  altur_status: { from: customer.status, values: { converted: won }, otherwise: open }\n';
    expect(valuesOf(map(sample, own).person).altur_status).toBe('won');
    expect(
      valuesOf(map(event({ campaign_user: { f_id: 'x', status: 'queue' } }), own).person).altur_status,
    ).toBe('open');
  });

  test('skips some calls and only logs others', () => {
    const own =
      'calls:\n  - { outcome: busy, do: skip }\n  - { outcome: [voicemail, no-answer], do: log-only }\n';
    const skipped = map(event({ status: 'busy' }), own);
    expect([skipped.person, skipped.call, skipped.tasks]).toEqual([undefined, undefined, []]);
    expect(map(event({ status: 'no-answer' }), own).person).toMatchObject({ passive: true, fields: [] });
    expect(map(sample, own).person?.passive).toBeUndefined();
  });

  test('asks for follow-ups, due when the event says', () => {
    const own = `
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
    const { tasks } = map(sample, own);
    expect(tasks.map(({ key }) => key)).toEqual([`${sample.id}:promise`]);
    expect(valuesOf(tasks[0])).toMatchObject({
      hs_task_subject: 'Check payment of 1200',
      hs_timestamp: '2024-12-27T16:00:00.000Z',
      hs_task_priority: 'HIGH',
      hs_task_status: 'NOT_STARTED',
    });
  });

  test('business days leave the weekend out', () => {
    const own =
      'followUps: { f: { subject: x, due: { from: customer.extracted_data.Payment Date, in: 1 business day } } }';
    const friday = event({ campaign_user: { f_id: 'x', extracted_data: { 'Payment Date': '2024-12-27' } } });
    expect(valuesOf(map(friday, own).tasks[0]).hs_timestamp).toBe('2024-12-30T15:00:00.000Z');
  });
});

test('provision is told the fields of the mapping, and those of an example with their types', () => {
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
