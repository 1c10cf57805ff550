/** Once calls are synced, Redis holds nothing personal in clear: the README says so. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { unpack } from '../../src/queue/event-codec.ts';
import { anyCall } from '../calls.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { rejectedCall } from './rejected-call.ts';
import { deliver, type ServiceProcess, startProcess, until } from './service-process.ts';

const PERSON = {
  f_id: 'cliente-zq81734',
  name: 'Xóchitl Quetzalcóatl',
  contact: '+525598761234',
  status: 'prometió-zq',
  context: 'contexto-zq',
  extracted_data: { 'Payment Amount': '918273.64', 'Medio Zq': 'transferencia-zq' },
  tags: ['etiqueta-zq'],
};
const PERSONAL = [
  ...['cliente-zq81734', 'Xóchitl', 'Quetzalcóatl', '5598761234', '98761234', 'prometió-zq', 'contexto-zq'],
  ...['918273', 'Medio Zq', 'transferencia-zq', 'etiqueta-zq', 'dije que pagaba el viernes', 'Agente Zq'],
];

let server: RedisServer;
let redis: Redis;
let crm: HubSpotSimulator;
let service: ServiceProcess;

beforeEach(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  crm = await startHubSpot({ provisioned: true });
  service = await startProcess({
    CRM_CONNECTOR: 'hubspot',
    HUBSPOT_ACCESS_TOKEN: crm.token,
    HUBSPOT_API_URL: crm.url,
    REDIS_URL: server.url,
    DASHBOARD_PASSWORD: 'a password of the test',
  });
});
afterEach(async () => {
  await service.stop('SIGKILL');
  redis.disconnect();
  await crm.close();
  await server.stop();
});

/** A call of the person; long ones are compressed in the queue. */
function personalCall(index: number, fields: object = {}, lines = 1): object {
  const turn = {
    sent_by: 'user',
    sent_at: '2026-11-24T16:00:06Z',
    content: 'Ya dije que pagaba el viernes.',
  };
  return anyCall(index, 1, {
    phone_number_to: PERSON.contact,
    assistant: { name: 'Agente Zq' },
    campaign_user: PERSON,
    transcript: Array.from({ length: lines }, () => turn),
    ...fields,
  });
}

/** Every key with everything it holds. */
async function dump(): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  for (const key of await redis.keys('*')) {
    const value = await contentOf(key);
    contents.set(key, [key, ...texts(value)].join('\n'));
  }
  return contents;
}

async function contentOf(key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, '0', '-1');
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1');
    case 'stream':
      return redis.xrange(key, '-', '+');
    default:
      return undefined;
  }
}

/** All texts in a value, those in JSON, base64 and packed ones too. */
function texts(value: unknown): string[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, each]) => [name, ...texts(each)]);
  const text = String(value);
  const inner = [asJson(text), asBase64(text), asPacked(text)].filter((each) => each !== undefined);
  return [text, ...inner.flatMap(texts)];
}

function asJson(text: string): unknown {
  if (!/^[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]{16,}={0,2}$/.test(text)) return undefined;
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  return decoded.includes('\uFFFD') ? undefined : decoded;
}

function asPacked(text: string): string | undefined {
  return /^\d+\.\S{16,}$/.test(text) ? unpack(text) : undefined;
}

async function personalInRedis(): Promise<string[]> {
  const contents = await dump();
  return [...contents].flatMap(([key, text]) => {
    const found = PERSONAL.filter((each) => text.toLowerCase().includes(each.toLowerCase()));
    return found.length > 0 ? [`${key}: ${found.join(', ')}`] : [];
  });
}

const synced = (count: number) => () =>
  service.log.filter(({ message }) => message.startsWith('call synced')).length === count;
const isEmpty = async () => {
  const states = ['wait', 'active', 'prioritized', 'delayed', 'failed'];
  const left = await redis.exists(...states.map((state) => `{altur}:calls:${state}`));
  return left === 0;
};

test('after calls of a new and of a known person, a changed one, a retried one and a duplicate', async () => {
  crm.seed({ contacts: [{ firstname: 'Xóchitl', phone: PERSON.contact }] });
  crm.fault({ kind: 'status', status: 503, path: 'batch', times: 1 });
  const { url } = service;
  await deliver(url, personalCall(1));
  await until(synced(1), 'the first call is synced');
  await deliver(url, personalCall(1));
  await deliver(url, personalCall(1, { duration: 99 }));
  await deliver(url, personalCall(2, {}, 200));
  const { f_id: _, ...unknown } = PERSON;
  await deliver(url, personalCall(3, { campaign_user: unknown }));
  await until(synced(4), 'all versions are synced');
  await until(isEmpty, 'the queue is empty');
  expect(await personalInRedis()).toEqual([]);
  expect((await dump()).size).toBeGreaterThan(8);
});

test('after a dead letter was retried; until then its event is there, and the test sees it', async () => {
  const name = { name: 'hs_call_title', error: 'INVALID_LONG', message: `${PERSON.name} was not valid` };
  const refused = crm.fault(
    rejectedCall('cll_test000005', `${PERSON.name} ${PERSON.contact}: ${JSON.stringify([name])}`),
  );
  await deliver(service.url, personalCall(5, {}, 200));
  const isDead = async () => (await redis.zcard('{altur}:calls:failed')) === 1;
  await until(isDead, 'the call is a dead letter');
  const holding = (await personalInRedis()).map((line) => line.split(':').slice(0, 3).join(':'));
  expect(holding).toEqual([expect.stringContaining('{altur}:calls:cll_test000005~')]);
  refused.remove();
  const [id] = (await redis.zrange('{altur}:calls:failed', '0', '-1')) as [string];
  const { openQueue } = await import('../../src/queue/queue.ts');
  const job = await openQueue(redis as never).getJob(id);
  await job!.retry('failed', { resetAttemptsMade: true });
  await until(synced(1), 'the call is synced');
  await until(isEmpty, 'the queue is empty');
  expect(await personalInRedis()).toEqual([]);
});
