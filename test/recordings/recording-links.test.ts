/** Signed links to recordings: which are accepted, and what takes them away. */
import { expect, test } from '@jest/globals';
import { RecordingLinks } from '../../src/recordings/recording-links.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const settings = { publicUrl: 'https://sync.example.com/altur/', isDerived: false };
const links = (...secrets: string[]) => new RecordingLinks({ ...settings, secrets });
const expiring = new RecordingLinks({ ...settings, secrets: ['one'], ttlMs: 3_600_000 });

const queryOf = (link: string) => Object.fromEntries(new URL(link).searchParams);

test('a link works for its call, and for no other', () => {
  const link = links('one').linkTo('cll_1');
  expect(link).toMatch(/^https:\/\/sync\.example\.com\/altur\/recordings\/cll_1\?k=[\w-]{6}&s=[\w-]{43}$/);
  expect(links('one').check('cll_1', queryOf(link), NOW)).toBe('valid');
  expect(links('one').check('cll_2', queryOf(link), NOW)).toBe('invalid');
});

test('it is the same text whenever it is made, so that a call written again does not change', () => {
  expect(links('one').linkTo('cll_1', NOW)).toBe(links('one').linkTo('cll_1', NOW + 86_400_000));
});

test('any call id is one part of the path', () => {
  const link = links('one').linkTo('a/../b?c=ñ#d');
  expect(new URL(link).pathname).toBe('/altur/recordings/a%2F..%2Fb%3Fc%3D%C3%B1%23d');
  expect(links('one').check('a/../b?c=ñ#d', queryOf(link), NOW)).toBe('valid');
});

test('while a secret is rotated, links of both work; without the old one its links do not', () => {
  const old = queryOf(links('old').linkTo('cll_1'));
  expect(links('new', 'old').check('cll_1', old, NOW)).toBe('valid');
  expect(links('new', 'old').linkTo('cll_1')).toBe(links('new').linkTo('cll_1'));
  expect(links('new').check('cll_1', old, NOW)).toBe('invalid');
});

test('a link that expires cannot be prolonged', () => {
  const query = queryOf(expiring.linkTo('cll_1', NOW));
  expect(query.e).toBe(String(NOW / 1_000 + 3_600));
  expect(expiring.check('cll_1', query, NOW + 3_599_000)).toBe('valid');
  expect(expiring.check('cll_1', query, NOW + 3_600_000)).toBe('expired');
  expect(expiring.check('cll_1', { ...query, e: '99999999999' }, NOW)).toBe('invalid');
  const { e: _, ...endless } = query;
  expect(expiring.check('cll_1', endless, NOW)).toBe('invalid');
});

test.each([
  ['no query', {}],
  ['an empty signature', { s: '' }],
  ['a signature of another length', { s: 'a'.repeat(42) }],
  ['a signature of other signs', { s: `${'a'.repeat(42)}+` }],
  ['two signatures', { s: ['a'.repeat(43), 'a'.repeat(43)] }],
  ['an unknown key', { k: 'abcdef' }],
  ['two keys', { k: ['abcdef', 'abcdef'] }],
  ['an expiry that is no number', { e: '1e9' }],
  ['an empty expiry', { e: '' }],
])('%s is invalid', (name, changes) => {
  const query = queryOf(links('one').linkTo('cll_1'));
  const asked = name === 'no query' ? {} : { ...query, ...changes };
  expect(links('one').check('cll_1', asked, NOW)).toBe('invalid');
});

test('another spelling of the same signature is invalid', () => {
  const query = queryOf(links('one').linkTo('cll_1'));
  const bytes = Buffer.from(query.s!, 'base64url');
  const spellings = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
    .map((last) => query.s!.slice(0, -1) + last)
    .filter((s) => Buffer.from(s, 'base64url').equals(bytes));
  expect(spellings).toHaveLength(4);
  const checks = spellings.map((s) => links('one').check('cll_1', { ...query, s }, NOW));
  expect(checks.toSorted()).toEqual(['invalid', 'invalid', 'invalid', 'valid']);
});
