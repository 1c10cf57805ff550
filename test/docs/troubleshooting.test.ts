/** No code that an operator may meet lacks its paragraph, and no paragraph is about a code that is no more. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/troubleshooting.md', root), 'utf8');
const paragraphs = new Map(
  [...page.matchAll(/^### ([A-Z_]+)\n\n(.+)$/gm)].map(([, code, text]) => [code!, text!]),
);

/** How the sources write a code. */
const CODE = /(?:\bcode(?::| =| \?\?) |\b(?:retry|deadLetter)\(\s*)'([A-Z]+(?:_[A-Z]+)+|TIMEOUT|USAGE)'/g;

/** Kept inside: they never reach an operator under this name. */
const INTERNAL = ['PARENT_MISSING', 'REQUEST_BUDGET'];

function sources(folder: string): string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}${name}`);
}

/** Issues of a mapping file have codes of their own, and all of them come under MAPPING_INVALID. */
const files = [...sources('src/'), ...sources('connectors/')].filter(
  (path) => !/src\/mapping\/(validate|schema|load)/.test(path),
);
const codes = new Set(
  files.flatMap((path) =>
    [...readFileSync(new URL(path, root), 'utf8').matchAll(CODE)].map(([, code]) => code!),
  ),
);
for (const code of ['CRM_UNAVAILABLE', 'CRM_RATE_LIMITED', 'CRM_UNAUTHORIZED', 'CRM_REJECTED'])
  codes.add(code);
for (const code of INTERNAL) codes.delete(code);

test('every code of the sources has a paragraph', () => {
  expect(codes.size).toBeGreaterThan(40);
  expect([...codes].filter((code) => !paragraphs.has(code))).toEqual([]);
});

test('every paragraph says what to do about a code that the sources hold', () => {
  const all = files.map((path) => readFileSync(new URL(path, root), 'utf8')).join('\n');
  expect([...paragraphs.keys()].filter((code) => !codes.has(code) && !all.includes(`'${code}'`))).toEqual([]);
  for (const text of paragraphs.values()) expect(text.length).toBeGreaterThan(60);
});

test('the paragraphs are in alphabetical order', () => {
  expect([...paragraphs.keys()]).toEqual([...paragraphs.keys()].toSorted());
});
