import { expect, test } from '@jest/globals';
import { toPhone } from '../../src/mapping/phone.ts';

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
  const { written } = toPhone('+525512345678', 'MX')!;
  for (const form of ['+525512345678', '+5215512345678', '5512345678', '55 1234 5678', '(551) 234-5678']) {
    expect(written).toContain(form);
  }
});

test.each(['+521234567890', '+1 555 0100 999', '+999123456789', '12345678'])(
  'no number is refused: %s',
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
