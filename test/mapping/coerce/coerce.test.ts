import { describe, expect, test } from '@jest/globals';
import type { CrmField, FieldType } from '../../../connectors/connector.ts';
import { coerce, type Reading } from '../../../src/mapping/coerce/coerce.ts';

const field = (type: FieldType, more: Partial<CrmField> = {}): CrmField => {
  return { name: 'f', label: 'F', type, createable: true, updateable: true, ...more };
};
const read = (
  raw: unknown,
  type: FieldType,
  reading: Partial<Reading> = {},
  more: Partial<CrmField> = {},
) => {
  const coerced = coerce(raw, field(type, more), { timeZone: 'America/Mexico_City', ...reading });
  return 'value' in coerced ? coerced.value : undefined;
};

describe('numbers', () => {
  test.each([
    ['1200', 1200],
    ['-3.5', -3.5],
    [7, 7],
    ['007', 7],
  ])('%j is %d', (raw, value) => expect(read(raw, 'number')).toBe(value));

  test.each([
    '',
    '1,200',
    '$5',
    'twelve',
    '1e3',
    '0x10',
    '12345678901234567',
    2 ** 64,
    Number.NaN,
    true,
    {},
    [],
  ])('%j is skipped', (raw) => expect(read(raw, 'number')).toBeUndefined());

  test.each([
    ['$1,200.50 MXN', 1200.5],
    ['1.200,50', 1200.5],
    ['1.200.300', 1200300],
    ['$ 500', 500],
    ['0,500', 0.5],
    ['12,5', 12.5],
  ])('as money, %j is %d', (raw, value) => expect(read(raw, 'number', { as: 'money' })).toBe(value));

  test.each(['1,200', '1.200', '1,2,3', '12,34.5.6', 'abc'])('as money, %j is not guessed', (raw) => {
    expect(read(raw, 'number', { as: 'money' })).toBeUndefined();
  });

  test.each([
    ...['5 mil', '5k', '$1.2M', '1.5 millones', '500 MIL'],
    ...['2 pagos de 500', '12 de 24', '500 o 600', '500 600', '500-600', '1200 pesos 50 centavos', '1e5'],
  ])('as money, %j is not the digits it holds', (raw) => {
    expect(read(raw, 'number', { as: 'money' })).toBeUndefined();
  });

  test.each([
    ['500 dólares', 500],
    ['R$ 1.200,50', 1200.5],
    ['S/ 500', 500],
    ['500.00 M.N.', 500],
    ['US$-500', -500],
    ['Bs. 500,5', 500.5],
  ])('as money, %j is in a currency', (raw, value) => {
    expect(read(raw, 'number', { as: 'money' })).toBe(value);
  });

  test.each(['1.500', '12.000', '2.300', '-1.500', '+1.500', ' 1.500 ', '999.999', '1234.500'])(
    '%j could be two numbers: it is skipped, whether money or not',
    (raw) => {
      for (const as of [undefined, 'number', 'money', 'text'] as const) {
        const coerced = coerce(raw, field('number'), { as, timeZone: 'UTC' });
        expect(coerced).toMatchObject({
          code: 'VALUE_AMBIGUOUS',
          reason: expect.stringContaining('decimal'),
        });
      }
      if (raw !== '1234.500') {
        expect(read(raw, 'number', { as: 'money', decimal: ',' })).toBe(Number(raw) * 1_000);
      }
      expect(read(raw, 'number', { as: 'money', decimal: '.' })).toBe(Number(raw));
    },
  );

  test.each([
    ['1500', 1500],
    ['1500.50', 1500.5],
    ['1.5', 1.5],
    ['1.50', 1.5],
    ['0.125', 0.125],
    ['-0.125', -0.125],
    ['1.2345', 1.2345],
    [1.5, 1.5],
    [1.125, 1.125],
  ])('%j is the number %d, money or not', (raw, value) => {
    for (const as of [undefined, 'number', 'money'] as const) expect(read(raw, 'number', { as })).toBe(value);
  });

  test('as money, the declared decimal sign decides', () => {
    expect(read('1,200', 'number', { as: 'money', decimal: '.' })).toBe(1200);
    expect(read('1,200', 'number', { as: 'money', decimal: ',' })).toBe(1.2);
  });
});

describe('dates', () => {
  test.each([
    ['2024-12-26', '2024-12-26'],
    ['2024-12-27T03:00:00Z', '2024-12-26'],
    ['2024-12-26T23:30:00', '2024-12-26'],
  ])('%s is the day %s in the zone', (raw, value) => expect(read(raw, 'date')).toBe(value));

  test.each(['26/12/2024', '01-01-2025', '2024-02-30', 'mañana', 20241226])('%j is skipped', (raw) => {
    expect(read(raw, 'date')).toBeUndefined();
  });

  test('a declared format is read, one that two formats read differently is not', () => {
    expect(read('26/12/2024', 'date', { formats: ['DD/MM/YYYY'] })).toBe('2024-12-26');
    expect(read('5/3/2024', 'date', { formats: ['D/M/YYYY'] })).toBe('2024-03-05');
    expect(read('05/03/2024', 'date', { formats: ['DD/MM/YYYY', 'MM/DD/YYYY'] })).toBeUndefined();
    expect(read('26/12/2024', 'date', { formats: ['DD/MM/YYYY', 'MM/DD/YYYY'] })).toBe('2024-12-26');
  });

  test('a time without a zone is in the default one', () => {
    expect(read('2024-12-26 10:30', 'datetime')).toBe('2024-12-26T16:30:00.000Z');
    expect(read('2024-12-26T10:30:00-05:00', 'datetime')).toBe('2024-12-26T15:30:00.000Z');
    expect(read('2024-12-26', 'datetime')).toBe('2024-12-26T06:00:00.000Z');
  });
});

describe('options', () => {
  const options = [
    { value: 'sales', label: 'Ventas' },
    { value: 'debt', label: 'Cobranza' },
    { value: 'DEBT', label: 'Deuda' },
  ];

  test.each([
    ['sales', 'sales'],
    ['Ventas', 'sales'],
    ['VENTAS', 'sales'],
    ['debt', 'debt'],
    ['DEBT', 'DEBT'],
  ])('%s is the option %s', (raw, value) => expect(read(raw, 'option', {}, { options })).toBe(value));

  test.each(['other', 'Debt', ''])('%j is none, or more than one', (raw) => {
    expect(read(raw, 'option', {}, { options })).toBeUndefined();
  });

  test('a list is skipped unless all of it are options', () => {
    expect(read(['Ventas', 'debt'], 'options', {}, { options })).toEqual(['sales', 'debt']);
    expect(read('Ventas;debt', 'options', {}, { options })).toEqual(['sales', 'debt']);
    expect(read(['Ventas', 'other'], 'options', {}, { options })).toBeUndefined();
  });
});

test.each([
  ['Sí', true],
  ['no', false],
  [true, true],
  ['0', false],
])('%j is %s', (raw, value) => expect(read(raw, 'boolean')).toBe(value));

test('a text that is too long is shortened, never through a character', () => {
  expect(read('abcdef', 'text', {}, { maxLength: 4 })).toBe('abc…');
  expect(read('ab😀def', 'text', {}, { maxLength: 4 })).toBe('ab…');
});

test('a list that a text field cannot hold loses whole items, and is skipped when none fits', () => {
  expect(read(['vip', 'payment_promise', '😀'], 'text', {}, { maxLength: 20 })).toBe('vip;payment_promise');
  expect(read(['a;b', 'cd'], 'text', {}, { maxLength: 5 })).toBe('a;b');
  expect(read(['vip', '😀'], 'text', { as: 'options' }, { maxLength: 4 })).toBe('vip');
  expect(coerce(['payment_promise'], field('text', { maxLength: 4 }), { timeZone: 'UTC' })).toMatchObject({
    code: 'VALUE_TOO_LONG',
  });
});

describe('a value that is skipped has a code', () => {
  const options = [
    { value: 'debt', label: 'Cobranza' },
    { value: 'DEBT', label: 'Deuda' },
  ];
  const formats = ['DD/MM/YYYY', 'MM/DD/YYYY'];
  test.each<[unknown, FieldType, Partial<Reading>, string]>([
    ['twelve', 'number', {}, 'VALUE_TYPE_MISMATCH'],
    [{ a: 1 }, 'text', {}, 'VALUE_TYPE_MISMATCH'],
    ['5 mil', 'number', { as: 'money' }, 'VALUE_TYPE_MISMATCH'],
    ['anonymous', 'text', { as: 'phone' }, 'VALUE_TYPE_MISMATCH'],
    ['12:00', 'text', { as: 'date' }, 'VALUE_TYPE_MISMATCH'],
    ['1,200', 'number', { as: 'money' }, 'VALUE_AMBIGUOUS'],
    ['05/03/2024', 'date', { formats }, 'VALUE_AMBIGUOUS'],
    ['05/03/2024', 'text', { as: 'date', formats }, 'VALUE_AMBIGUOUS'],
    ['Debt', 'option', {}, 'VALUE_AMBIGUOUS'],
    [['debt', 'Debt'], 'options', {}, 'VALUE_AMBIGUOUS'],
    ['other', 'option', {}, 'OPTION_MISSING'],
    [['debt', 'other'], 'options', {}, 'OPTION_MISSING'],
  ])('%j for a field of type %s, read as %j: %s', (raw, type, reading, code) => {
    const coerced = coerce(raw, field(type, { options }), { timeZone: 'UTC', ...reading });
    expect(coerced).toEqual({ code, reason: expect.any(String) });
  });
});

test('a list is text divided by semicolons, a structure has no text', () => {
  expect(read(['a', 'b'], 'text')).toBe('a;b');
  expect(read({ a: 1 }, 'text')).toBeUndefined();
});

test('the reason never holds the value', () => {
  expect(JSON.stringify(coerce('secret 42', field('number'), { timeZone: 'UTC' }))).not.toContain('secret');
});
