/**
 * A managed Redis as the example secret of deploy/kubernetes names it: a cluster of three masters that speaks TLS only, with
 * a user of few rights, and the certificate of the authority as a value.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { anyCall } from '../calls.ts';
import { SECRET, type ServiceProcess, until } from '../e2e/service-process.ts';
import { BASE_ENVIRONMENT, CLI, ELSEWHERE } from '../entry.ts';
import { Deployment } from '../faults/deployment.ts';
import { type Authority, clusterPort, createAuthority, startCluster } from '../redis-variants.ts';
import { readManifest } from './kubernetes-manifests.ts';

const PASSWORD = 'a/b@c#d%e';
const CALLS = 40;

const deployment = new Deployment();
let authority: Authority;
let environment: Record<string, string>;
let ingress: ServiceProcess;

/** The example's value, with other hosts and another password: its form is what is tried. */
function redisUrl(ports: readonly number[]): string {
  const { REDIS_URL, REDIS_CA } = readManifest('secret.example.yaml').stringData;
  expect(REDIS_CA).toContain('BEGIN CERTIFICATE');
  const nodes = (REDIS_URL as string).split(',');
  expect(nodes).toEqual(nodes.map((_, index) => `rediss://altur:password@redis-${index}.example.com:6379`));
  return nodes
    .map((node, index) => {
      const url = new URL(node);
      return `${url.protocol}//${url.username}:${encodeURIComponent(PASSWORD)}@localhost:${ports[index]}`;
    })
    .join(',');
}

beforeAll(async () => {
  await deployment.open();
  authority = createAuthority();
  const ports = [await clusterPort(), await clusterPort(), await clusterPort()];
  let started = 0;
  const options = () => ({ ...authority.options(ports[started++]!), 'tls-cluster': 'yes' });
  const cluster = await deployment.using(startCluster(3, { options, meetPort: ports[0] }));
  for (const { url } of cluster.nodes) {
    const admin = new Redis(url);
    const rights = ['~{altur}:*', '~{altur}', '&*', '+@all', '-@admin', '-@dangerous', '+info'];
    await admin.acl('SETUSER', 'altur', 'on', `>${PASSWORD}`, ...rights);
    // Nobody else, and nothing but TLS.
    await admin.config('SET', 'requirepass', 'another password');
    await admin.config('SET', 'port', '0');
    admin.disconnect();
  }
  environment = {
    ...deployment.environment(redisUrl(ports)),
    REDIS_CA: readFileSync(authority.caFile, 'utf8'),
    ALTUR_WEBHOOK_SECRET: SECRET,
  };
  ingress = await deployment.start('ingress', environment.REDIS_URL!, environment);
  await deployment.start('worker', environment.REDIS_URL!, environment);
});
afterAll(async () => {
  await deployment.close();
  authority.remove();
});

function run(...args: readonly string[]): Promise<{ code: number; output: string }> {
  const env = { ...BASE_ENVIRONMENT, ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env, cwd: ELSEWHERE }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr });
    });
  });
}

test('ingress and worker write calls through it, each once', async () => {
  await deployment.accept(
    ingress.url,
    Array.from({ length: CALLS }, (_, index) => anyCall(index)),
  );
  await deployment.written(CALLS);
  const ready = async () => (await fetch(`${ingress.url}/readyz`)).status === 200;
  await until(ready, 'the service is ready');
});

test('status finds a call, and doctor has nothing to say against it', async () => {
  const status = await run('status', anyCall(0).id);
  expect(status).toEqual({ code: 0, output: expect.stringMatching(/^synced/) });
  const doctor = await run('doctor');
  expect(doctor.output).not.toMatch(/✗|REDIS_/);
  expect(doctor).toMatchObject({ code: 0 });
});

test('a wrong password is named, and the ingress is not ready', async () => {
  const wrong = { ...environment, REDIS_URL: environment.REDIS_URL!.replaceAll('a%2Fb', 'x') };
  const { url } = await deployment.start('ingress', wrong.REDIS_URL, wrong);
  const answer = await fetch(`${url}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.text()).toMatch(/WRONGPASS|password/i);
});
