/** What the manifests of deploy/kubernetes ask the service for, asked of real processes started as they say. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CallEvent } from '../../src/altur/event.ts';
import { type CallQueue, enqueue, enqueueAgain, openQueue } from '../../src/queue/queue.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import { anyCall } from '../calls.ts';
import { SECRET, type ServiceProcess, startProcess, until } from '../e2e/service-process.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { readManifest, renderManifests } from './kubernetes-manifests.ts';
import type { Manifest } from './kubernetes-schemas.ts';

const manifests = renderManifests();
const find = (kind: string, part = '') =>
  manifests.find((each) => each.kind === kind && each.metadata.name.includes(part))!;
const containerOf = (role: Role) => find('Deployment', role).spec.template.spec.containers[0];
const ROLES = ['ingress', 'worker'] as const;
type Role = (typeof ROLES)[number];

let redis: RedisServer;
let crm: HubSpotSimulator;
let client: RedisClient;
let queue: CallQueue;
let processes: Record<Role, ServiceProcess>;

/** The settings and the secret of the manifests; replaced is only what a place must say. */
function environment(): Record<string, string> {
  return {
    ...find('ConfigMap', 'settings').data,
    ...readManifest('secret.example.yaml').stringData,
    ALTUR_WEBHOOK_SECRET: SECRET,
    DASHBOARD_PASSWORD: SECRET,
    HUBSPOT_ACCESS_TOKEN: crm.token,
    HUBSPOT_API_URL: crm.url,
    REDIS_URL: redis.url,
    REDIS_CA: '',
    PORT: '0',
  };
}

beforeAll(async () => {
  redis = await startRedis();
  crm = await startHubSpot({ provisioned: true });
  client = connectWorker({ nodes: [redis.url] });
  queue = openQueue(client);
  const start = (role: Role) => {
    expect(containerOf(role).args).toEqual(['start', role]);
    return startProcess(environment(), role);
  };
  processes = { ingress: await start('ingress'), worker: await start('worker') };
});
afterAll(async () => {
  for (const each of Object.values(processes ?? {})) await each.stop('SIGKILL');
  await queue.close();
  client.disconnect();
  await crm.close();
  await redis.stop();
});

describe.each(ROLES)('the %s', (role) => {
  test.each(['startupProbe', 'readinessProbe', 'livenessProbe'])('answers its %s', async (name) => {
    const { path } = containerOf(role)[name].httpGet;
    const answers = async () => (await fetch(processes[role].url + path)).status === 200;
    await until(answers, `${path} answers 200`);
  });

  test('takes all settings of the manifests without a warning', () => {
    const notes = processes[role].log.filter(({ level }) => level === 'warn' || level === 'error');
    expect(notes).toEqual([]);
  });
});

test('probes keep all pods while the CRM is down, and those of the ingress while Redis is down, too', async () => {
  const probe = async (role: Role, name: string) =>
    (await fetch(processes[role].url + containerOf(role)[name].httpGet.path)).status;
  process.kill(redis.pid, 'SIGSTOP');
  try {
    const notReady = async () => (await probe('worker', 'readinessProbe')) === 503;
    await until(notReady, 'the worker notices');
    for (const role of ROLES) expect([role, await probe(role, 'livenessProbe')]).toEqual([role, 200]);
    expect(await probe('ingress', 'readinessProbe')).toBe(200);
  } finally {
    process.kill(redis.pid, 'SIGCONT');
  }
  await until(async () => (await probe('worker', 'readinessProbe')) === 200, 'the worker is ready again');
  crm.fault({ kind: 'status', status: 503, times: 1_000 });
  await enqueue(queue, anyCall(900) as unknown as CallEvent, Date.now());
  await until(async () => (await probe('worker', 'readinessProbe')) === 503, 'the CRM is known to be down');
  for (const role of ROLES) expect([role, await probe(role, 'livenessProbe')]).toEqual([role, 200]);
  expect(await probe('ingress', 'readinessProbe')).toBe(200);
});

describe('what KEDA scales by', () => {
  const trigger = find('ScaledObject').spec.triggers[0];
  const url = new URL(trigger.metadata.url);

  /** As KEDA finds it: the sample of this name with at least these labels, each compared for equality. */
  async function readValue(role: Role): Promise<number | undefined> {
    const [, name, braces] = /^(\w+)\{(.*)\}$/.exec(trigger.metadata.valueLocation)!;
    const labels = [...braces!.matchAll(/(\w+)="([^"]*)"/g)].map(([label]) => label);
    const text = await (await fetch(processes[role].url + url.pathname)).text();
    const sample = text
      .split('\n')
      .find((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label)));
    return sample === undefined ? undefined : Number(sample.slice(sample.lastIndexOf(' ')));
  }

  test('is asked of the Service of the ingress, from any namespace', () => {
    const { metadata, spec }: Manifest = find('Service');
    expect(url.hostname).toBe(`${metadata.name}.${metadata.namespace}.svc`);
    expect(url.port).toBe('');
    expect(spec.ports.map(({ port }: { port: number }) => port)).toEqual([80]);
    expect(containerOf('ingress').ports.map(({ name }: { name: string }) => name)).toContain(
      spec.ports[0].targetPort,
    );
    expect(trigger).toMatchObject({ type: 'metrics-api', metadata: { format: 'prometheus' } });
  });

  test('is the number of all calls that no worker has taken, also of those put back behind the others', async () => {
    await processes.worker.stop('SIGKILL');
    await queue.obliterate({ force: true });
    expect(await readValue('ingress')).toBe(0);
    for (let index = 0; index < 3; index++) {
      await enqueue(queue, anyCall(index) as unknown as CallEvent, Date.now());
    }
    for (let index = 3; index < 5; index++) {
      const event = anyCall(index) as unknown as CallEvent;
      await enqueueAgain(queue, { event, receivedAt: Date.now() });
    }
    expect(await queue.getJobCounts('wait', 'prioritized')).toEqual({ wait: 3, prioritized: 2 });
    expect(await readValue('ingress')).toBe(5);
    await queue.rateLimit(60_000);
    expect(await readValue('ingress')).toBe(5);
  });

  test('is absent while Redis does not answer, so that KEDA falls back', async () => {
    process.kill(redis.pid, 'SIGSTOP');
    try {
      expect(await readValue('ingress')).toBeUndefined();
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
  });
});
