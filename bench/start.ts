/**
 * From the start of a process to listening and to ready, and what that costs in CPU and memory: at the first start on a
 * machine, and at a later one, when Node has kept what it compiled. Ready: `/readyz` answers 200, so that a worker has
 * reached its CRM and an ingress accepts webhooks.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anyCall } from '../test/calls.ts';
import { deliver, startProcess, until } from '../test/e2e/service-process.ts';
import { cpuMs, readiness } from '../test/faults/deployment.ts';
import { startRedis } from '../test/redis-server.ts';
import { startHubSpot } from '../test/simulators/hubspot/hubspot.ts';
import { startSalesforce } from '../test/simulators/salesforce/salesforce.ts';
import { rssMiB } from './load.ts';

const FIRST_STARTS = 3;
const LATER_STARTS = 3;

type Role = 'all' | 'ingress' | 'worker';

interface Start {
  readonly listeningMs: number;
  readonly readyMs: number;
  readonly cpuMs: number;
  readonly rssMiB: number;
}

export async function measureStart(print: (line: string) => void): Promise<void> {
  const redis = await startRedis();
  const hubspot = await startHubSpot({ provisioned: true });
  const salesforce = await startSalesforce({ provisioned: true });
  const env = { REDIS_URL: redis.url };
  const onHubSpot = {
    ...env,
    CRM_CONNECTOR: 'hubspot',
    HUBSPOT_API_URL: hubspot.url,
    HUBSPOT_ACCESS_TOKEN: hubspot.token,
  };
  const onSalesforce = {
    ...env,
    CRM_CONNECTOR: 'salesforce',
    SALESFORCE_LOGIN_URL: salesforce.url,
    SALESFORCE_CLIENT_ID: salesforce.settings.clientId,
    SALESFORCE_CLIENT_SECRET: salesforce.settings.clientSecret,
  };
  const rows: readonly (readonly [title: string, role: Role, env: Record<string, string>])[] = [
    ['ingress', 'ingress', env],
    ['worker, HubSpot', 'worker', onHubSpot],
    ['worker, Salesforce', 'worker', onSalesforce],
    ['both, HubSpot', 'all', onHubSpot],
  ];
  try {
    print(`medians of ${FIRST_STARTS} first and ${LATER_STARTS} later starts\n`);
    print(row(['', 'start', 'listening', 'ready', 'CPU', 'RSS']));
    for (const [title, role, settings] of rows) {
      const { first, later } = await measureRole(role, settings);
      print(row([title, 'first', ...cells(first)]));
      print(row([title, 'later', ...cells(later)]));
    }
  } finally {
    await salesforce.close();
    await hubspot.close();
    await redis.stop();
  }
}

async function measureRole(role: Role, env: Record<string, string>) {
  const first: Start[] = [];
  const later: Start[] = [];
  for (let index = 0; index < FIRST_STARTS; index += 1) {
    const folder = await mkdtemp(join(tmpdir(), 'altur-start-'));
    const start = () => measureOnce(role, { ...env, NODE_COMPILE_CACHE: folder });
    try {
      first.push(await start());
      if (index === 0) for (let count = 0; count < LATER_STARTS; count += 1) later.push(await start());
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  return { first: medians(first), later: medians(later) };
}

let events = 0;

async function measureOnce(role: Role, env: Record<string, string>): Promise<Start> {
  const startedAt = performance.now();
  const service = await startProcess(env, role);
  const listeningMs = performance.now() - startedAt;
  await until(async () => (await readiness(service.url)).status === 200, 'it is ready');
  if (role !== 'worker') {
    const { status } = await deliver(service.url, anyCall(events++));
    if (status !== 200) throw new Error(`the first event was answered ${status}`);
  }
  const readyMs = performance.now() - startedAt;
  const start = { listeningMs, readyMs, cpuMs: cpuMs(service.pid), rssMiB: rssMiB(service.pid) };
  // What Node compiled is kept when the process ends in order.
  await service.stop();
  return start;
}

function medians(starts: readonly Start[]): Start {
  const median = (name: keyof Start) => {
    return starts.map((start) => start[name]).toSorted((one, other) => one - other)[starts.length >> 1]!;
  };
  return {
    listeningMs: median('listeningMs'),
    readyMs: median('readyMs'),
    cpuMs: median('cpuMs'),
    rssMiB: median('rssMiB'),
  };
}

function cells({ listeningMs, readyMs, cpuMs, rssMiB }: Start): string[] {
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return [ms(listeningMs), ms(readyMs), ms(cpuMs), `${rssMiB.toFixed(0)} MiB`];
}

function row(cells: readonly string[]): string {
  const widths = [20, 6, 10, 10, 10, 8];
  return cells.map((cell, index) => cell.padEnd(widths[index]!)).join(' ');
}
