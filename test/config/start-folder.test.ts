/** What is read from the folder that a process is started in: `.env` as people write it, and `config/mapping.yaml`. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { effectiveMapping, mappingSource } from '../../src/config/effective-mapping.ts';
import { loadEnvFile } from '../../src/config/env-file.ts';
import { BASE_ENVIRONMENT, CLI } from '../entry.ts';
import { load, message } from './message.ts';

const startedIn = process.cwd();
let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'altur-start-')));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(startedIn);
  rmSync(folder, { recursive: true });
});

/** The real command in this folder: its exit code and what it prints. */
function run(args: readonly string[], env: Record<string, string> = {}): Promise<[number, string]> {
  const options = { cwd: folder, env: { ...BASE_ENVIRONMENT, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], options, (error, output, errors) => {
      resolve([error ? Number(error.code) : 0, output + errors]);
    });
  });
}

/** The environment, completed by `.env`. */
function read(text: string | Buffer, environment: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  writeFileSync('.env', text);
  loadEnvFile(environment);
  return environment;
}

describe('.env', () => {
  const lines = 'CRM_CONNECTOR=preview\nDEFAULT_COUNTRY=CO\n';
  test.each([
    ['as it is', lines],
    ['with CRLF', lines.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\ufeff${lines}`],
    ['in UTF-16, as Windows PowerShell writes', Buffer.from(`\ufeff${lines}`, 'utf16le')],
    ['with export', 'export CRM_CONNECTOR=preview\n export DEFAULT_COUNTRY=CO\n'],
    ['with blanks around the =', lines.replaceAll('=', ' = ')],
    ['with quotes', 'CRM_CONNECTOR="preview"\nDEFAULT_COUNTRY=\'CO\'\n'],
    ['with comments', 'CRM_CONNECTOR=preview # the first try\n# A comment\nDEFAULT_COUNTRY=CO\t#\n'],
  ])('is read %s', (_, text) => {
    expect(read(text)).toEqual({ CRM_CONNECTOR: 'preview', DEFAULT_COUNTRY: 'CO' });
  });

  test('keeps a # in a value, as shells and docker-compose do', () => {
    const text = 'A_SECRET=ab#cd\nB_SECRET=a\'b#c # mine\nC_SECRET="x#y" # mine\nD_SECRET=#none\n';
    expect(read(text)).toEqual({ A_SECRET: 'ab#cd', B_SECRET: "a'b#c", C_SECRET: 'x#y', D_SECRET: '' });
  });

  test('completes what is set, and never replaces it', () => {
    expect(read('A_B=1\nC_D=2\n', { A_B: 'set' })).toEqual({ A_B: 'set', C_D: '2' });
  });

  test('with a colon or a blank for = is named by line, and no value is shown', async () => {
    writeFileSync(
      '.env',
      'CRM_CONNECTOR=preview\nALTUR_WEBHOOK_SECRET: 5e9f\n# NOTE_THIS: fine\nREDIS_URL redis://h\n',
    );
    expect(await run(['mapping'])).toEqual([
      1,
      '.env has lines without a =, which set nothing:\n  line 2: write ALTUR_WEBHOOK_SECRET=value\n  line 4: write REDIS_URL=value\n',
    ]);
  });

  test('that is a folder is named', () => {
    mkdirSync('.env');
    expect(() => loadEnvFile({})).toThrow(/^cannot read \.env \(EISDIR\): it is a folder/);
  });

  test('holds a key of several lines in quotes', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nABC=\nNAME_X value#1\n-----END PRIVATE KEY-----';
    expect(read(`A_KEY="${key}"\nB_C=1\n`)).toEqual({ A_KEY: key, B_C: '1' });
  });

  test.each([
    ['de_DE:de', 'es'],
    ['en_US:en', 'es'],
    ['en', 'en'],
  ])('decides the language unless LANGUAGE is one already: %s', (system, language) => {
    expect(read('LANGUAGE=es\n', { LANGUAGE: system })).toEqual({ LANGUAGE: language });
  });

  test('is named where variables are to be set', async () => {
    writeFileSync('.env', 'CRM_CONNECTOR=preview\nPORT=abc\n');
    const [code, text] = await run(['mapping']);
    expect(text).toBe(
      `The configuration is wrong:\n  PORT: must be a port number, 0 for any free one\nSet them in ${folder}/.env, or in the environment; .env.example explains each.\n`,
    );
    expect(code).toBe(1);
  });
});

test('without .env and without variables the first step is said', async () => {
  const [, text] = await run(['start']);
  expect(text).toMatch(/^The configuration is not complete:\n/);
  expect(text).toMatch(/\nBegin with `cp \.env\.example \.env`.*\n$/);
});

describe('the mapping file', () => {
  const env = { CRM_CONNECTOR: 'preview' };
  beforeEach(() => mkdirSync('config'));

  test.each(['config/mapping.yaml', 'config/mapping.yml', 'config/mapping.json'])(
    'is %s where it is there',
    async (path) => {
      expect(mappingSource(await load(env, 'preview'))).toBe('the default of preview');
      writeFileSync(path, '{ "person": { "city": { "constant": "Puebla" } } }');
      const config = await load(env, 'preview');
      expect(mappingSource(config)).toBe(`the default of preview, with the overrides of ${path}`);
      expect((await effectiveMapping(config)).person).toHaveProperty('city');
    },
  );

  test('is the one that MAPPING_FILE names, where it is set', async () => {
    for (const path of ['config/mapping.yaml', 'config/mapping.yml', 'own.yaml'])
      writeFileSync(path, 'person: {}');
    expect(await load({ ...env, MAPPING_FILE: 'own.yaml' }, 'preview')).toMatchObject({
      mappingFile: 'own.yaml',
    });
  });

  test('is named by the command `mapping`', async () => {
    writeFileSync('config/mapping.yaml', 'person: {}');
    const [code, text] = await run(['mapping'], env);
    expect(text).toMatch(
      /^# The effective mapping: the default of preview, with the overrides of config\/mapping\.yaml\n/,
    );
    expect(code).toBe(0);
  });

  test.each([
    [
      'one of several',
      {},
      ['config/mapping.yaml', 'config/mapping.json'],
      /there are config\/mapping\.yaml and config\/mapping\.json: keep one/,
    ],
    ['a folder', { MAPPING_FILE: 'config' }, [], /cannot read config \(EISDIR\): it is a folder/],
    [
      'missing',
      { MAPPING_FILE: 'config/m.yaml' },
      [],
      /cannot read config\/m\.yaml \(ENOENT\).*looked for at \//,
    ],
  ])('that is %s stops the start, with all other problems', async (_, given, files, says) => {
    for (const path of files) writeFileSync(path, 'person: {}');
    const text = await message({ ...env, ...given });
    expect(text).toMatch(says);
    expect(text).toContain('ALTUR_WEBHOOK_SECRET: is missing');
  });

  // The superuser reads everything.
  (process.getuid?.() === 0 ? test.skip : test)('that may not be read is named', async () => {
    writeFileSync('config/mapping.yaml', 'person: {}');
    chmodSync('config/mapping.yaml', 0);
    expect(await message(env, 'preview')).toMatch(
      /cannot read config\/mapping\.yaml \(EACCES\): fix its perm/,
    );
  });
});
