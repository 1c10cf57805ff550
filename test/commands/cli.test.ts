/** The entry point: versions, help, and names that are no command. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { readVersion } from '../../src/version.ts';
import { BASE_ENVIRONMENT, CLI, ELSEWHERE } from '../entry.ts';

const CHECK_NODE = fileURLToPath(new URL('../../deploy/check-node.js', import.meta.url));

interface Run {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

function run(args: readonly string[], env: Record<string, string> = {}, cwd = ELSEWHERE): Promise<Run> {
  return new Promise((resolve) => {
    const options = { env: { ...BASE_ENVIRONMENT, ...env }, cwd };
    execFile(process.execPath, [CLI, ...args], options, (error, output, errors) => {
      resolve({ code: error ? Number(error.code) : 0, output, errors });
    });
  });
}

test.each(['--version', '-v', 'version'])(
  '%s prints the version of the service and of Node',
  async (word) => {
    expect(await run([word])).toEqual({
      code: 0,
      output: `altur-crm-sync ${readVersion()} (Node ${process.versions.node})\n`,
      errors: '',
    });
  },
);

test('a start that fails has logged the version', async () => {
  const server = createServer().listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const { code, output } = await run(['start', 'ingress'], {
    ALTUR_WEBHOOK_SECRET: 'secret of a test',
    PORT: String(port),
    REDIS_URL: 'redis://127.0.0.1:1',
    LOG_FORMAT: 'json',
  });
  server.close();
  const [first = ''] = output.split('\n');
  expect([code, JSON.parse(first)]).toEqual([
    1,
    expect.objectContaining({ message: 'starting', role: 'ingress', version: readVersion() }),
  ]);
});

describe('a name that is no command', () => {
  test.each([
    [['docter'], 'doctor'],
    [['help', 'statsu'], 'status'],
    [['provison', '--sample', 'x'], 'provision'],
  ])('%j is answered with the nearest one', async (args, meant) => {
    const { code, output, errors } = await run(args);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toMatch(/^there is no command \w+: did you mean `npx altur-crm-sync (\w+)`\?\n\n/);
    expect(errors).toContain(`\`npx altur-crm-sync ${meant}\``);
  });

  test('one that resembles none is answered with the list', async () => {
    const { code, errors } = await run(['frobnicate']);
    expect([code, errors]).toEqual([2, expect.stringMatching(/^there is no command frobnicate\n\nnpx /)]);
  });
});

describe('help', () => {
  test.each([[[]], [['help']], [['--help']], [['-h']], [['help', 'help']]])(
    '%j lists the commands',
    async (args) => {
      const { code, output, errors } = await run(args);
      expect([code, errors]).toEqual([0, '']);
      expect(output).toMatch(/^ {2}doctor .*\n/m);
    },
  );

  test('is given whatever is wrong with .env', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'altur-cli-'));
    writeFileSync(join(folder, '.env'), 'CRM_CONNECTOR: hubspot\n');
    try {
      for (const words of [['help'], ['doctor', '--help']]) {
        expect(await run(words, {}, folder)).toMatchObject({ code: 0, errors: '' });
      }
      expect(await run(['doctor'], {}, folder)).toMatchObject({ code: 1, output: '' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('help <command> prints what <command> --help prints, with options and exit codes of send', async () => {
    const [long, short] = await Promise.all([run(['help', 'send']), run(['send', '--help'])]);
    expect(long).toEqual(short);
    for (const word of ['--url', '--wait', '--timeout', '--new-id', 'Exit codes'])
      expect(long.output).toContain(word);
  });
});

describe('npm start', () => {
  const check = (node: string) => {
    const pretend = `globalThis.process = { versions: { node: '${node}' }, exit: process.exit, stderr: process.stderr }`;
    const args = ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, CHECK_NODE];
    return new Promise<Run>((resolve) => {
      execFile(process.execPath, args, (error, output, errors) => {
        resolve({ code: error ? Number(error.code) : 0, output, errors });
      });
    });
  };

  test('says that a Node is too old which cannot run the sources', async () => {
    const { code, errors } = await check('20.20.2');
    expect([code, errors]).toEqual([1, expect.stringMatching(/^Node 20\.20\.2 is too old: .*22\.18.*\n$/)]);
    expect((await check('22.17.1')).code).toBe(1);
    for (const node of ['22.18.0', '24.0.0'])
      expect(await check(node)).toEqual({ code: 0, output: '', errors: '' });
  });

  test('requires what package.json declares', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(engines.node).toBe('>=22.18');
  });
});
