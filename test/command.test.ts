/** Commands in a shared process: what comes of them is what comes of them in a process of their own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runCommand, runInProcess } from './command.ts';
import { BASE_ENVIRONMENT } from './entry.ts';

const environment = { ...BASE_ENVIRONMENT, CRM_CONNECTOR: 'preview', REDIS_URL: process.env.REDIS_URL };

test('code, output and errors are those of a process of its own', async () => {
  const typed: [args: string[], env?: Record<string, string | undefined>][] = [
    [['--version']],
    [['failed', '--help']],
    [['strat']],
    [['status']],
    [['status', 'cll_nobody']],
    [['mapping']],
    [['mapping'], { ...environment, CRM_CONNECTOR: undefined, PORT: 'http' }],
    [['failed', 'list'], { ...environment, REDIS_URL: 'redis://127.0.0.1:1' }],
    [['doctor', '--json'], { ...environment, COMMAND_PREFIX: 'docker compose run worker' }],
  ];
  const codes: number[] = [];
  for (const [args, env = environment] of typed) {
    const [shared, own] = [await runCommand(args, env), await runInProcess(args, env)];
    expect(shared).toEqual(own);
    codes.push(own.code);
  }
  // Else all of them could have failed alike.
  expect(new Set(codes)).toEqual(new Set([0, 1, 2]));
});

test('a command inherits nothing of the one before: no variable, no folder, no output', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'altur-command-'));
  writeFileSync(join(folder, '.env'), 'CRM_CONNECTOR=salesforce\n');
  const there = await runCommand(['mapping'], BASE_ENVIRONMENT, folder);
  rmSync(folder, { recursive: true });
  expect([there.code, there.output]).toEqual([0, expect.stringContaining('LastName')]);
  const here = await runCommand(['mapping'], BASE_ENVIRONMENT);
  expect([here.code, here.output]).toEqual([1, '']);
});

test('commands that run at the same time are kept apart', async () => {
  const names = ['doctor', 'status', 'failed', 'mapping'];
  const runs = await Promise.all(names.map((name) => runCommand([name, '--help'], {})));
  for (const [index, { output }] of runs.entries()) expect(output).toContain(` ${names[index]} `);
});
