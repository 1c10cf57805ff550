/** Odd values of single fields: what of them is written, and that nothing else is lost. */
import { describe, expect, test } from '@jest/globals';
import type { CrmField, FieldType } from '../../connectors/connector.ts';
import { compiled, event, hubspotSchema } from './crm-schema.ts';

const RECEIVED = Date.parse('2026-06-01T12:00:00Z');

function record(fields: object, overrides = '', more: readonly [string, FieldType][] = []) {
  const added = more.map(([name, type]): [string, CrmField] => {
    return [name, { name, label: name, type, createable: true, updateable: true }];
  });
  const schema = {
    ...hubspotSchema,
    person: new Map([...hubspotSchema.person, ...added]),
    call: new Map([...hubspotSchema.call, ...added]),
  };
  const { person, call, skippedFields } = compiled(overrides).toRecord(event(fields), schema, RECEIVED);
  const values = (writes: readonly { field: string; value: unknown }[] = []): Record<string, unknown> =>
    Object.fromEntries(writes.map(({ field, value }) => [field, value]));
  const skipped = skippedFields.map(({ field, code }) => `${field} ${code}`);
  return { person: values(person?.fields), call: values(call?.fields), skipped };
}

describe('a date near midnight', () => {
  const dated = (raw: unknown, formats = '') => {
    const customer = { f_id: 'x', extracted_data: { 'Payment Date': raw } };
    return record({ campaign_user: customer }, formats && `extracted: { formats: [${formats}] }`);
  };

  test.each([
    ['2026-12-27T02:30:00Z', '2026-12-26'],
    ['2026-12-27T05:59:59.999Z', '2026-12-26'],
    ['2026-12-27T06:00:00Z', '2026-12-27'],
    ['2026-12-26 19:11:39', '2026-12-26'],
    ['2026-12-26T23:59:00-06:00', '2026-12-26'],
    ['2026-12-26T23:59:59', '2026-12-26'],
    ['2026-12-26T00:00:00-03:00', '2026-12-25'],
    ['2027-01-01T03:00:00Z', '2026-12-31'],
    ['2026-12-26', '2026-12-26'],
  ])('%s is %s, the day in Mexico City', (raw, day) => {
    expect(dated(raw)).toMatchObject({ person: { altur_payment_date: day }, skipped: [] });
  });

  test.each(['26/12/2026', '2026-02-30', '2026-13-01', '2026-12-26T25:00:00Z', 'mañana'])(
    '%s is skipped and reported',
    (raw) => {
      const { person, skipped } = dated(raw);
      expect(person).not.toHaveProperty('altur_payment_date');
      expect(skipped).toEqual(['altur_payment_date VALUE_TYPE_MISMATCH']);
    },
  );

  test('is the same day for a task of Salesforce, late at night', () => {
    const overrides = 'call: { ActivityDate: { from: call.at, as: date } }';
    const { call } = record({ ended_at: '2026-06-02T05:30:00Z' }, overrides, [['ActivityDate', 'date']]);
    expect(call.ActivityDate).toBe('2026-06-01');
  });
});

describe('a duration', () => {
  test.each([
    ['00:46', 46_000],
    ['1:00:46', 3_646_000],
    [12.3456, 12_346],
    [0, 0],
    ['46', 46_000],
    [-5, undefined],
    ['-5', undefined],
    ['soon', undefined],
    [null, undefined],
  ])('of %j is %j ms', (duration, ms) => {
    const { call, skipped } = record({ duration });
    expect(call.hs_call_duration).toBe(ms);
    expect(skipped).toEqual([]);
    expect(String(call.hs_call_body).includes('Duration:')).toBe(ms !== undefined);
  });
});

test('a call without any time is of when it was received', () => {
  const { call, person } = record({ created_at: null, started_at: null, ended_at: null });
  expect(call.hs_timestamp).toBe(new Date(RECEIVED).toISOString());
  expect(person.altur_last_call_at).toBe(new Date(RECEIVED).toISOString());
});

test.each([
  ['http://example.com/a.mp3', true],
  ['/relative.mp3', true],
  [null, false],
  [5, true],
])('the recording URL %j costs nothing but itself', (recording_url, isLine) => {
  const { call, skipped } = record({ recording_url });
  expect(String(call.hs_call_body).includes('Recording (')).toBe(isLine);
  expect(call.hs_call_title).toBeDefined();
  expect(skipped).toEqual([]);
});

describe('odd characters', () => {
  const half = '\ud83d';
  const customer = (name: string, extra: object = {}) => ({
    f_id: 'x',
    name,
    tags: [`vip${half}`, 'a\0b'],
    status: `ans${half}wered`,
    extracted_data: { [`Clave${half}`]: `valor\0${half}`, Lista: [`uno${half}`, 'dos'] },
    ...extra,
  });

  test('half of an emoji and NUL reach no field as such, and the rest is written', () => {
    const transcript = [{ sent_by: 'user', content: `ho${half}la\0 mundo` }];
    const written = record(
      { campaign_user: customer(`A${half}na Ru\0iz`), transcript },
      'person: { altur_status: { template: "{{customer.status}}\\uD83D" } }\ncall: { hs_call_title: customer.extracted_data.Lista }',
    );
    const json = JSON.stringify(written);
    expect(json.isWellFormed()).toBe(true);
    expect(json).not.toMatch(/\\ud83d|\\u0000/i);
    expect(written.person).toMatchObject({
      firstname: 'A\ufffdna',
      lastname: 'Ruiz',
      altur_tags: 'vip\ufffd;ab',
    });
    expect(written.call.hs_call_title).toBe('uno\ufffd;dos');
    expect(written.call.hs_call_body).toContain('ho\ufffdla mundo');
    expect(written.call.hs_call_body).toContain('Clave\ufffd: valor\ufffd');
  });

  test('marks of writing from right to left stay', () => {
    const { person } = record({ campaign_user: customer('\u200fليلى\u200e Ruiz') });
    expect(person).toMatchObject({ firstname: '\u200fليلى\u200e', lastname: 'Ruiz' });
  });

  test('a name of 70,000 letters is shortened wherever it is written', () => {
    const { person, call } = record({ campaign_user: customer('ñ'.repeat(70_000)) });
    for (const value of [person.firstname, call.hs_call_title, call.hs_call_body]) {
      expect(String(value).length).toBeLessThanOrEqual(65_536);
    }
    expect(String(person.firstname)).toMatch(/^ñ+…$/);
    expect(String(call.hs_call_title)).toMatch(
      /^Altur call: ñ+\[… \d+ characters omitted …\]ñ+ \(Connected\)$/,
    );
    expect(String(call.hs_call_body)).toContain('Call id: ');
  });

  test('a text of nothing but NUL is no value', () => {
    const { person, skipped } = record({ campaign_user: customer('\0\0') });
    expect(person).not.toHaveProperty('firstname');
    expect(skipped).toEqual([]);
  });
});
