/** A connector that lacks its entry, its contract test or its documentation fails here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { ConnectorDefinition } from '../../connectors/connector.ts';
import { connectors, crmTitles } from '../../connectors/index.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { loadMapping } from '../../src/mapping/load.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const folders = readdirSync(new URL('connectors/', root), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'engine')
  .map(({ name }) => name);

/** Connectors to no CRM: there is nothing the contract suite could look into. */
const WRITES_NOTHING: readonly string[] = ['preview'];

/** Does test/connectors/<name>.contract.test.ts describe the contract with this connector's own harness? */
function runsContract(name: string): boolean {
  const path = `test/connectors/${name}.contract.test.ts`;
  if (!existsSync(new URL(path, root))) return false;
  const source = read(path);
  return /^describeContract\(harness\);$/m.test(source) && source.includes(`${name}/contract-harness.ts`);
}

test('every folder is in the list and every entry of the list is a folder', () => {
  expect(Object.keys(connectors).toSorted()).toEqual(folders.toSorted());
  expect(Object.keys(crmTitles)).toEqual(Object.keys(connectors));
});

test('a folder without a contract test is noticed', () => {
  expect(runsContract('no-such-crm')).toBe(false);
});

describe.each(folders)('%s', (name) => {
  const load = (): Promise<ConnectorDefinition> => connectors[name]!();

  if (WRITES_NOTHING.includes(name)) {
    test('has a test of its own', () => {
      expect(existsSync(new URL(`test/connectors/${name}.test.ts`, root))).toBe(true);
    });
  } else {
    test('runs the contract suite', () => {
      expect(runsContract(name)).toBe(true);
    });
  }

  test('is in the README’s table of variables and in .env.example', () => {
    expect(read('README.md')).toMatch(new RegExp(`^\\| \`CRM_CONNECTOR\` .*\`${name}\``, 'm'));
    expect(read('.env.example')).toContain(name);
  });

  test('calls itself by its folder’s name, and its settings are explained in .env.example', async () => {
    const { name: own, settings } = await load();
    expect(own).toBe(name);
    for (const variable of Object.keys(settings.shape))
      expect(read('.env.example')).toMatch(new RegExp(`^#? ?${variable}=`, 'm'));
  });

  test('has a default mapping that is valid', async () => {
    const { mappingFile } = await load();
    expect(existsSync(mappingFile)).toBe(true);
    const mapping = loadMapping(readFileSync(mappingFile, 'utf8'), mappingFile.pathname);
    for (const language of ['en', 'es'] as const) {
      compileMapping(mapping, { defaultCountry: 'MX', timeZone: 'UTC', language });
    }
  });
});
