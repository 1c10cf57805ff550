/** A mistake in a pasted event is named where one has to type. */
import { expect, test } from '@jest/globals';
import { findJsonMistake } from '../../src/preview/json-mistake.ts';

test.each([
  ['comma-missing', '{\n  "a": 1‸\n  "b": 2\n}'],
  ['comma-missing', '["a"‸ "b"]'],
  ['comma-extra', '{ "a": 1‸, }'],
  ['comma-extra', '[1‸,\n]'],
  ['colon-missing', '{ "a"‸ 1 }'],
  ['value-expected', '{ "a": ‸, "b": 1 }'],
  ['property-expected', '{ ‸1: 2 }'],
  ['property-expected', '{ ‸, "a": 2 }'],
  ['quotes-missing', '{\n  "a": 1,\n  ‸oops\n}'],
  ['quotes-missing', '{ "a": ‸\'b\' }'],
  ['quotes-missing', '{ "a": ‸“b” }'],
  ['quotes-missing', '‸Sofía said'],
  ['text-not-closed', '{ "a": ‸"b,\n  "c": 1 }'],
  ['text-not-closed', '[‸"b'],
  ['escape-invalid', '["C:‸\\dir"]'],
  ['escape-invalid', '["a‸\tb"]'],
  ['number-invalid', '[‸007]'],
  ['number-invalid', '[‸-]'],
  ['bracket-not-closed', '‸{ "a": { "b": 1 }'],
  ['bracket-not-closed', '{ "a": ‸{ "b":'],
  ['bracket-not-closed', '‸['],
  ['text-after-end', '{ "a": 1 } ‸, { "b": 2 }'],
  ['value-expected', '‸'],
])('%s: %s', (kind, marked) => {
  const before = marked.slice(0, marked.indexOf('‸')).split('\n');
  const place = { line: before.length, column: before.at(-1)!.length + 1 };
  expect(findJsonMistake(marked.replace('‸', ''))).toEqual({ kind, ...place });
});

test('a text that is JSON has none, whatever it holds', () => {
  for (const text of ['{}', ' [1e9, -0.5, "\\u00e9 \\" {", null, true] ', '"a"', '0'])
    expect(findJsonMistake(text)).toBeUndefined();
});

test('one that nests deeply is read to its end', () => {
  const depth = 200_000;
  expect(findJsonMistake('['.repeat(depth))).toEqual({ kind: 'bracket-not-closed', line: 1, column: depth });
});
