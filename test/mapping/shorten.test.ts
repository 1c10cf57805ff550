import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joinLines } from '../../src/mapping/join-lines.ts';
import { measureWith, shortenList, shortenMiddle, shortenText, truncate } from '../../src/mapping/shorten.ts';

const plain = { encode: (text: string) => text, measure: measureWith() };
const HALF_PAIR = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
/** Text with emoji, and without half a pair of its own. */
const text = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '👍🏽', '<', ' ') });
const limit = fc.nat({ max: 40 });

test('a text that fits is not changed', () => {
  expect(truncate('a😀', 3)).toBe('a😀');
  expect(shortenText('a😀', 3)).toBe('a😀');
  expect(shortenList(['a', '😀'], ';', 4)).toBe('a;😀');
});

describe('a text', () => {
  test.each([
    ['abcdef', 4, 'abc…'],
    ['ab😀def', 4, 'ab…'],
    ['ab😀def', 5, 'ab😀…'],
    ['😀😀', 3, '😀…'],
    ['😀😀', 2, '…'],
    ['😀😀', 0, ''],
  ])('%s of at most %i is %s', (whole, maxLength, expected) => {
    expect(shortenText(whole, maxLength)).toBe(expected);
  });

  test('whatever its length fits, and has no half of an emoji', () => {
    fc.assert(
      fc.property(text, limit, (whole, maxLength) => {
        for (const short of [truncate(whole, maxLength), shortenText(whole, maxLength)]) {
          expect(short.length).toBeLessThanOrEqual(maxLength);
          expect(short).not.toMatch(HALF_PAIR);
        }
      }),
    );
  });
});

describe('a list', () => {
  test.each([
    [['vip', 'payment_promise', 'call_later'], 19, 'vip;payment_promise'],
    [['vip', 'payment_promise', 'call_later'], 18, 'vip'],
    [['vip', '😀😀'], 6, 'vip'],
    [['payment_promise'], 14, ''],
    [[], 5, ''],
  ])('%j of at most %i is %j', (items, maxLength, expected) => {
    expect(shortenList(items, ';', maxLength)).toBe(expected);
  });

  test('keeps whole items, in their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', '😀'), minLength: 1 })),
        limit,
        (items, max) => {
          const short = shortenList(items, ';', max);
          expect(short.length).toBeLessThanOrEqual(max);
          const kept = short === '' ? [] : short.split(';');
          expect(kept).toEqual(items.slice(0, kept.length));
        },
      ),
    );
  });
});

test('a text shortened in its middle keeps its beginning and its end', () => {
  expect(shortenMiddle('abcdefghij', plain, 7)).toBe('ab … ij');
  expect(shortenMiddle('😀😀😀😀', plain, 7)).toBe('😀 … 😀');
});

describe('lines', () => {
  const join = (lines: string[], maxLength: number) =>
    joinLines(
      lines.map((line) => ({ text: line, origin: 'text' })),
      {
        ...plain,
        encodeLink: (link) => link,
        separator: '\n',
        maxLength,
        linesOmitted: (count) => `[${count} omitted]`,
        charactersOmitted: (count) => `[${count} characters omitted]`,
      },
    );

  test('lose their middle, and say how many are omitted', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    expect(join(lines, 45)).toBe('line 0\nline 1\n[16 omitted]\nline 18\nline 19');
  });

  test('a single line that is too long loses its own middle', () => {
    expect(join(['head', 'x'.repeat(100), 'tail'], 40)).toMatch(/^head\nx+ … x+\ntail$/);
  });

  test('fit, and have no half of an emoji, however little room there is', () => {
    fc.assert(
      fc.property(fc.array(text), limit, (lines, maxLength) => {
        const joined = join(lines, maxLength);
        expect(joined.length).toBeLessThanOrEqual(maxLength);
        expect(joined).not.toMatch(HALF_PAIR);
      }),
    );
  });
});
