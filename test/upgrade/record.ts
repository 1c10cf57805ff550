/**
 * Records what an earlier version leaves in Redis and in the CRM. Run by hand, with a checkout of that version and its
 * dependencies: `node test/upgrade/record.ts ../earlier 0.1.0-first`.
 */
import { execFileSync } from 'node:child_process';
import { realpathSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Redis } from 'ioredis';
import { rejectedCall } from '../e2e/rejected-call.ts';
import { deliver, startProcess, until } from '../e2e/service-process.ts';
import { startRedis } from '../redis-server.ts';
import { startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { CHANGED, DEAD_LETTER, type Event, IN_FLIGHT, RETRYING, SYNCED, WAITING } from './events.ts';
import { dumpRedis, type Line, PASSWORD } from './recording.ts';

async function record(checkout: string): Promise<readonly Line[]> {
  const server = await startRedis({ appendonly: 'yes' });
  const redis = new Redis(server.url);
  const crm = await startHubSpot({ provisioned: true, lagMs: 0 });
  const env = {
    CRM_CONNECTOR: 'hubspot',
    HUBSPOT_ACCESS_TOKEN: crm.token,
    HUBSPOT_API_URL: crm.url,
    REDIS_URL: server.url,
    DASHBOARD_PASSWORD: PASSWORD,
  };
  const start = (role: 'ingress' | 'worker') => startProcess(env, role, resolve(checkout, 'src/cli.ts'));
  const size = (state: string) => redis.zcard(`{altur}:calls:${state}`);
  try {
    const [ingress, worker] = [await start('ingress'), await start('worker')];
    const store = async (event: Event) => {
      const { status } = await deliver(ingress.url, event);
      if (status !== 200) throw new Error(`${event.id} is answered ${status}`);
    };
    for (const event of [...SYNCED, CHANGED[0]]) {
      const before = (await redis.keys('{altur}:hubspot:call:*')).length;
      await store(event);
      await until(async () => (await redis.keys('{altur}:hubspot:call:*')).length > before, 'it is written');
    }
    crm.fault(rejectedCall(DEAD_LETTER.id));
    await store(DEAD_LETTER);
    await until(async () => (await size('failed')) === 1, 'there is a dead letter');
    crm.clearFaults();
    const { body, ...conflict } = rejectedCall(RETRYING.id);
    crm.fault({ ...conflict, body: { ...body, errors: [{ ...body.errors[0]!, category: 'CONFLICT' }] } });
    // Tried several times, the next attempt is long enough away.
    await store(RETRYING);
    const started = async () => Number(await redis.hget(await jobOf(redis, RETRYING.id), 'ats'));
    await until(async () => (await started()) >= 5, 'it was tried five times', 120_000);
    await until(async () => (await size('delayed')) === 1, 'it is to be tried again');
    crm.clearFaults();
    const outage = crm.fault({ kind: 'status', status: 503, method: 'POST', times: 'always' });
    const hanging = crm.fault({ kind: 'timeout', path: 'associat', times: 'always' });
    await store(IN_FLIGHT);
    await until(async () => (await redis.exists('{altur}:pause')) === 1, 'the queue is paused');
    outage.remove();
    await until(() => hanging.strikes > 0, 'the call is in flight', 60_000);
    await worker.stop('SIGKILL');
    for (const event of [...WAITING, CHANGED[1]]) await store(event);
    await ingress.stop();
    const keys = await dumpRedis(redis);
    const state = {
      contacts: crm.contacts(),
      calls: crm.calls(),
      tasks: crm.tasks(),
      associations: crm.associations(),
    };
    const revision = execFileSync('git', ['-C', checkout, 'rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
    });
    return [
      { of: 'recording', at: Date.now(), revision: revision.trim() },
      { of: 'crm', state },
      ...keys.map((key): Line => ({ of: 'redis', ...key })),
    ];
  } finally {
    redis.disconnect();
    await crm.close();
    await server.stop();
  }
}

async function jobOf(redis: Redis, callId: string): Promise<string> {
  return (await redis.keys(`{altur}:calls:${callId}~*`)).find((key) => !key.endsWith(':lock'))!;
}

/** The stack traces of failed jobs name files of this machine; here they are as in the image. */
function withoutPaths(text: string, checkout: string): string {
  const dependencies = realpathSync(resolve(checkout, 'node_modules'));
  return text.replaceAll(dependencies, '/app/node_modules').replaceAll(checkout, '/app');
}

const [checkout, name] = process.argv.slice(2);
if (checkout === undefined || name === undefined) throw new Error('usage: record.ts <checkout> <name>');
const lines = await record(checkout);
const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
writeFileSync(new URL(`./fixtures/${name}.jsonl`, import.meta.url), withoutPaths(text, resolve(checkout)));
