/** Every production dependency has a licence under which this software may be handed on, also in an image. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

interface Package {
  readonly dev?: boolean;
  readonly license?: string;
}

const PERMISSIVE = 'asks only that its notice is kept, as node_modules does';
/** SPDX expression → why it is allowed. */
const ALLOWED: Readonly<Record<string, string>> = {
  MIT: PERMISSIVE,
  ISC: PERMISSIVE,
  'BSD-3-Clause': PERMISSIVE,
  'Apache-2.0': `${PERMISSIVE}; grants patents`,
  'BlueOak-1.0.0': PERMISSIVE,
  '0BSD': 'asks nothing',
  '(MIT OR CC0-1.0)': 'MIT is chosen',
};

function forbidden(packages: Readonly<Record<string, Package>>): readonly string[] {
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .filter(([, { license }]) => license === undefined || !Object.hasOwn(ALLOWED, license))
    .map(([path, { license }]) => `${path}: ${license ?? 'none named'}`);
}

const { packages } = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
) as { packages: Readonly<Record<string, Package>> };

test('no production dependency has another licence', () => {
  expect(forbidden(packages)).toEqual([]);
});

test('no licence is allowed that nothing needs', () => {
  const production = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  const used = new Set(production.map(([, { license }]) => license));
  expect(Object.keys(ALLOWED).filter((each) => !used.has(each))).toEqual([]);
});

test.each([
  [{ license: 'GPL-3.0-only' }, ['node_modules/x: GPL-3.0-only']],
  [{ license: '(MIT AND GPL-2.0)' }, ['node_modules/x: (MIT AND GPL-2.0)']],
  [{ license: 'UNLICENSED' }, ['node_modules/x: UNLICENSED']],
  [{}, ['node_modules/x: none named']],
  [{ license: 'GPL-3.0-only', dev: true }, []],
  [{ license: 'MIT' }, []],
])('%j is told apart', (added, expected) => {
  expect(forbidden({ 'node_modules/x': added })).toEqual(expected);
});
