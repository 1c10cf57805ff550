/** The demo as it is typed: what it prints, how it ends, and what it leaves behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { until } from '../e2e/service-process.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { startHeartbeat } from '../heartbeats.ts';
import { freePort, startRedis } from '../redis-server.ts';

const DEMO = fileURLToPath(new URL('demo.ts', import.meta.url));
const DEADLINE_MS = 120_000;
jest.setTimeout(2 * DEADLINE_MS);

let temporary: string;
let running: Demo[];
let releases: (() => unknown)[];

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'altur-demo-'));
  running = [];
  releases = [];
});
afterEach(async () => {
  for (const { child } of running) if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
  for (const release of releases.toReversed()) await release();
  rmSync(temporary, { recursive: true });
});

interface Demo {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

/** In a process group of its own, as a shell starts it. */
function start(args: readonly string[], env: Record<string, string> = {}): Demo {
  const child = spawn(process.execPath, [DEMO, ...args], {
    env: { ...BASE_ENVIRONMENT, TMPDIR: temporary, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  let errors = '';
  child.stdout!.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const demo = { child, output: () => output, errors: () => errors, ended };
  running.push(demo);
  return demo;
}

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const demo = start(args, env);
  return { code: await demo.ended, output: demo.output(), errors: demo.errors(), demo };
}

/** No process and no file: neither Redis, nor the service, nor a command of it. */
function expectNothingLeft({ child }: Demo): void {
  expect(() => process.kill(-child.pid!, 0)).toThrow('ESRCH');
  expect(readdirSync(temporary)).toEqual([]);
}

/** The cells of a row of the table. */
function cells(output: string, row: string): number[] {
  const [, text = ''] = new RegExp(`^ +${row} +([\\d. ]+)$`, 'm').exec(output) ?? [];
  return text.split(/ +/).map(Number);
}

describe.each([
  {
    crm: 'hubspot',
    batch: 100,
    kinds: { 'write contacts': 1, 'write calls': 1, 'link calls to contacts': 1 },
    claim: '100 calls of known people took 3 HubSpot requests.',
  },
  {
    crm: 'salesforce',
    batch: 200,
    kinds: { 'write contacts and calls': 1 },
    claim: '200 calls of known people took 1 Salesforce request.',
  },
])('with $crm', ({ crm, batch, kinds, claim }) => {
  test('it counts what it shows, writes each call once, and leaves nothing behind', async () => {
    const { code, output, errors, demo } = await run(['--crm', crm]);
    expect([code, errors]).toEqual([0, '']);
    expect(cells(output, 'deliveries')).toEqual([5, 250, batch]);
    expect(cells(output, 'calls in the CRM')).toEqual([1, 250, batch]);
    expect(cells(output, 'duplicates prevented')).toEqual([4, 0, 0]);
    expect(output).toContain(`201 people, ${252 + batch} calls, each once`);
    expect(cells(output, 'one by one \\(\\*\\)')).toEqual([15, 750, 3 * batch]);

    const requests = cells(output, 'CRM requests');
    const rows = [...output.matchAll(/^ {5}(\S.*?) {2,}\d+ {2,}\d+ {2,}\d+$/gm)].map(([, name]) => name!);
    const sums = rows
      .map((name) => cells(output, name))
      .reduce((sum, row) => sum.map((each, index) => each + row[index]!));
    expect(sums).toEqual(requests);
    // The headline of the README.
    expect(cells(output, 'batches')[2]).toBe(1);
    for (const [kind, count] of Object.entries(kinds)) expect(cells(output, kind)[2]).toBe(count);
    expect(output).toContain(claim);
    // Only new lines: no colours, and no line that is written over.
    expect([...output].filter((letter) => letter < ' ' && letter !== '\n')).toEqual([]);
    expectNothingLeft(demo);
  });
});

describe('called wrongly', () => {
  test.each([
    [['--crm', 'pipedrive'], '--crm takes hubspot or salesforce, not pipedrive'],
    [['--crm', 'toString'], '--crm takes hubspot or salesforce, not toString'],
    [['--crm='], '--crm takes hubspot or salesforce, not nothing'],
    [['--crm'], "Option '--crm <value>' argument missing: see `npm run demo -- --help`"],
    [['--kepp'], "Unknown option '--kepp': see `npm run demo -- --help`"],
    [['--keep=yes'], "Option '--keep' does not take an argument: see `npm run demo -- --help`"],
    [['please'], 'the demo takes flags only, not please: see `npm run demo -- --help`'],
    [['salesforce'], 'the demo takes flags only, not salesforce: use `npm run demo -- --crm salesforce`'],
  ])('%j is answered in one sentence, before anything is started', async (args, sentence) => {
    const { code, output, errors } = await run(args);
    expect([code, output, errors]).toEqual([2, '', `${sentence}\n`]);
  });

  test.each([['--help'], ['-h']])('%s lists the options and the exit codes', async (flag) => {
    const { code, output, errors } = await run([flag]);
    expect([code, errors]).toEqual([0, '']);
    for (const word of ['--crm', '--keep', 'hubspot', 'salesforce', 'Exit codes'])
      expect(output).toContain(word);
  });
});

describe('Ctrl-C', () => {
  /** A terminal sends it to every process of the group. */
  const interrupt = ({ child }: Demo) => process.kill(-child.pid!, 'SIGINT');

  test.each([
    ['while Redis starts', 'Starting Redis'],
    ['while fields are created', 'Creating the fields'],
    ['while the service starts', 'created, 0 failed'],
    ['while calls are written', '250 further calls end'],
  ])('%s ends all of it', async (_, text) => {
    const demo = start([]);
    await until(() => demo.output().includes(text), text, DEADLINE_MS);
    interrupt(demo);
    expect(await demo.ended).toBe(130);
    expect(demo.errors()).toBe('');
    expect(demo.output()).toMatch(/\nStopped; nothing is left running\.\n$/);
    expectNothingLeft(demo);
  });

  test('ends the service that --keep left running, and that is a success', async () => {
    const port = await freePort();
    const demo = start(['--keep', '--crm', 'salesforce'], { PORT: String(port) });
    // The last line: those before it may arrive in an earlier piece of the output.
    const isLeftRunning = () => /Left running[\s\S]* reconcile --since 24h\n/.test(demo.output());
    await until(isLeftRunning, 'it is left running', DEADLINE_MS);
    const [, address, password] = /Dashboard: (\S+) \(user admin, password (\S+)\)/.exec(demo.output()) ?? [];
    expect(address).toBe(`http://127.0.0.1:${port}/dashboard`);
    const headers = { authorization: `Basic ${btoa(`admin:${password}`)}` };
    const [, callId] = /Search there for the call (\S+),/.exec(demo.output()) ?? [];
    expect((await fetch(`${address}/calls/${callId}`, { headers })).status).toBe(200);

    const [, link] = /Listen to its recording: (\S+)\n/.exec(demo.output()) ?? [];
    expect(link).toMatch(`http://127.0.0.1:${port}/recordings/${callId}?`);
    const recording = await fetch(link!, { headers: { range: 'bytes=1000-' } });
    expect([recording.status, recording.headers.get('content-type')]).toEqual([206, 'audio/wav']);
    // A melody, not silence.
    expect(new Set(Buffer.from(await recording.arrayBuffer())).size).toBeGreaterThan(100);
    expect((await fetch(link!.replace(/s=.*/, 's=forged'))).status).not.toBe(200);

    const [, lost] = /The event of the call (\S+) was lost/.exec(demo.output()) ?? [];
    expect((await fetch(`${address}/calls/${lost}`, { headers })).status).toBe(404);
    const [, api, key] = /ALTUR_API_URL=(\S+) ALTUR_API_KEY=(\S+) /.exec(demo.output()) ?? [];
    const known = await fetch(`${api}/call/${lost}`, { headers: { authorization: `api-key ${key}` } });
    expect(known.status).toBe(200);
    interrupt(demo);
    expect(await demo.ended).toBe(0);
    expect(demo.errors()).toBe('');
    expectNothingLeft(demo);
  });
});

describe('what keeps it from running is said in one sentence', () => {
  test('a port that is taken', async () => {
    const server = createServer().listen(0);
    releases.push(() => server.close());
    await until(() => server.listening, 'the port is taken');
    const { port } = server.address() as AddressInfo;
    const { code, errors, demo } = await run(['--keep'], { PORT: String(port) });
    expect([code, errors]).toEqual([
      1,
      `the service ended: cannot listen on port ${port}: another process uses it, set PORT to a free one\n`,
    ]);
    expectNothingLeft(demo);
  });

  test('no Redis, and none that can be installed', async () => {
    const { code, errors, demo } = await run([], { PATH: temporary });
    expect([code, errors]).toEqual([
      1,
      expect.stringMatching(/^Redis does not start: .*Install Redis 6\.2.*\n$/),
    ]);
    expectNothingLeft(demo);
  });

  test.each([
    ['redis://127.0.0.1:1', /does not answer/],
    ['localhost', /^REDIS_URL must be/],
  ])('the REDIS_URL %s', async (url, sentence) => {
    const { code, errors } = await run([], { REDIS_URL: url });
    expect([code, errors.trimEnd().split('\n')]).toEqual([1, [expect.stringMatching(sentence)]]);
  });

  test('the Redis of a service, whose calls it would write into a simulated CRM', async () => {
    const redis = await startRedis();
    const { stop } = await startHeartbeat(redis.url);
    releases.push(redis.stop, stop);
    const { code, errors } = await run([], { REDIS_URL: redis.url });
    expect([code, errors]).toEqual([
      1,
      expect.stringMatching(/^the Redis of REDIS_URL belongs to a service: .*\n$/),
    ]);
  });
});
