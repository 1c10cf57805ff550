/** The output of commands for a Redis they cannot use: the cause, what to do, exit code 1, and no password. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { runCommand } from '../command.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { startHeartbeat } from '../heartbeats.ts';
import { freePort, type RedisServer, startRedis } from '../redis-server.ts';
import { type Authority, type Cluster, createAuthority, portOf, startCluster } from '../redis-variants.ts';

const PASSWORD = 'very-s3cret';

let plain: RedisServer;
let replica: RedisServer;
let tls: { readonly server: RedisServer; readonly port: number };
let cluster: Cluster;
let authority: Authority;
let unanswering: { readonly port: number; close(): void };

beforeAll(async () => {
  authority = createAuthority();
  [plain, cluster] = await Promise.all([startRedis(), startCluster(2)]);
  replica = await startRedis({ replicaof: `127.0.0.1 ${portOf(plain)}` });
  const port = await freePort();
  tls = { server: await startRedis(authority.options(port)), port };
  const silent = createServer((socket) => void socket.on('error', () => {}));
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  unanswering = { port: (silent.address() as { port: number }).port, close: () => silent.close() };
  const admin = new Redis(plain.url);
  const user = ['on', `>${PASSWORD}`, '~*', '&*', '+@all'];
  await admin.acl('SETUSER', 'app', ...user);
  await admin.acl('SETUSER', 'noeval', ...user, '-eval', '-evalsha');
  await admin.acl('SETUSER', 'noinfo', ...user, '-info');
  await admin.acl('SETUSER', 'default', 'on', 'resetpass', `>${PASSWORD}`);
  admin.disconnect();
});
afterAll(async () => {
  await Promise.all([plain, replica, tls.server, cluster].map((each) => each.stop()));
  unanswering.close();
  authority.remove();
});

interface Run {
  readonly code: number;
  readonly text: string;
}

async function run(args: readonly string[], redisUrl: string): Promise<Run> {
  const env = {
    ...BASE_ENVIRONMENT,
    CRM_CONNECTOR: 'preview',
    ALTUR_WEBHOOK_SECRET: 'a secret of plain text',
    REDIS_URL: redisUrl,
  };
  const { code, output, errors } = await runCommand(args, env);
  return { code, text: output + errors };
}

const at = (server: { readonly url: string }, user = '') => `redis://${user}127.0.0.1:${portOf(server)}`;

const CASES: [string, () => string, RegExp, RegExp][] = [
  ['a wrong password', () => at(plain, 'app:wrong@'), /WRONGPASS/, /password in REDIS_URL/],
  ['a password that is missing', () => at(plain), /NOAUTH/, /redis:\/\/:password@host/],
  [
    'a certificate that is not trusted',
    () => `rediss://127.0.0.1:${tls.port}`,
    /(SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET)\w*/,
    /REDIS_CA_FILE/,
  ],
  [
    'TLS to a port without',
    () => at(plain, `:${PASSWORD}@`).replace('redis:', 'rediss:'),
    /no answer in TLS/,
    /write redis:\/\//,
  ],
  ['no TLS to a port with', () => `redis://127.0.0.1:${tls.port}`, /without an answer/, /rediss:\/\//],
  [
    'something that never answers',
    () => `redis://127.0.0.1:${unanswering.port}`,
    /without an answer/,
    /Redis that listens/,
  ],
  ['nothing at the port', () => `redis://:${PASSWORD}@127.0.0.1:1`, /ECONNREFUSED/, /REDIS_URL is right/],
  [
    'a host that is unknown',
    () => `redis://:${PASSWORD}@redis.invalid:6379`,
    /no such host/,
    /correct the host/,
  ],
];

describe.each(CASES)('%s', (_, url, cause, fix) => {
  // `status` stands for all commands that need the queue: they open it in one way.
  test('is named by doctor and status', async () => {
    const runs = await Promise.all([['doctor'], ['status', 'cll_1']].map((args) => run(args, url())));
    for (const { code, text } of runs) {
      expect(code).toBe(1);
      expect(text).toMatch(cause);
      expect(text).toMatch(fix);
      expect(text).not.toContain(PASSWORD);
      expect(text).not.toMatch(/^ +at /m);
    }
    expect(runs[0]!.text).toMatch(/^ {2}✗ Redis: /m);
  });
});

const SERVER_CASES: [string, string, () => string, RegExp, RegExp][] = [
  [
    'doctor',
    'a user without EVAL',
    () => at(plain, `noeval:${PASSWORD}@`),
    /may not run EVAL/,
    /ACL SETUSER <user> .*\+@all/,
  ],
  ['doctor', 'a read-only replica', () => at(replica), /read-only replica/, /address of the master/],
  [
    'failed retry --all',
    'a user without EVAL',
    () => at(plain, `noeval:${PASSWORD}@`),
    /may not run EVAL/,
    /ACL SETUSER/,
  ],
];

test.each(SERVER_CASES)('%s names %s', async (command, _, url, cause, fix) => {
  const { code, text } = await run(command.split(' '), url());
  expect(code).toBe(1);
  expect(text).toMatch(cause);
  expect(text).toMatch(fix);
  expect(text).not.toContain(PASSWORD);
});

test('doctor is content with one node of a cluster', async () => {
  const worker = await startHeartbeat(...cluster.nodes.map(({ url }) => url));
  for (const node of cluster.nodes) expect(await run(['doctor'], node.url)).toMatchObject({ code: 0 });
  await worker.stop();
});

test('doctor is content with a user who may not run INFO, and says what it could not check', async () => {
  const url = at(plain, `noinfo:${PASSWORD}@`);
  const worker = await startHeartbeat(at(plain, `app:${PASSWORD}@`));
  const { code, text } = await run(['doctor'], url);
  await worker.stop();
  expect([code, text]).toEqual([0, expect.stringMatching(/! Redis: .*may not run INFO/)]);
});

test.each([
  (port: number) => `redis://:50%off@127.0.0.1:${port}`,
  (port: number) => `redis://:50%off@127.0.0.1:${port},redis://:50%off@127.0.0.1:${port}`,
  (port: number) => `redis://app:12/w-s3@127.0.0.1:${port}`,
])('a password that is not percent-encoded is a line that says how (%#)', async (urlFor) => {
  const url = urlFor(portOf(plain));
  // How the value is read is one thing for all commands: see the tests of the configuration.
  const commands = [['start'], ['doctor']];
  for (const { code, text } of await Promise.all(commands.map((args) => run(args, url)))) {
    expect(code).toBe(1);
    expect(text).toMatch(/REDIS_URL: +the password must be percent-encoded(:|\n *→) .*%25 for %/);
    expect(text).not.toMatch(/URIError|^ +at /m);
    for (const part of ['50%off', 'w-s3']) expect(text).not.toContain(part);
  }
});
