/** One message names all problems, in an order that can be read, and says where to set the variables. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { HUBSPOT, lineOf, load, message, SALESFORCE, SECRET } from './message.ts';

const folder = mkdtempSync(join(tmpdir(), 'altur-problems-'));
afterAll(() => rmSync(folder, { recursive: true }));

const variablesOf = (text: string) => [...text.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name);

test('what is missing comes first, then what is wrong, each variable once', async () => {
  const text = await message({
    CRM_CONNECTOR: 'salesforce',
    SALESFORCE_LOGIN_URL: 'acme.my.salesforce.com',
    SALESFORCE_API_VERSION: '40',
    PORT: 'abc',
    LANGUAGE: 'fr',
    MAPPING_FILE: join(folder, 'none.yaml'),
  });
  expect(variablesOf(text)).toEqual([
    'ALTUR_WEBHOOK_SECRET',
    'SALESFORCE_CLIENT_ID',
    'SALESFORCE_CLIENT_SECRET',
    'PORT',
    'LANGUAGE',
    'SALESFORCE_API_VERSION',
    'SALESFORCE_LOGIN_URL',
    'MAPPING_FILE',
  ]);
});

test.each([
  ['The configuration is not complete:', { CRM_CONNECTOR: 'preview' }],
  ['The configuration is wrong:', { ...HUBSPOT, PORT: 'abc' }],
  ['The configuration is not complete, and a part of it is wrong:', { CRM_CONNECTOR: 'preview', PORT: 'x' }],
])('the first line is true: %s', async (headline, environment) => {
  expect((await message(environment)).split('\n')[0]).toBe(headline);
});

describe('the connector that is meant', () => {
  test.each([
    ['hubspot, by its token', { HUBSPOT_ACCESS_TOKEN: 'Bearer pat-1' }, 'hubspot', 'HUBSPOT_ACCESS_TOKEN'],
    ['hubspot, by a mistyped token', { HUBSPOT_ACESS_TOKEN: 'pat-1' }, 'hubspot', 'HUBSPOT_ACCESS_TOKEN'],
    ['salesforce', { SALESFORCE_CLIENT_ID: '3MVG9' }, 'salesforce', 'SALESFORCE_LOGIN_URL'],
    [
      'salesforce, beside a default of hubspot',
      { SALESFORCE_CLIENT_ID: '3MVG9', HUBSPOT_API_URL: 'https://api.hubapi.com' },
      'salesforce',
      'SALESFORCE_CLIENT_SECRET',
    ],
  ])('is guessed by its variables, and what these lack is said too: %s', async (_, given, crm, variable) => {
    const text = await message(given);
    expect(text).toContain(`CRM_CONNECTOR: is missing: set CRM_CONNECTOR=${crm}`);
    expect(variablesOf(text)).toContain(variable);
    expect(variablesOf(text)[0]).toBe('CRM_CONNECTOR');
  });

  test('is not guessed when both have variables, or none has', async () => {
    const choice = 'CRM_CONNECTOR: is missing: set it to one of hubspot, salesforce, preview';
    const both = { HUBSPOT_ACCESS_TOKEN: 'pat-1', SALESFORCE_CLIENT_ID: '3MVG9' };
    expect(await lineOf('CRM_CONNECTOR', both)).toBe(choice);
    expect(await lineOf('CRM_CONNECTOR', {})).toBe(choice);
  });

  test.each([
    ['hubspott', 'did you mean hubspot?'],
    ['hub-spot', 'did you mean hubspot?'],
    ['Sales Force', 'did you mean salesforce?'],
    ['zoho', 'there is no connector of this name: set it to one of'],
    ['hubspot,salesforce', 'names several CRMs'],
  ])('is named when CRM_CONNECTOR is misspelt: %s', async (name, says) => {
    const text = await message({ CRM_CONNECTOR: name, ALTUR_WEBHOOK_SECRET: SECRET });
    expect(text).toContain(says);
    expect(text).toMatch(/^The configuration is (wrong|not complete, and a part of it is wrong):/);
    if (says.includes('mean hubspot')) expect(variablesOf(text)).toContain('HUBSPOT_ACCESS_TOKEN');
  });

  test.each(['HubSpot', 'HUBSPOT', '"hubspot"'])('may be written %s', async (name) => {
    expect((await load({ ...HUBSPOT, CRM_CONNECTOR: name })).crm).toBe('hubspot');
  });
});

test('the issues of a mapping file that can be read are said together with the variables', async () => {
  const path = join(folder, 'wrong.yaml');
  writeFileSync(path, 'person:\n  a: custmer.name\n');
  const text = await message({ CRM_CONNECTOR: 'hubspot', ALTUR_WEBHOOK_SECRET: SECRET, MAPPING_FILE: path });
  expect(text).toContain('HUBSPOT_ACCESS_TOKEN: is missing');
  expect(text).toContain(`${path}:2:6: the event has no \`custmer.name\`; did you mean \`customer.name\`?`);
});

test('names that are almost right are said beside what is missing', async () => {
  const text = await message({ CRM_CONECTOR: 'hubspot', ALTUR_WEBHOK_SECRET: SECRET });
  expect(text).toContain('CRM_CONECTOR is not a variable of this service: did you mean CRM_CONNECTOR?');
  expect(text).toContain('did you mean ALTUR_WEBHOOK_SECRET?');
});

test.each([
  [
    { COMMAND_PREFIX: 'docker-compose run --rm worker' },
    /^Begin with `cp \.env\.example \.env` beside docker-compose\.yml.*`docker-compose up -d`/,
  ],
  [
    { COMMAND_PREFIX: 'docker compose run --rm worker', CRM_CONNECTOR: 'hubspot' },
    /^Set them in \.env beside docker-compose\.yml, then `docker compose up -d`/,
  ],
  [{}, /^Begin with `cp \.env\.example \.env`/],
  [{ PORT: '1', CRM_CONNECTOR: 'hubspot' }, /^Set them in .*\.env/],
])('the last line says where to set them: with %j', async (environment, advice) => {
  expect((await message(environment)).split('\n').at(-1)).toMatch(advice);
});

test('an ingress needs no connector, and `failed` neither connector nor secret', async () => {
  await expect(load({ ALTUR_WEBHOOK_SECRET: SECRET }, 'ingress')).resolves.toMatchObject({ crm: undefined });
  await expect(load({ MAPPING_FILE: '/nowhere/x.yaml' }, 'queue')).resolves.toMatchObject({ warnings: [] });
});

test('complete configurations load without a warning', async () => {
  for (const complete of [HUBSPOT, SALESFORCE]) expect((await load(complete)).warnings).toEqual([]);
});
