import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { LANGUAGES, readTexts } from '../../src/dashboard/texts.ts';
import { fixedCodes } from '../../src/monitoring/fixes.ts';

const folder = new URL('../../src/dashboard/', import.meta.url);
const english = readTexts('en');

test.each(LANGUAGES)('%s has every text, with the same places to fill in', (language) => {
  const texts = readTexts(language);
  expect(Object.keys(texts)).toEqual(Object.keys(english));
  for (const [key, text] of Object.entries(english)) {
    // The form for one may leave the number out.
    if (!key.endsWith('.one')) expect([key, placesOf(texts[key]!)]).toEqual([key, placesOf(text)]);
  }
});

test('a text with a plural has all its forms', () => {
  const forms = Object.keys(english).filter((key) => /\.(one|other)$/.test(key));
  for (const key of forms) {
    const stem = key.replace(/\.(one|other)$/, '');
    expect([`${stem}.one` in english, `${stem}.other` in english, stem]).toEqual([true, true, stem]);
  }
});

test('every text that a page asks for by name is there', () => {
  const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(assets\/.*\.js|\.ts)$/.test(name),
  );
  const asked = scripts.flatMap((name) => {
    const source = readFileSync(new URL(name, folder), 'utf8');
    return [...source.matchAll(/\b(?:t\(|text\(texts, |title: )'([a-zA-Z]+\.[\w.-]+)'/g)].map(
      ([, key]) => key!,
    );
  });
  expect(asked.length).toBeGreaterThan(60);
  expect(asked.filter((key) => !(key in english) && !(`${key}.other` in english))).toEqual([]);
});

test('what to do about a cause is said without the command line’s commands, for codes that there are', () => {
  const fixes = Object.entries(english).filter(([key]) => key.startsWith('fix.'));
  expect(fixes.length).toBeGreaterThan(30);
  for (const [key, text] of fixes) {
    expect(fixedCodes).toContain(key.slice('fix.'.length));
    expect(text).not.toMatch(/failed (retry|discard)/);
  }
});

test('every cause that a page may show has a name', () => {
  expect(fixedCodes.filter((code) => !(`cause.${code}` in english))).toEqual([]);
});

function placesOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!))].toSorted();
}
