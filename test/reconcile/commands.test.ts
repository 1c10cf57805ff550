/** `reconcile` and `backfill` as they are typed: real processes, which are killed, stopped, and started twice. */
import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { leaseHolder } from '../../src/queue/redis-lease.ts';
import { startProcess, until } from '../e2e/service-process.ts';
import { CLI, ELSEWHERE } from '../entry.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { HOUR_MS, openWorld, type World } from './world.ts';

let crm: HubSpotSimulator;
let world: World;
const children: ChildProcess[] = [];

beforeAll(async () => {
  crm = await startHubSpot({ provisioned: true });
});
afterAll(() => crm.close());
beforeEach(async () => {
  world = await openWorld({
    CRM_CONNECTOR: 'hubspot',
    HUBSPOT_ACCESS_TOKEN: crm.token,
    HUBSPOT_API_URL: crm.url,
  });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await world.close();
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function type(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...world.env, ...env },
    cwd: ELSEWHERE,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}
const queuedIds = async () => {
  const jobs = await world.queue.getJobs(['wait', 'prioritized', 'delayed']);
  return jobs.map(({ id }) => id!.split('~', 1)[0]).toSorted();
};

test('killed in the middle, the same command goes on; a second one at once is told who runs', async () => {
  const { calls } = world.altur.seed({ campaigns: [{ calls: 20 }, { calls: 10 }] });
  const command = ['reconcile', '--since', '2h'];
  // The first one does not end by itself for the time being.
  world.altur.fault({ kind: 'hang', path: /\/call\//, nth: 8 });
  const first = type(command);
  await until(() => world.altur.counts().call > 5, 'calls are being read');
  const second = await type([...command, '--json']).ended;
  expect([second.code, second.stdout]).toEqual([1, '']);
  expect(second.stderr).toMatch(
    new RegExp(`a command \\(process ${first.child.pid} on .+\\) runs a reconcile since 20.+: wait until`),
  );
  first.child.kill('SIGKILL');
  await first.ended;
  expect(world.altur.peakRate()).toBeLessThan(12);
  const third = await type([...command, '--json']).ended;
  expect(third.code).toBe(0);
  const run = JSON.parse(third.stdout);
  expect(run).toMatchObject({ missing: run.enqueued, unusable: {}, campaigns: { of: 2 } });
  expect(await queuedIds()).toEqual(calls.map(({ id }) => id).toSorted());
  expect(await leaseHolder(world.redis, '{altur}:reconcile:lease')).toBeUndefined();
  expect(world.altur.peakRate()).toBeLessThan(12);
}, 120_000);

test('Ctrl-C ends it, and says how to go on', async () => {
  world.altur.seed({ campaigns: [{ calls: 20 }] });
  const { child, ended } = type(['reconcile', '--since', '2h', '--until', '1m']);
  await until(() => world.altur.counts().call > 3, 'calls are being read');
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect(code).toBe(1);
  expect(stdout).toContain(
    'stopped\n`npx altur-crm-sync reconcile --since 2h --until 1m` goes on where it ended\n',
  );
  expect(await leaseHolder(world.redis, '{altur}:reconcile:lease')).toBeUndefined();
});

test('a dry run counts by day and campaign, and writes nothing', async () => {
  const day = 24 * HOUR_MS;
  const at = (days: number) => Date.now() - days * day;
  const { campaigns } = world.altur.seed({
    campaigns: [
      { calls: 3, from: at(90), to: at(90) },
      { calls: 2, from: at(1), to: at(1) },
    ],
  });
  const { code, stdout } = await type(['backfill', '--since', '180d', '--dry-run']).ended;
  expect(code).toBe(0);
  const date = (days: number) => new Date(at(days)).toISOString().slice(0, 10);
  const [old, recent] = campaigns.map(({ id }) => id);
  expect(stdout).toMatch(
    /^5 calls of 2 campaigns, created from 20.+\n {2}0 known: .+\n {2}5 missing: would be/,
  );
  expect(stdout).toContain(
    `\n  ${date(90)}  campaign ${old}: 3 missing\n  ${date(1)}  campaign ${recent}: 2 missing\n`,
  );
  expect(stdout).toContain('takes at most 10 requests to Altur, about 8 to the CRM, and 2 s\n');
  expect(await world.redis.keys('{altur}:reconcile:*')).toEqual([]);
  expect(await queuedIds()).toEqual([]);
  expect(world.altur.counts().call).toBe(0);
});

test('without a key, with a wrong one, and with a CRM that is down it says what to do', async () => {
  const without = await type(['reconcile'], { ALTUR_API_KEY: '' }).ended;
  expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('set ALTUR_API_KEY')]);
  const wrong = await type(['reconcile'], { ALTUR_API_KEY: 'wrong' }).ended;
  expect(wrong.code).toBe(1);
  expect(wrong.stdout).toMatch(/ended early: .+401.+copy it again.+\[ALTUR_UNAUTHORIZED\]/);
  crm.fault({ kind: 'status', status: 401, times: 'always' });
  const down = await type(['reconcile']).ended;
  crm.clearFaults();
  expect([down.code, down.stderr]).toEqual([1, expect.stringContaining('HubSpot')]);
});

test('the service does it by itself, and `status` says so', async () => {
  const { calls } = world.altur.seed({ campaigns: [{ calls: 3, to: Date.now() - HOUR_MS / 4 }] });
  const service = await startProcess({ ...world.env, RECONCILE_EVERY: '5m' });
  try {
    await until(() => service.log.some(({ reconciled }) => reconciled === true), 'a found call is written');
    await until(() => service.log.some(({ message }) => message === 'reconciled with Altur'), 'it has ended');
    expect(service.log).toContainEqual(
      expect.objectContaining({ message: 'reconciled with Altur', missing: 3, enqueued: 3 }),
    );
    const { stdout } = await type(['status', calls[0]!.id]).ended;
    expect(stdout).toMatch(/reconciled/);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('altur_reconciled_calls_total{outcome="synced"} 3');
  } finally {
    await service.stop();
  }
});
