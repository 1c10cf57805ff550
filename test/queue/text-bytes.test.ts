import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bytesToText, textToBytes } from '../../src/queue/text-bytes.ts';

test('the example of Z85', () => {
  const bytes = Buffer.from('864fd26fb559f75b', 'hex');
  expect(bytesToText(bytes)).toBe('HelloWorld');
  expect(textToBytes('HelloWorld')).toEqual(bytes);
});

test('any bytes come back, in a text that JSON and UTF-8 leave as it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const text = bytesToText(bytes);
      expect(textToBytes(text)).toEqual(Buffer.from(bytes));
      expect(text).toHaveLength(Math.ceil((bytes.length * 5) / 4));
      expect(JSON.stringify(text)).toBe(`"${text}"`);
      expect(Buffer.byteLength(text)).toBe(text.length);
    }),
  );
});

test.each([
  ['a character of no value', 'Hello"orld'],
  ['a group that is more than four bytes', '#####'],
  ['a group of one character', 'HelloW'],
  ['a character beyond one byte', 'Helloñ World'],
])('%s is refused', (_, text) => {
  expect(() => textToBytes(text)).toThrow(/character/);
});
