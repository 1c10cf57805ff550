import { describe, expect, test } from '@jest/globals';
import { appendedList, appendedText } from '../../../connectors/engine/list-values.ts';

test('what is there and what is added, each item once', () => {
  expect(appendedList('a; b', ['b', 'c'])).toEqual(['a', 'b', 'c']);
  expect(appendedList(['a'], 'b;a')).toBe('a;b');
});

describe('a list kept as text that has no room for more', () => {
  test('keeps what it held and gets whole items only', () => {
    expect(appendedText('promesa;vip', ['llamar', 'x'], 13)).toEqual({ text: 'promesa;vip;x', omitted: 1 });
  });

  test('never holds half an item, nor half a character', () => {
    const { text, omitted } = appendedText('pagó', ['💸💸💸', 'sí'], 9);
    expect({ text, omitted }).toEqual({ text: 'pagó;sí', omitted: 1 });
    expect(text.isWellFormed()).toBe(true);
  });

  test('counts an item that is there already as no further one', () => {
    expect(appendedText('abc;def', ['abc', 'def'], 7)).toEqual({ text: 'abc;def', omitted: 0 });
  });
});
