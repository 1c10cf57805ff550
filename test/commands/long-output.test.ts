/** Output that is longer than a pipe holds, and readers that are slow or gone. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { anyCall } from '../calls.ts';
import { BASE_ENVIRONMENT, CLI, ELSEWHERE } from '../entry.ts';

const folder = mkdtempSync(join(tmpdir(), 'altur-long-'));
const file = join(folder, 'event.json');
const KEYS = 4_000;
const extracted = Object.fromEntries(Array.from({ length: KEYS }, (_, index) => [`Clave ${index}`, 'sí']));
writeFileSync(file, JSON.stringify({ ...anyCall(1), campaign_user: { extracted_data: extracted } }));
afterAll(() => rmSync(folder, { recursive: true }));

const env = {
  ...BASE_ENVIRONMENT,
  CRM_CONNECTOR: 'hubspot',
  HUBSPOT_ACCESS_TOKEN: 'a-token',
  ALTUR_WEBHOOK_SECRET: 'a secret of plain text',
};

function preview() {
  const child = spawn(process.execPath, [CLI, 'preview', file, '--offline'], { env, cwd: ELSEWHERE });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) => {
    child.once('exit', (code) => resolve({ code, errors }));
  });
  return { stdout: child.stdout, ended };
}

test('a slow reader gets all of it', async () => {
  const { stdout, ended } = preview();
  let output = '';
  for await (const chunk of stdout) output += chunk;
  expect(await ended).toEqual({ code: 0, errors: '' });
  expect(output.length).toBeGreaterThan(200_000);
  expect(output).toContain(`Clave ${KEYS - 1}`);
  expect(output.endsWith('\n')).toBe(true);
});

test('a reader that has seen enough ends it, without an error', async () => {
  const { stdout, ended } = preview();
  for await (const _ of stdout) break;
  expect(await ended).toEqual({ code: 0, errors: '' });
});
