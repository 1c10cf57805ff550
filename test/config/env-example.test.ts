/** `.env.example` is complete, true, and works once its marked values are filled in. */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from '@jest/globals';
import { connectors } from '../../connectors/index.ts';
import { settingNames } from '../../src/config/chosen-connector.ts';
import { variableNames } from '../../src/config/variables.ts';
import { load, message } from './message.ts';

const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
const [own = ''] = text.split(/^# -+ docker-compose/im);
const copied = parseEnv(text) as Record<string, string>;
/** With the defaults that are shown. */
const shown = parseEnv(own.replace(/^# (?=[A-Z_]+=)/gm, '')) as Record<string, string>;

const FILLED = {
  hubspot: {
    CRM_CONNECTOR: 'hubspot',
    ALTUR_WEBHOOK_SECRET: 'k'.repeat(32),
    HUBSPOT_ACCESS_TOKEN: 'pat-na1-1',
  },
  salesforce: {
    CRM_CONNECTOR: 'salesforce',
    ALTUR_WEBHOOK_SECRET: 'k'.repeat(32),
    SALESFORCE_LOGIN_URL: 'https://acme.my.salesforce.com',
    SALESFORCE_CLIENT_ID: '3MVG9abc',
    SALESFORCE_CLIENT_SECRET: 'ABCDEF',
  },
  preview: { CRM_CONNECTOR: 'preview', ALTUR_WEBHOOK_SECRET: 'k'.repeat(32) },
};

test('it names every variable there is, and no other', async () => {
  const definitions = await Promise.all(Object.values(connectors).map((load) => load()));
  const known = [...variableNames, ...definitions.flatMap(settingNames)]
    .map((name) => (name === 'REDIS_CA' ? 'REDIS_CA_FILE' : name))
    // The others of OpenTelemetry are in docs/tracing.md.
    .filter((name) => !name.startsWith('OTEL_') || name === 'OTEL_EXPORTER_OTLP_ENDPOINT');
  expect(Object.keys(shown).toSorted()).toEqual(known.toSorted());
});

test('copied as it is, it asks for what is marked, and for nothing else', async () => {
  const problems = (await message(copied)).split('\n').filter((line) => line.startsWith('  '));
  expect(problems).toEqual([
    expect.stringMatching(/^ {2}CRM_CONNECTOR: is missing: set it to one of/),
    expect.stringMatching(/^ {2}ALTUR_WEBHOOK_SECRET: is missing/),
  ]);
});

test.each(Object.entries(FILLED))('with the marked values filled in it works: %s', async (_, filled) => {
  expect(await load({ ...copied, ...filled })).toMatchObject({ warnings: [], mappingFile: undefined });
});

test('every value that a new user must fill in is marked', () => {
  const marked = own.split('\n').flatMap((line, index, lines) => {
    if (!line.startsWith('# >>>')) return [];
    const end = lines.findIndex(
      (each, at) => at > index && !/^[A-Z_]+=$/.test(each) && !each.startsWith('#'),
    );
    return lines.slice(index, end).filter((each) => /^[A-Z_]+=$/.test(each));
  });
  const needed = Object.values(FILLED).flatMap((filled) => Object.keys(filled));
  expect(new Set(marked.map((line) => line.slice(0, -1)))).toEqual(new Set(needed));
});

test('the defaults it shows are the defaults', async () => {
  const [{ warnings, ...all }, { warnings: none, ...standard }] = await Promise.all([
    load({ ...shown, ...FILLED.salesforce, MAPPING_FILE: '', SALESFORCE_PRIVATE_KEY: '' }),
    load(FILLED.salesforce),
  ]);
  expect(all).toEqual(standard);
  expect([warnings, none]).toEqual([[], []]);
  const { connector } = await load({ ...shown, ...FILLED.hubspot, MAPPING_FILE: '' });
  expect(connector!.settings).toEqual((await load(FILLED.hubspot)).connector!.settings);
});
