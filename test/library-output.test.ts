/** What libraries and Node print by themselves never reaches the operator. */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { BASE_ENVIRONMENT, CLI, ELSEWHERE } from './entry.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

let server: RedisServer;

/** A Redis of which ioredis and BullMQ have much to say: it evicts, wants no password, and allows no INFO. */
beforeAll(async () => {
  server = await startRedis({ 'maxmemory-policy': 'allkeys-lru' });
  const redis = new Redis(server.url);
  await redis.acl('SETUSER', 'guest', 'on', '>pw', '~{altur}:*', '&*', '+@all', '-@admin', '-@dangerous');
  redis.disconnect();
});
afterAll(() => server.stop());

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs until the output has `end`, or the program ends. */
function run(args: readonly string[], env: Record<string, string>, end?: RegExp): Promise<Output> {
  const child = spawn(process.execPath, args, {
    env: { ...BASE_ENVIRONMENT, ...env },
    cwd: ELSEWHERE,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    if (end?.test(stdout)) child.kill('SIGTERM');
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.once('close', () => resolve({ stdout, stderr })));
}

const service = (url: string, level = 'info') =>
  run(
    [CLI, 'start'],
    {
      CRM_CONNECTOR: 'preview',
      ALTUR_WEBHOOK_SECRET: 'a secret of plain text',
      REDIS_URL: url,
      PORT: '0',
      LOG_FORMAT: 'json',
      LOG_LEVEL: level,
    },
    /"message":"listening"/,
  );

test.each([
  ['without a password it was given', (url: string) => url.replace('redis://', 'redis://:pw@')],
  ['that allows no INFO', (url: string) => url.replace('redis://', 'redis://guest:pw@')],
  ['that evicts', (url: string) => url],
])(
  'with a Redis %s the log holds our lines only, and stderr nothing',
  async (_, toUrl) => {
    const { stdout, stderr } = await service(toUrl(server.url));
    expect(stderr).toBe('');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ message }) => message)).toContain('listening');
    expect(stdout).not.toMatch(/IMPORTANT|\[WARN\]|ready check|highly recommended/);
  },
  60_000,
);

test('a command prints its results and nothing of the libraries', async () => {
  const url = server.url.replace('redis://', 'redis://guest:pw@');
  const { stdout, stderr } = await run([CLI, 'status', 'cll_nobody'], { REDIS_URL: url });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^unknown: /);
}, 60_000);

/** A program of its own, since it takes over the console. */
const PROGRAM = `
import { captureLibraryOutput } from './src/library-output.ts';
const lines = [];
const keep = (level) => (message, fields) => lines.push({ level, message, note: fields.note, error: fields.error?.message });
captureLibraryOutput({ debug: keep('debug'), warn: keep('warn') });
console.warn('IMPORTANT! Eviction policy is', 'allkeys-lru');
console.error('[ioredis] advice');
console.log('x'.repeat(2000));
console.error(new Error('it broke'));
process.emitWarning('too many listeners', 'MaxListenersExceededWarning');
setImmediate(() => process.stdout.write(JSON.stringify(lines)));
`;

test('advice is for the debug log, an error of a library is a warning', async () => {
  const root = new URL('../', import.meta.url).pathname;
  const source = PROGRAM.replace('./src/', `file://${root}src/`);
  const { stdout, stderr } = await run(['--input-type=module', '-e', source], {});
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual([
    { level: 'debug', message: 'a library says', note: 'IMPORTANT! Eviction policy is allkeys-lru' },
    { level: 'debug', message: 'a library says', note: '[ioredis] advice' },
    { level: 'debug', message: 'a library says', note: 'x'.repeat(500) },
    { level: 'warn', message: 'a library reports an error', error: 'it broke' },
    { level: 'debug', message: 'Node warns', note: 'MaxListenersExceededWarning: too many listeners' },
  ]);
}, 30_000);
