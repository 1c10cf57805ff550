import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { loadMapping } from '../../src/mapping/load.ts';
import { anyCall, phoneOf } from '../calls.ts';
import { runCommand } from '../command.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { startHeartbeat } from '../heartbeats.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { rejectedCall } from './rejected-call.ts';
import { deliver, SECRET, type ServiceProcess, startProcess, until } from './service-process.ts';

let redis: RedisServer;
let crm: HubSpotSimulator;
let service: ServiceProcess | undefined;
let folder: string;
/** Closes what a test opened for itself, whether it passed or not. */
let releases: (() => unknown)[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'altur-commands-'));
});
beforeEach(async () => {
  redis = await startRedis();
  crm = await startHubSpot({ provisioned: true });
});
afterEach(async () => {
  await service?.stop('SIGKILL');
  service = undefined;
  for (const release of releases.reverse()) await release();
  releases = [];
  await crm.close();
  await redis.stop();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const environment = () => ({
  ...BASE_ENVIRONMENT,
  CRM_CONNECTOR: 'hubspot',
  HUBSPOT_ACCESS_TOKEN: crm.token,
  HUBSPOT_API_URL: crm.url,
  ALTUR_WEBHOOK_SECRET: SECRET,
  REDIS_URL: redis.url,
});

async function ownRedis(options: Record<string, string> = {}, port?: number): Promise<RedisServer> {
  const own = await startRedis(options, port);
  releases.push(own.stop);
  return own;
}

/** `doctor` is not content without one. */
async function someWorker(): Promise<void> {
  const { stop } = await startHeartbeat(redis.url);
  releases.push(stop);
}

const run = (
  args: readonly string[],
  env: Record<string, string | undefined> = environment(),
  cwd?: string,
) => runCommand(args, env, cwd);

function eventFile(event: object): string {
  const path = join(folder, 'event.json');
  writeFileSync(path, JSON.stringify(event));
  return path;
}

async function start(env: Record<string, string> = {}): Promise<ServiceProcess> {
  service = await startProcess({ ...(environment() as Record<string, string>), ...env });
  return service;
}

test('a wrong configuration is reported with all problems, each with what to do', async () => {
  const { code, errors } = await run(['start'], {
    ...BASE_ENVIRONMENT,
    CRM_CONNECTOR: 'hubspot',
    PORT: 'http',
    REDIS_URL: 'localhost',
    DEFAULT_COUNTRY: 'Mexico',
    ALTUR_SIGNATURE_SCHEME: 'md5',
  });
  expect(code).toBe(1);
  const names = [
    'ALTUR_WEBHOOK_SECRET',
    'HUBSPOT_ACCESS_TOKEN',
    'PORT',
    'REDIS_URL',
    'DEFAULT_COUNTRY',
    'ALTUR_SIGNATURE_SCHEME',
  ];
  for (const name of names) expect(errors).toMatch(new RegExp(`^  ${name}: \\w`, 'm'));
  expect(errors).not.toContain('at ');
});

test('secrets may come from files', async () => {
  const path = join(folder, 'token');
  writeFileSync(path, `${crm.token}\n`);
  await someWorker();
  const { HUBSPOT_ACCESS_TOKEN: _, ...env } = environment();
  expect((await run(['doctor'], { ...env, HUBSPOT_ACCESS_TOKEN_FILE: path })).code).toBe(0);
  expect((await run(['doctor'], { ...env, HUBSPOT_ACCESS_TOKEN_FILE: `${path}x` })).output).toContain(
    'cannot read',
  );
});

test('settings may stand in a .env file, and the environment outweighs it', async () => {
  const home = mkdtempSync(join(folder, 'home-'));
  await someWorker();
  const { PATH, REDIS_URL, ...rest } = environment();
  const lines = Object.entries({ ...rest, REDIS_URL: 'redis://127.0.0.1:1' });
  writeFileSync(
    join(home, '.env'),
    `# ours\n${lines.map(([name, value]) => `${name}=${value}`).join('\n')}\n`,
  );
  expect(await run(['doctor'], { PATH, REDIS_URL }, home)).toMatchObject({ code: 0 });
  rmSync(join(home, '.env'));
  mkdirSync(join(home, '.env'));
  const { code, errors } = await run(['doctor'], { PATH }, home);
  expect([code, errors]).toEqual([1, expect.stringMatching(/^cannot read \.env \(\w+\): .*\n$/)]);
});

test('an unknown command lists the commands', async () => {
  const { code, errors } = await run(['strat']);
  expect([code, errors]).toEqual([2, expect.stringContaining('doctor')]);
});

describe('a command called wrongly', () => {
  const COMMANDS = [
    'start',
    'doctor',
    'provision',
    'preview',
    'mapping',
    'send',
    'status',
    'calls',
    // At an even place: it takes any number of call ids.
    'resync',
    'failed',
    'reconcile',
    'backfill',
  ];

  test('every command prints its usage without any configuration', async () => {
    const helps = await Promise.all(COMMANDS.map((name) => run([name, '--help'], { ...BASE_ENVIRONMENT })));
    for (const [index, { code, output, errors }] of helps.entries()) {
      expect([code, errors]).toEqual([0, '']);
      expect(output.split('\n')[0]).toMatch(new RegExp(`^npx altur-crm-sync ${COMMANDS[index]}\\b`));
    }
  });

  test('a flag or an argument too many is named in one line, with exit code 2', async () => {
    // Each start costs a second of CPU: of two neighbours one gets a flag, the other one an argument too many.
    const attempts = COMMANDS.map((name, index) =>
      index % 2 === 0 ? [name, '--bogus'] : [name, 'x', 'y', 'z'],
    );
    const wrong = [...attempts, ['provision', '--sample'], ['resync', 'x', '--since', '1h']];
    const runs = await Promise.all(wrong.map((args) => run(args)));
    for (const { code, output, errors } of runs) {
      expect([code, output]).toEqual([2, '']);
      expect(errors.trimEnd().split('\n')).toHaveLength(1);
    }
  });

  test('a file that is no event is reported in a line that quotes nothing of it', async () => {
    const path = join(folder, 'event.txt');
    writeFileSync(path, 'Sofía said that she will pay');
    const { code, errors } = await run(['preview', path]);
    expect([code, errors]).toEqual([1, expect.stringMatching(/is not JSON: line 1, column 1: \w+.*\n$/)]);
    expect(errors).not.toContain('Sofía');
  });

  test('a start whose port is taken says so in a line', async () => {
    const { url } = await start();
    const { code, errors } = await run(['start', 'ingress'], { ...environment(), PORT: new URL(url).port });
    expect([code, errors]).toEqual([1, expect.stringMatching(/^cannot listen on port \d+: .*set PORT.*\n$/)]);
  });
});

describe('send and status', () => {
  test('an event sent from a file is in the CRM, and status says where', async () => {
    const { url } = await start();
    const sent = await run(['send', eventFile(anyCall(1)), '--url', url]);
    expect(sent).toMatchObject({ code: 0, output: '200 {"status":"queued"}\n' });
    await until(() => crm.calls().length === 1, 'the call is written');
    await until(
      async () => (await run(['status', 'cll_test000001'])).output.includes('synced'),
      'it is in the ledger',
    );
    const { output, code } = await run(['status', 'cll_test000001']);
    expect(output).toContain(`person ${crm.contacts()[0]!.id}, call ${crm.calls()[0]!.id}`);
    expect(code).toBe(0);
  });

  test('status needs to know Redis alone, neither the CRM nor a secret', async () => {
    const { url } = await start();
    await deliver(url, anyCall(41));
    const bare = { ...BASE_ENVIRONMENT, REDIS_URL: redis.url };
    const status = () => run(['status', 'cll_test000041'], bare);
    await until(async () => (await status()).output.includes('synced'), 'it is in the ledger');
    expect(await status()).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^synced: .* to hubspot: /),
    });
  });

  test('status says that a call waits for the CRM, and that it changed since it was synced', async () => {
    const { url } = await start();
    await deliver(url, anyCall(42));
    const status = async () => (await run(['status', 'cll_test000042'])).output;
    await until(async () => (await status()).includes('synced'), 'it is in the ledger');
    crm.fault({ kind: 'status', status: 401, path: 'crm', times: 'always' });
    await deliver(url, anyCall(42, 42, { duration: 99 }));
    const waiting = /changed since, .*the queue is paused: HubSpot answered 401/;
    await until(async () => waiting.test(await status()), 'status says why the queue is paused');
    const { code, output } = await run(['status', 'cll_test000042']);
    // Somebody has to correct the credentials.
    expect([code, output]).toEqual([1, expect.stringMatching(/^synced: /)]);
  });

  test('a call that never arrived is unknown', async () => {
    expect(await run(['status', 'cll_nobody'])).toMatchObject({
      code: 1,
      output: expect.stringContaining('unknown'),
    });
  });
});

test('a dead letter is listed with its reason, shown, retried after the fix, and then synced', async () => {
  const refused = crm.fault(rejectedCall('cll_test000002'));
  const { url, log } = await start();
  await deliver(url, anyCall(2));
  await until(
    () => log.some(({ message }) => message === 'call is a dead letter'),
    'the call is a dead letter',
  );
  await until(async () => (await run(['failed', 'list'])).output.includes('1 dead letter'), 'it is listed');
  expect((await run(['failed', 'list'])).output).toMatch(/^cll_test000002 {2}received .* VALIDATION_ERROR/);
  const causes = await run(['failed', 'list', '--by-cause']);
  expect([causes.code, causes.output]).toEqual([
    0,
    expect.stringMatching(
      /^RECORD_REJECTED .*1 call, oldest \S+\n {2}.*VALIDATION_ERROR.*\n {2}after the fix: npx altur-crm-sync failed retry --code RECORD_REJECTED.*\n1 dead letter, 1 cause\n$/,
    ),
  ]);
  expect((await run(['failed', 'show', 'cll_test000002'])).output).toContain('"id": "cll_test000002"');
  expect((await run(['status', 'cll_test000002'])).output).toMatch(/^dead letter: .*VALIDATION_ERROR/);

  const beside = await run(['failed', 'discard', '--all', 'cll_test000002']);
  expect([beside.code, beside.errors]).toEqual([
    2,
    'failed discard takes either call ids, or --all, or --code, or --cause\n',
  ]);
  const elsewhere = await run(['failed', 'show', 'cll_test000002', 'cll_nobody']);
  expect(elsewhere.code).toBe(1);
  expect(elsewhere.output).toMatch(
    /^cll_nobody {2}is not a dead letter: see `npx altur-crm-sync status cll_nobody`\n1 dead letter shown\n$/m,
  );

  refused.remove();
  const none = await run(['failed', 'retry', '--code', 'FIELD_REJECTED']);
  expect([none.code, none.output]).toEqual([0, '0 dead letters put back into the queue\n']);
  const retried = await run(['failed', 'retry', '--code', 'RECORD_REJECTED']);
  expect(retried.code).toBe(0);
  expect(retried.output).toMatch(
    /^cll_test000002 .* VALIDATION_ERROR.*\n1 dead letter put back into the queue\n$/,
  );
  await until(() => crm.calls().length === 1, 'the call is written');
  expect((await run(['failed', 'list'])).output).toBe('0 dead letters\n');
});

describe('provision and doctor', () => {
  test('a running worker fills what provision created from the next call on', async () => {
    const { url } = await start();
    await deliver(url, anyCall(31));
    await until(() => crm.calls().length === 1, 'the first call is written');
    expect(crm.contacts()[0]!.properties.altur_payment_amount).toBeUndefined();
    await run(['provision', '--sample', eventFile(anyCall(1))]);
    await deliver(url, anyCall(32, 31));
    await until(() => crm.calls().length === 2, 'the second call is written');
    expect(crm.contacts()[0]!.properties.altur_payment_amount).toBe('1200');
  });

  test('doctor --live tests what is only assumed with canary records, deletes them, and keeps what it found', async () => {
    expect((await run(['provision'])).code).toBe(0);
    const { code, output } = await run(['doctor', '--live']);
    expect(code).toBe(0);
    expect(output).toMatch(/✓ confirmed: the same event written again changes the same records/);
    expect(output).toMatch(/– not testable: a task may name a person/);
    expect(output).toMatch(/Deleted again: .*call \d+, contact \d+/);
    expect(crm.contacts()).toEqual([]);
  });

  test('doctor names what is missing, provision creates it, doctor is content', async () => {
    await crm.close();
    crm = await startHubSpot();
    const before = await run(['doctor']);
    expect(before).toMatchObject({
      code: 1,
      output: expect.stringMatching(/✗ contacts\.altur_person_key: .*\n.*provision/),
    });
    const provisioned = await run(['provision', '--sample', eventFile(anyCall(1))]);
    expect(provisioned.output).toMatch(/^created +person +altur_payment_amount$/m);
    expect(provisioned.code).toBe(0);
    expect((await run(['provision'])).output).toMatch(/^0 created, 0 failed/m);
    await someWorker();
    expect((await run(['doctor'])).code).toBe(0);
  });

  test('doctor says that a token is wrong', async () => {
    const { code, output } = await run(['doctor'], { ...environment(), HUBSPOT_ACCESS_TOKEN: 'pat-wrong' });
    expect([code, output]).toEqual([1, expect.stringMatching(/✗ HubSpot: .*401.*\n.*HUBSPOT_ACCESS_TOKEN/)]);
    expect(output).not.toContain('pat-wrong');
  });

  test('doctor says that Redis is not there', async () => {
    const { code, output } = await run(['doctor'], { ...environment(), REDIS_URL: 'redis://127.0.0.1:1' });
    expect([code, output]).toEqual([1, expect.stringMatching(/✗ Redis: .*127\.0\.0\.1:1/)]);
  });
});

test('preview prints the requests and sends none', async () => {
  const { output, code } = await run(['preview', eventFile(anyCall(1))]);
  expect(code).toBe(0);
  expect(output).toContain('"altur_call_id": "cll_test000001"');
  expect(output).toContain('POST /crm/objects/2026-03/calls/batch/upsert');
  expect([crm.contacts(), crm.calls()]).toEqual([[], []]);
});

describe('preview', () => {
  const offline = () => ({ ...BASE_ENVIRONMENT, CRM_CONNECTOR: 'hubspot' });

  test('needs no credentials, no Redis and no CRM', async () => {
    const event = anyCall(3, 3, { duration: 'long' });
    const { code, output } = await run(['preview', eventFile(event)], offline());
    expect(code).toBe(0);
    expect(output).toContain('Assumed schema');
    expect(output).toContain(`Person: user_3, looked up by key user_3, then phone ${phoneOf(3)}`);
    expect(output).toMatch(/✓ person\.altur_payment_amount: 1200 \("1200" from customer\.extracted_data/);
    expect(output).toMatch(/– call\.hs_call_duration: nothing to write/);
    expect(output).toContain('POST /crm/objects/2026-03/calls/batch/upsert');
  });

  test('with credentials it reads the CRM’s fields and looks the person up, and changes nothing', async () => {
    const bare = await startHubSpot();
    releases.push(bare.close);
    bare.seed({ contacts: [{ firstname: 'Sofía', phone: phoneOf(3) }] });
    const env = { ...environment(), HUBSPOT_ACCESS_TOKEN: bare.token, HUBSPOT_API_URL: bare.url };
    const { code, output } = await run(['preview', eventFile(anyCall(3))], env);
    expect(code).toBe(0);
    expect(output).toContain('read-only, was sent');
    expect(output).toMatch(/✗ person\.altur_status: skipped: the CRM has no such field/);
    // The contact of that number is adopted, by its record id.
    expect(output).toContain('POST /crm/objects/2026-03/contacts/batch/update');
    expect(output).toContain(`"id": "${bare.contacts()[0]!.id}"`);
    const asked = bare.requests.map(({ method, path }) => `${method} ${path}`);
    expect(asked.filter((each) => !each.startsWith('GET') && !/\/(batch\/read|search)$/.test(each))).toEqual(
      [],
    );
  });

  test('shows the tasks of follow-ups, and what skips a call', async () => {
    const mapping = join(folder, 'own.yaml');
    writeFileSync(mapping, 'followUps: { later: { subject: "Call {{customer.name}}" } }');
    const env = { ...offline(), MAPPING_FILE: mapping };
    const { output } = await run(['preview', eventFile(anyCall(3))], env);
    expect(output).toContain('✓ task later.hs_task_subject: "Call Sofía Peña 3"');
    expect(output).toContain('POST /crm/objects/2026-03/tasks/batch/upsert');
    writeFileSync(mapping, 'calls: [{ do: skip }]');
    expect((await run(['preview', eventFile(anyCall(3))], env)).output).toContain('skips this call');
  });

  test('a CRM that does not answer is reported, and its schema is assumed', async () => {
    const env = { ...environment(), HUBSPOT_API_URL: 'http://127.0.0.1:1' };
    const { code, output } = await run(['preview', eventFile(anyCall(3))], env);
    expect(code).toBe(0);
    expect(output).toMatch(/The CRM does not answer: .*could not be reached/);
  });
});

describe('mapping', () => {
  test('prints the effective one, which is a mapping file itself', async () => {
    const mapping = join(folder, 'own.yaml');
    writeFileSync(mapping, 'person: { altur_status: null, city: { constant: Puebla } }');
    const env = { ...BASE_ENVIRONMENT, CRM_CONNECTOR: 'salesforce', MAPPING_FILE: mapping };
    const { output } = await run(['mapping'], env);
    expect(loadMapping(output, 'printed')).toMatchObject({
      match: { object: 'Contact' },
      person: {
        altur_status: null,
        city: { constant: 'Puebla' },
        FirstName: { from: 'customer.first_name' },
      },
    });
  });

  test('is named in the log at the start, with the file that overrides it', async () => {
    const mapping = join(folder, 'own.yaml');
    writeFileSync(mapping, 'person: { altur_status: null }');
    const { log } = await start({ MAPPING_FILE: mapping, LANGUAGE: 'es_MX:es' });
    expect(log.find(({ message }) => message === 'mapping')).toMatchObject({
      effective: `the default of hubspot, with the overrides of ${mapping}`,
      file: mapping,
      fields: expect.any(Number),
      language: 'es',
    });
  });

  test('one that is wrong stops the start with every issue at its line; so does one that is missing', async () => {
    const mapping = join(folder, 'own.yaml');
    writeFileSync(mapping, 'person:\n  a: custmer.name\nmatch:\n  object: Lead\n');
    const { code, errors } = await run(['start'], { ...environment(), MAPPING_FILE: mapping });
    expect(code).toBe(1);
    expect(errors).toContain(
      `${mapping}:2:6: the event has no \`custmer.name\`; did you mean \`customer.name\`?`,
    );
    expect(errors).toContain(`${mapping}:4:3: this CRM has one kind of person only`);
    const missing = await run(['start'], { ...environment(), MAPPING_FILE: '/nowhere/mapping.yaml' });
    expect(missing.code).toBe(1);
    expect(missing.errors).toContain(
      'MAPPING_FILE: cannot read /nowhere/mapping.yaml (ENOENT): there is no such file',
    );
  });
});

test('the ingress answers 503 when Redis dies, and takes calls again when it is back', async () => {
  const own = await ownRedis({ appendonly: 'yes' });
  const { url } = await start({ REDIS_URL: own.url });
  expect((await deliver(url, anyCall(1))).status).toBe(200);
  await own.stop();
  const started = Date.now();
  expect((await deliver(url, anyCall(2))).status).toBe(503);
  expect(Date.now() - started).toBeLessThan(3_000);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  await ownRedis({}, Number(new URL(own.url).port));
  await until(async () => (await deliver(url, anyCall(2))).status === 200, 'calls are taken again');
});

test('the ingress answers 503 while Redis hangs, and its metrics are those of this process alone', async () => {
  const own = await ownRedis();
  const { url } = await start({ REDIS_URL: own.url });
  const metrics = async () => {
    const response = await fetch(`${url}/metrics`);
    return { status: response.status, text: await response.text() };
  };
  const before = (await metrics()).text;
  expect(before).toMatch(/^altur_redis_up 1$/m);
  expect(before).toMatch(/^altur_queue_jobs\{state="wait"\} 0$/m);
  process.kill(own.pid, 'SIGSTOP');
  const without = await metrics();
  expect(without.status).toBe(200);
  expect(without.text).toMatch(/^altur_redis_up 0$/m);
  expect(without.text).not.toMatch(/^altur_(queue_jobs|crm_paused)/m);
  const started = Date.now();
  expect((await deliver(url, anyCall(1))).status).toBe(503);
  expect(Date.now() - started).toBeLessThan(3_000);
  process.kill(own.pid, 'SIGCONT');
});

test('the ingress answers 503 while Redis is full', async () => {
  const own = await ownRedis({ maxmemory: '3mb' });
  const { url } = await start({ REDIS_URL: own.url, HUBSPOT_API_URL: 'http://127.0.0.1:1' });
  const large = (index: number) =>
    anyCall(index, index, { recording_url: randomBytes(2_000).toString('hex') });
  let index = 100;
  await until(async () => (await deliver(url, large(index++))).status === 503, 'a call is turned away');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('a service whose Redis is gone stops soon', async () => {
  const own = await ownRedis();
  const { stop } = await start({ REDIS_URL: own.url });
  await own.stop();
  const started = Date.now();
  await stop('SIGTERM');
  expect(Date.now() - started).toBeLessThan(12_000);
});

test('the first call is taken although the way to Redis is slow', async () => {
  const own = await ownRedis();
  const distant = createServer((socket) => {
    const there = connect(Number(new URL(own.url).port), '127.0.0.1');
    setTimeout(() => socket.pipe(there).pipe(socket), 300);
    for (const end of [socket, there]) end.on('error', () => {});
    socket.on('close', () => there.destroy());
    there.on('close', () => socket.destroy());
  });
  releases.push(() => new Promise((closed) => distant.close(closed)));
  await new Promise<void>((listening) => distant.listen(0, '127.0.0.1', listening));
  const { port } = distant.address() as AddressInfo;
  const { url } = await start({ REDIS_URL: `redis://127.0.0.1:${port}` });
  expect((await deliver(url, anyCall(1))).status).toBe(200);
});
