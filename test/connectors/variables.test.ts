/** The variables of a connector that the core has never heard of. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ConnectorDefinition } from '../../connectors/connector.ts';
import { connectors } from '../../connectors/index.ts';
import { loadConfig } from '../../src/config/config.ts';
import { definition } from '../fixtures/connectors/memo/index.ts';

const list = connectors as Record<string, () => Promise<ConnectorDefinition>>;
const env = { CRM_CONNECTOR: 'memo', ALTUR_WEBHOOK_SECRET: 'a secret that is long enough' };
let folder: string;
beforeAll(async () => {
  list.memo = async () => definition as ConnectorDefinition;
  folder = await mkdtemp(join(tmpdir(), 'altur-variables-'));
});
afterAll(async () => {
  delete list.memo;
  await rm(folder, { recursive: true });
});

test('may be given as files', async () => {
  const path = join(folder, 'url');
  await writeFile(path, 'http://memo.example\n');
  const { connector } = await loadConfig({ ...env, MEMO_URL_FILE: path }, 'worker');
  expect(connector!.settings).toEqual({ MEMO_URL: 'http://memo.example' });
  await expect(loadConfig({ ...env, MEMO_URL_FILE: `${path}x` }, 'worker')).rejects.toThrow('MEMO_URL_FILE');
});

test('are distinguished from mistyped ones', async () => {
  const { warnings } = await loadConfig({ ...env, MEMO_URL: 'http://memo.example', MEMO_ULR: 'x' }, 'worker');
  expect(warnings).toEqual([expect.stringContaining('MEMO_ULR')]);
});

test('of connectors that are not chosen are neither read nor checked', async () => {
  const others = { HUBSPOT_ACCESS_TOKEN_FILE: join(folder, 'none'), SALESFORCE_WHATEVER: 'x' };
  const { warnings } = await loadConfig({ ...env, MEMO_URL: 'http://memo.example', ...others }, 'worker');
  expect(warnings).toEqual([]);
  await expect(loadConfig({ ...env, ...others }, 'ingress')).resolves.toMatchObject({ warnings: [] });
});
