import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { formatPhone, toPhone } from '../../../src/mapping/coerce/phone.ts';

test.each([
  ['Mexico, legacy mobile', '+5215512345678', '+52 55 1234 5678', '+525512345678'],
  ['Mexico, national', '55 1234 5678', '+52 1 55 1234 5678', '+525512345678'],
  ['Brazil, before the ninth digit', '+55 11 8765-4321', '+5511987654321', '+5511987654321'],
  ['Argentina, from abroad', '+54 9 11 2345-6789', '+541123456789', '+541123456789'],
])('%s: %s and %s are one number', (_, one, other, e164) => {
  expect(toPhone(one, 'MX')?.e164).toBe(e164);
  expect(toPhone(other, 'MX')?.e164).toBe(e164);
});

test('a number is searched for under its old and its new form', () => {
  expect(toPhone('+525512345678', 'MX')?.national).toEqual(['5512345678', '15512345678']);
  expect(toPhone('+5511987654321', 'MX')?.national).toEqual(['11987654321', '1187654321']);
});

test('it is written in the ways people type it', () => {
  const { textForms } = toPhone('+525512345678', 'MX')!;
  for (const form of ['+525512345678', '+5215512345678', '5512345678', '55 1234 5678', '(551) 234-5678']) {
    expect(textForms).toContain(form);
  }
});

test.each(['+521234567890', '+1 555 0100 999', '+999123456789', '12345678'])(
  'no number is rejected: %s',
  (text) => {
    expect(toPhone(text, 'MX')?.e164).toMatch(/^\+?\d+$/);
  },
);

test.each(['', 'anonymous', '+000000000000', '123', 'sip:x@y'])('%j is no number', (text) => {
  expect(toPhone(text, 'MX')).toBeUndefined();
});

test('a national number is read in the default country', () => {
  expect(toPhone('11 98765-4321', 'BR')?.e164).toBe('+5511987654321');
  expect(toPhone('(212) 555-0123', 'US')?.e164).toBe('+12125550123');
});

test.each([
  ['MX', '+525512345678', ['01 55 1234 5678', '044 55 1234 5678', '045 5512345678', '521 55 1234 5678']],
  ['MX', '+525512345678', ['55-1234-5678 ext. 12', '+52 55 1234 5678 x12', 'tel:+525512345678;ext=12']],
  ['MX', '+525512345678', ['5512345678 / 5587654321', '+525512345678 +525587654321', '5512345678.0']],
  [
    'ES',
    '+525512345678',
    ['(+52) 55 1234 5678', 'whatsapp:+5215512345678', 'sip:+525512345678@host.example'],
  ],
  ['AR', '+541112345678', ['011 15 1234-5678', '11 1234 5678', '+54 9 11 1234 5678', '+54 11 15 1234 5678']],
  ['BR', '+5511981234567', ['(11) 8123-4567', '0 15 11 98123-4567', '+55 11 8123 4567']],
  ['CL', '+56912345678', ['09 1234 5678', '9 1234 5678', '+56 9 1234 5678']],
  ['GB', '+442079460958', ['+44 (0)20 7946 0958', '020 7946 0958']],
  ['US', '+12125550123', ['1 212 555 0123', '011 1 212 555 0123', '(212) 555-0123 #5']],
])('in %s %s is %j', (country, e164, written) => {
  expect(written.map((text) => toPhone(text, country)?.e164)).toEqual(written.map(() => e164));
});

test('a slash within a number does not divide it', () => {
  expect(toPhone('55/1234-5678', 'MX')?.e164).toBe('+525512345678');
});

test('an Argentine mobile is written with the 9 it is dialled with from abroad', () => {
  expect(formatPhone('+54 9 11 1234-5678', 'AR')).toBe('+5491112345678');
  expect(formatPhone('011 15 1234-5678', 'AR')).toBe('+5491112345678');
  expect(formatPhone('011 4123-4567', 'AR')).toBe('+541141234567');
  expect(formatPhone('+5215512345678', 'AR')).toBe('+525512345678');
});

test.each([
  ['MX', '+5215512345678', '5512345678', '+52 55 1234 5678'],
  ['MX', '044 55 1234 5678', '5512345678', '+52 55 1234 5678'],
  ['MX', '+12125550123', '2125550123', '+1 212 555 0123'],
  ['US', '(212) 555-0123 x45', '2125550123', '+1 212 555 0123'],
  ['AR', '+54 9 11 2345-6789', '1123456789', '+54 9 11 2345 6789'],
  ['BR', '+55 11 8765-4321', '11987654321', '+55 11 98765 4321'],
  ['CL', '9 1234 5678', '912345678', '+56 912345678'],
  ['ES', '+34612345678', '612345678', '+34 612 34 56 78'],
])(
  'in %s %s may be written nationally, %s, or internationally, %s, and is found by it',
  (country, text, ...both) => {
    const [national, international] = both;
    expect(formatPhone(text, country, 'national')).toBe(national);
    expect(formatPhone(text, country, 'international')).toBe(international);
    const phone = toPhone(text, country)!;
    expect(phone.national[0]).toBe(national);
    expect(phone.textForms).toEqual(expect.arrayContaining([national, international]));
  },
);

test('a number of no known country keeps its digits, and no number is none in any format', () => {
  expect(formatPhone('+999123456789', 'MX', 'national')).toBe('+999123456789');
  expect(formatPhone('+999123456789', 'MX', 'international')).toBe('+999123456789');
  for (const format of ['e164', 'national', 'international'] as const) {
    expect(formatPhone('anonymous', 'MX', format)).toBeUndefined();
  }
});

test('a number that is not given to the library is read as the library reads it', () => {
  const national = fc.stringMatching(/^[2-9]\d{9}$/);
  const country = fc.constantFrom('MX', 'US', 'BR');
  fc.assert(
    fc.property(fc.constantFrom('52', '1'), national, country, (code, digits, region) => {
      const text = `+${code}${digits}`;
      const read = parsePhoneNumberFromString(text, region as 'MX');
      expect(toPhone(text, region)?.e164).toBe(`+${read?.countryCallingCode}${read?.nationalNumber}`);
    }),
    { numRuns: 1_000 },
  );
  // What has a prefix is.
  expect(toPhone('+5215512345678', 'MX')?.e164).toBe('+525512345678');
});
