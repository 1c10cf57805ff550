/** Properties of every event and every valid mapping. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CrmField, CrmSchema, FieldType } from '../../connectors/connector.ts';
import { parseEvent } from '../../src/altur/event.ts';
import { coerce } from '../../src/mapping/coerce/coerce.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { applyOverrides } from '../../src/mapping/overrides.ts';
import { type MappingFile, mappingSchema } from '../../src/mapping/schema/mapping-file.ts';
import { DEFAULTS, event, hubspotSchema, sample } from './crm-schema.ts';

const TYPES: FieldType[] = ['text', 'number', 'boolean', 'date', 'datetime', 'option', 'options'];
const PATHS = [
  ...[
    'id',
    'status',
    'duration',
    'transcript',
    'started_at',
    'customer.name',
    'customer.phone',
    'customer.tags',
  ],
  ...['customer.extracted_data', 'customer.extracted_data.Monto', 'customer.extracted_data.a.b', 'call.at'],
  ...['call.outcome', 'call.transcript', 'campaign_user.context', 'end_user.tags', 'assistant.name'],
];

/** Values as people and models write them, and any other JSON. */
const written = fc.oneof(
  fc.constantFrom(
    '1200',
    '$1,200.50 MXN',
    '1.200,50',
    '26/12/2024',
    '2024-12-26',
    '2024-02-30',
    '31/04/2025',
  ),
  fc.constantFrom('2024-12-26T10:00:00+99:99', '0000-01-01', '9999-12-31T23:59:59-14:00', 'Sí', 'no', ''),
  fc.constantFrom(
    '+5215512345678',
    '+000000000000',
    '55 1234 5678',
    '<script>',
    '{{customer.name}}',
    '\u0000\ud800',
  ),
  fc.jsonValue(),
);
const time = fc.oneof(fc.constantFrom('2024-12-19T15:00:10Z', '2024-12-19 15:00', '1', 'x'), written);
const person = fc.record(
  {
    f_id: written,
    name: written,
    contact: written,
    phone_number: written,
    status: written,
    tags: fc.oneof(fc.array(written), written),
    extracted_data: fc.oneof(fc.dictionary(fc.oneof(fc.constant('Monto'), fc.string()), written), written),
  },
  { requiredKeys: [] },
);
const anyEvent = fc
  .record(
    {
      type: fc.oneof(fc.constantFrom('inbound', 'outbound'), written),
      status: fc.oneof(fc.constantFrom('ended', 'busy', 'no-answer', 'failed'), written),
      answered_by: written,
      phone_number_from: written,
      phone_number_to: written,
      created_at: time,
      started_at: time,
      ended_at: time,
      duration: fc.oneof(fc.integer(), written),
      transcript: fc.oneof(
        fc.array(fc.record({ sent_by: written, sent_at: time, content: written })),
        written,
      ),
      assistant: fc.oneof(fc.record({ name: written }), written),
      campaign_user: fc.oneof(person, written),
      end_user: fc.oneof(person, written),
    },
    { requiredKeys: [] },
  )
  .map((fields) => {
    const parsed = parseEvent({ ...fields, event_type: 'on_call_end', id: 'cll_any' });
    if (parsed.kind !== 'call') throw new Error('a call with an id is a call');
    return parsed.event;
  });

const path = fc.constantFrom(...PATHS);
const template = fc
  .array(
    fc.oneof(
      path.map((name) => `{{${name}}}`),
      fc.string().map((text) => text.replace(/[{}]/g, '')),
      fc.constant('\n'),
    ),
  )
  .map((parts) => parts.join(''));
const rule = fc
  .record({
    source: fc.oneof(
      fc.record({ from: fc.oneof(path, fc.array(path, { minLength: 1 })) }),
      fc.record({ template }),
      fc.record({
        constant: fc.oneof(
          fc.string(),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.boolean(),
          fc.array(fc.string()),
        ),
      }),
    ),
    more: fc.record(
      {
        as: fc.constantFrom(...TYPES, 'money' as const, 'phone' as const),
        formats: fc.subarray(['DD/MM/YYYY', 'MM/DD/YYYY', 'D-M-YY'], { minLength: 1 }),
        values: fc.dictionary(fc.string(), fc.string()),
        otherwise: fc.string(),
        when: fc.constantFrom('always', 'newest', 'if-empty', 'append'),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ source, more }) => ({ ...source, ...more }));
const condition = fc
  .tuple(path, fc.constantFrom({ equals: 'x' }, { contains: 'a' }, { exists: true }, { atLeast: 1 }))
  .map(([where, test]) => ({ path: where, ...test }));
const followUp = fc
  .record(
    {
      all: fc.array(condition, { minLength: 1 }),
      due: fc.record(
        {
          from: path,
          formats: fc.constant(['DD/MM/YYYY']),
          in: fc.constantFrom('0 days', '4 hours', '30 business hours', '3 business days', '9999 days'),
          at: fc.constantFrom('00:00', '23:59'),
        },
        { requiredKeys: [] },
      ),
      owner: fc.oneof(fc.string({ minLength: 1 }), fc.record({ from: path })),
    },
    { requiredKeys: [] },
  )
  .map((fields) => ({ subject: 'x {{customer.name}}', ...fields }));
const names = ['firstname', 'altur_status', 'altur_payment_date', 'altur_payment_amount', 'altur_new'];
const anyMapping = fc
  .record(
    {
      person: fc.dictionary(fc.constantFrom(...names), fc.oneof(rule, path, fc.constant(null))),
      call: fc.dictionary(fc.constantFrom('hs_call_title', 'hs_call_body', 'hs_call_duration'), rule),
      calls: fc.array(fc.record({ longerThan: fc.nat(), do: fc.constantFrom('log', 'log-only', 'skip') })),
      followUps: fc.dictionary(fc.constantFrom('a', 'b'), followUp),
      extracted: fc.oneof(
        fc.constant(null),
        fc.record({ prefix: fc.constant('x_'), when: fc.constant('append') }),
      ),
      businessHours: fc.constantFrom(null, { days: ['sat'], from: '10:00', to: '10:30' }),
      owner: fc.record({ from: path, otherwise: fc.constant(7) }),
    },
    { requiredKeys: [] },
  )
  .map((overrides) => mappingSchema.parse(overrides));

const field = (name: string, type: FieldType): [string, CrmField] => {
  const base = { name, label: name, type, createable: true, updateable: true };
  return [
    name,
    type === 'option' || type === 'options' ? { ...base, options: [{ value: 'x', label: 'X' }] } : base,
  ];
};
const anySchema: fc.Arbitrary<CrmSchema> = fc
  .array(fc.constantFrom(...TYPES), { minLength: names.length, maxLength: names.length })
  .map((types) => ({
    ...hubspotSchema,
    person: new Map([...hubspotSchema.person, ...names.map((name, index) => field(name, types[index]!))]),
  }));

const settings = { defaultCountry: 'MX', timeZone: 'America/Mexico_City', language: 'es' } as const;

test('no event and no valid mapping make the mapping throw, and the record is what the CRM takes', () => {
  fc.assert(
    fc.property(anyEvent, anyMapping, anySchema, (event, overrides, schema) => {
      const mapping = compileMapping(applyOverrides(DEFAULTS, overrides as MappingFile), settings);
      const { record } = mapping.explain(event, schema, 1_700_000_000_000);
      for (const write of record.person?.fields ?? [])
        expectFits(write.value, schema.person.get(write.field)!);
      for (const write of record.call?.fields ?? []) expectFits(write.value, schema.call.get(write.field)!);
      expect(new Set(record.tasks.map(({ key }) => key)).size).toBe(record.tasks.length);
    }),
    { numRuns: 1_500 },
  );
});

test('the same event gives the same record', () => {
  fc.assert(
    fc.property(anyEvent, anyMapping, (event, overrides) => {
      const mapping = compileMapping(applyOverrides(DEFAULTS, overrides as MappingFile), settings);
      expect(mapping.toRecord(event, hubspotSchema, 5)).toEqual(mapping.toRecord(event, hubspotSchema, 5));
    }),
    { numRuns: 200 },
  );
});

test('a number that is written was there, digit by digit', () => {
  fc.assert(
    fc.property(written, fc.constantFrom(undefined, 'money' as const), (raw, as) => {
      const read = coerce(raw, field('f', 'number')[1], { as, timeZone: 'UTC' });
      if (!('value' in read)) return;
      const digits = (text: string) => text.replace(/\D/g, '').replace(/^0+|(?<=\d)0+$/g, '');
      expect(digits(String(raw))).toContain(digits(String(read.value)));
    }),
    { numRuns: 2_000 },
  );
});

const amount = fc.record({
  sign: fc.constantFrom('', '-'),
  units: fc.nat({ max: 9_999_999 }),
  cents: fc.option(fc.stringMatching(/^\d{1,4}$/)),
});

test('an amount is read as it was meant, or skipped: grouped or not, with a point or a comma', () => {
  const grouped = (units: number, sign: string) => String(units).replace(/\B(?=(\d{3})+$)/g, sign);
  const styles = [
    ['', '.'],
    ['', ','],
    [',', '.'],
    ['.', ','],
  ] as const;
  fc.assert(
    fc.property(amount, fc.constantFrom(...styles), ({ sign, units, cents }, [grouping, decimal]) => {
      const text = `${sign}${grouped(units, grouping)}${cents === null ? '' : decimal + cents}`;
      const meant = Number(`${sign}${units}.${cents ?? 0}`);
      for (const as of [undefined, 'number', 'money'] as const) {
        const read = coerce(text, field('f', 'number')[1], { as, timeZone: 'UTC' });
        if ('value' in read) expect({ text, value: read.value }).toEqual({ text, value: meant });
      }
      const declared = { as: 'money', decimal, timeZone: 'UTC' } as const;
      expect(coerce(text, field('f', 'number')[1], declared)).toEqual({ value: meant });
    }),
    { numRuns: 2_000 },
  );
});

test('a sample’s type is never one that reads another value than the text says', () => {
  const value = fc.oneof(
    fc.stringMatching(/^-?\d{1,16}([.,]\d{1,4})?%?$/),
    fc.stringMatching(/^\d{1,2}[/-]\d{1,2}[/-]\d{2,4}$/),
    written,
  );
  fc.assert(
    fc.property(value, (raw) => {
      const example = event({ campaign_user: { f_id: 'x', extracted_data: { Monto: raw } } });
      const [found] = compileMapping(DEFAULTS, settings).extractedFields(example);
      if (found?.type !== 'number') return;
      expect(coerce(raw, field('f', 'number')[1], { timeZone: 'UTC' })).toEqual({ value: Number(raw) });
      if (typeof raw === 'string') expect(raw).not.toMatch(/^0\d|\d{10}|%/);
    }),
    { numRuns: 2_000 },
  );
});

test('a date that is written is the day its text names', () => {
  const day = fc.date({ min: new Date('1950-01-01'), max: new Date('2090-12-31'), noInvalidDate: true });
  const two = (value: number) => String(value).padStart(2, '0');
  fc.assert(
    fc.property(
      day,
      fc.constantFrom('DD/MM/YYYY', 'MM/DD/YYYY', 'YYYY-MM-DD', 'DD.MM.YYYY'),
      (date, format) => {
        const [iso] = date.toISOString().split('T') as [string];
        const [year, month, dayOfMonth] = iso.split('-').map(Number) as [number, number, number];
        const text = format
          .replace('YYYY', String(year))
          .replace('MM', two(month))
          .replace('DD', two(dayOfMonth));
        const read = (formats?: string[]) => {
          return coerce(text, field('f', 'date')[1], { timeZone: 'America/Mexico_City', formats });
        };
        expect(read([format])).toEqual({ value: iso });
        // Undeclared, only ISO 8601 is read.
        expect('value' in read()).toBe(format === 'YYYY-MM-DD');
      },
    ),
  );
});

test('an option that is written is one the CRM has', () => {
  const options = ['sales', 'Ventas', 'no'].map((value) => ({ value, label: `Etiqueta ${value}` }));
  const choice: CrmField = { ...field('f', 'option')[1], options };
  fc.assert(
    fc.property(fc.oneof(written, fc.constantFrom('SALES', 'etiqueta no')), (raw) => {
      const read = coerce(raw, choice, { timeZone: 'UTC' });
      if ('value' in read) expect(options.map(({ value }) => value)).toContain(read.value);
    }),
  );
});

test('the sample of Altur’s documentation is a valid event of these', () => {
  expect(compileMapping(DEFAULTS, settings).toRecord(sample, hubspotSchema, 1).person?.key).toBe(
    'user_12345',
  );
});

function expectFits(value: unknown, field: CrmField): void {
  expect({ value, type: field.type, fits: fits(value, field) }).toMatchObject({ fits: true });
}

function fits(value: unknown, { type, options, maxLength = Number.POSITIVE_INFINITY }: CrmField): boolean {
  const isOption = (each: unknown) => options?.some((option) => option.value === each) ?? true;
  switch (type) {
    case 'number':
      return Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'date':
      return new Date(`${value}T00:00:00Z`).toISOString().slice(0, 10) === value;
    case 'datetime':
      return new Date(String(value)).toISOString() === value;
    case 'options':
      return Array.isArray(value) && value.every(isOption);
    case 'option':
      return typeof value === 'string' && isOption(value);
    case 'text':
      return typeof value === 'string' && value.length <= maxLength;
    default:
      return type satisfies never;
  }
}
