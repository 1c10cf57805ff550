/** Every text of the preview page is there in every language. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const FOLDER = new URL('../../src/dashboard/preview/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8');
const textsOf = (language: string) => JSON.parse(read(`i18n/${language}.json`)) as Record<string, string>;

/** What the service says in English is translated by its code: English needs no text for it. */
const SAID_BY_THE_SERVICE = /^(issue\.(?!line$|more|count)|mapping\.[A-Z_]+$|skipped\.[A-Z_]+$|request\.)/;

test('in English and in Spanish', () => {
  const own = (language: string) =>
    Object.keys(textsOf(language)).filter((key) => !SAID_BY_THE_SERVICE.test(key));
  expect(own('es').toSorted()).toEqual(own('en').toSorted());
});

test('each has the same values to fill in', () => {
  const [en, es] = [textsOf('en'), textsOf('es')];
  const names = (text: string) => [...new Set(text.match(/\{\w+\}/g))].toSorted();
  for (const key of Object.keys(en)) expect([key, names(es[key]!)]).toEqual([key, names(en[key]!)]);
});

test('each that the scripts name is there', () => {
  const scripts = readdirSync(FOLDER).filter((name) => name.endsWith('.js'));
  const named = scripts.flatMap((name) =>
    [...read(name).matchAll(/\bt\('([\w.-]+)'/g)].map(([, key]) => key!),
  );
  const texts = textsOf('en');
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((key) => !(key in texts) && !(`${key}.other` in texts))).toEqual([]);
});
