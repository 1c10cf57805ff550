/** The forms that a page of a list may have. */
import { expect, test } from '@jest/globals';
import { readPage } from '../../src/altur/pages.ts';

const ROWS = [{ id: 'a' }, { id: 2 }];

test.each([
  {
    form: 'as documented for calls',
    json: { total_count: 2, calls: ROWS, pagination: { page_index: 0, has_next: true, next_page: 1 } },
    next: { hasNext: true },
  },
  {
    form: 'its last page',
    json: { calls: ROWS, pagination: { has_next: false, next_page: null } },
    next: { hasNext: false },
  },
  {
    form: 'as documented for campaigns',
    json: { campaigns: ROWS, pagination: { has_next: true, next_cursor: 'c' } },
    next: { hasNext: true, cursor: 'c' },
  },
  {
    form: 'as an older page has it',
    json: { campaigns: ROWS, pagination: { has_more: true, next_cursor: 'c' } },
    next: { hasNext: true, cursor: 'c' },
  },
  {
    form: 'the last one of these',
    json: { campaigns: ROWS, pagination: { has_more: false, next_cursor: null } },
    next: { hasNext: false },
  },
  {
    form: 'a cursor after the end',
    json: { campaigns: ROWS, pagination: { has_more: false, next_cursor: 'c' } },
    next: { hasNext: false },
  },
  {
    form: 'a cursor and nothing else',
    json: { results: ROWS, next_cursor: 'c' },
    next: { hasNext: true, cursor: 'c' },
  },
  {
    form: 'a cursor that is null, and nothing else',
    json: { results: ROWS, next_cursor: null },
    next: { hasNext: false },
  },
  { form: 'a next page and nothing else', json: { items: ROWS, next_page: 3 }, next: { hasNext: true } },
  {
    form: 'within data',
    json: { success: true, data: { calls: ROWS, pagination: { has_next: true } } },
    next: { hasNext: true },
  },
  {
    form: 'beside meta',
    json: { data: ROWS, meta: { has_more: true, next_cursor: 5 } },
    next: { hasNext: true, cursor: '5' },
  },
  { form: 'a bare array', json: ROWS, next: {} },
])('$form', ({ json, next }) => {
  expect(readPage(json)).toEqual({
    items: [
      { id: 'a', json: { id: 'a' } },
      { id: '2', json: { id: 2 } },
    ],
    length: 2,
    ...next,
  });
});

test('rows without an id count, and are not given', () => {
  expect(readPage([{ id: 'a' }, { name: 'no id' }, null, 'text', { id: '' }])).toMatchObject({
    items: [{ id: 'a' }],
    length: 5,
  });
});

test.each([{}, { rows: ROWS }, { calls: 'none' }, 'text', null, 5])('%j is no list', (json) => {
  expect(readPage(json)).toBeUndefined();
});
