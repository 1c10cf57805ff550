/** docker-compose.yml passes on every variable that the code reads. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { connectors } from '../../connectors/index.ts';
import { settingNames } from '../../src/config/chosen-connector.ts';
import { variableNames } from '../../src/config/variables.ts';

interface Service {
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly logging?: { readonly options: object };
  readonly restart?: string;
  readonly profiles?: readonly string[];
  readonly env_file?: unknown;
}

const text = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8');
const { services } = parse(text, { merge: true }) as { services: Readonly<Record<string, Service>> };
const roles = ['ingress', 'worker'].map((name) => [name, services[name]!.environment!] as const);

/** What docker-compose.yml decides itself. */
const DECIDED = ['REDIS_URL', 'PORT', 'INGRESS_URL', 'COMMAND_PREFIX'];
/** Node's. */
const OF_NODE = ['NODE_EXTRA_CA_CERTS', 'NODE_USE_ENV_PROXY', 'HTTPS_PROXY'];
/** A certificate is given as a file only. */
const FILE_ONLY = ['REDIS_CA'];

async function namesInCode(): Promise<Set<string>> {
  const definitions = await Promise.all(Object.values(connectors).map((load) => load()));
  return new Set([...variableNames, ...definitions.flatMap(settingNames)]);
}

test.each(roles)(
  'the %s is given every variable that the code reads, and no other',
  async (_, environment) => {
    const inCode = [...(await namesInCode())].filter((name) => !DECIDED.includes(name));
    const plain = inCode.filter((name) => !FILE_ONLY.includes(name));
    const files = [...inCode, 'REDIS_URL'].map((name) => `${name}_FILE`);
    expect(Object.keys(environment).toSorted()).toEqual(
      [...plain, ...files, ...DECIDED, ...OF_NODE].toSorted(),
    );
  },
);

test.each(roles)(
  'the %s is given them as .env or the shell has them: unset where neither has',
  (_, environment) => {
    const decided = Object.keys(environment).filter((name) => environment[name] !== null);
    expect(decided.toSorted()).toEqual([...DECIDED, ...OF_NODE].toSorted());
  },
);

test('no service needs an .env: Compose 1.29 refuses a missing env_file', () => {
  expect(Object.values(services).filter(({ env_file }) => env_file !== undefined)).toEqual([]);
});

test('every service that runs unattended is restarted, and no log grows without limit', () => {
  for (const [name, { restart, logging, profiles }] of Object.entries(services)) {
    if (!profiles?.includes('demo')) expect([name, restart]).toEqual([name, 'unless-stopped']);
    expect([name, logging?.options]).toEqual([name, { 'max-size': '10m', 'max-file': '5' }]);
  }
});

test('every variable that docker-compose.yml reads is explained in .env.example or docs/deployment.md', () => {
  const read = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name!));
  expect(read.size).toBeGreaterThan(8);
  const explained = ['.env.example', 'docs/deployment.md']
    .map((path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
    .join('\n');
  expect([...read].filter((name) => !explained.includes(name))).toEqual([]);
});
