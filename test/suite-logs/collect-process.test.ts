/** Every process that a test starts is looked at by the check of all logs, and a leak fails the run. */
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BASE_ENVIRONMENT, ELSEWHERE } from '../entry.ts';
import { checkRun } from './check-run.ts';

const TESTS = fileURLToPath(new URL('../', import.meta.url));
const SECRET = 'a secret that is printed';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'altur-suite-logs-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program as tests start the product, but in a folder of its own. */
async function run(program: string): Promise<void> {
  const options = BASE_ENVIRONMENT.NODE_OPTIONS;
  const NODE_OPTIONS = options.replace(/folder=[^&]+/, `folder=${encodeURIComponent(folder)}`);
  expect(NODE_OPTIONS).not.toBe(options);
  const env = { ...BASE_ENVIRONMENT, NODE_OPTIONS, ALTUR_WEBHOOK_SECRET: SECRET };
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    env,
    cwd: ELSEWHERE,
  });
}

const LEAK = new RegExp(
  `the secret ALTUR_WEBHOOK_SECRET\\s+in test/suite-logs/collect-process.test.ts › .*\\s+.*${SECRET}`,
);

test.each([
  ['a log line', `console.log(JSON.stringify({ level: 'info', message: '${SECRET}' }))`],
  ['a log line in pieces', `process.stdout.write('{"level":"info","message":"x ${SECRET}"}\\n')`],
  ['stderr', `console.error('oh: ${SECRET}')`],
  ['a process that is killed', `console.error('${SECRET}'); process.kill(process.pid, 'SIGTERM')`],
])('a secret in %s fails the run, which names the test', async (_, program) => {
  await run(program).catch((error) => expect(error.signal).toBe('SIGTERM'));
  expect(() => checkRun(folder)).toThrow(LEAK);
});

test('the numbers and sentences of an event that is delivered are known', async () => {
  await run(`
    import { createServer } from 'node:http';
    const server = createServer(async (request, response) => {
      for await (const chunk of request) JSON.parse(chunk);
      console.error('no contact for 5512345678');
      console.error('they said: Le pago el viernes');
      response.end();
      server.close();
      server.closeAllConnections();
    });
    await new Promise((ready) => server.listen(0, ready));
    const event = { phone_number_to: '+525512345678', transcript: [{ content: 'Sí. Le pago el viernes.' }] };
    await fetch('http://127.0.0.1:' + server.address().port + '/webhooks/x', { method: 'POST', body: JSON.stringify(event) }).catch(() => {});
  `);
  expect(() => checkRun(folder)).toThrow(
    /phone number 5512345678[\s\S]*of a transcript “Le pago el viernes”/,
  );
});

test('what a command prints for a person is no log, and a run without leaks leaves nothing', async () => {
  await run(`console.log('${SECRET}'); console.log('10:00:00.000 INFO  all is well')`);
  checkRun(folder);
  expect(() => readFileSync(folder)).toThrow('ENOENT');
});

test('every test that starts the product does it with BASE_ENVIRONMENT', () => {
  const starts = globSync('**/*.ts', { cwd: TESTS }).filter((path) => {
    const source = readFileSync(join(TESTS, path), 'utf8');
    const isStart = /\b(spawn|execFile|fork)\)?\((\s*)process\.execPath/.test(source);
    return isStart && !/BASE_ENVIRONMENT|world\.env|process\.env\.NODE_OPTIONS/.test(source);
  });
  // Neither the simulators nor the simulation are the product, and they log nothing.
  expect(starts.toSorted()).toEqual([
    'simulation/find-mutant.ts',
    'simulation/simulation.test.ts',
    'simulators/kit/simulator-process.ts',
  ]);
});
