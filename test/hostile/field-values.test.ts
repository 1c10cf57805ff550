/** Hostile values through the real service into both CRMs: each arrives as inert text in its place, or is skipped and named. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deliver, type ServiceProcess, startProcess, until } from '../e2e/service-process.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { CRMS, type HostileCrm } from './crms.ts';
import { FIELD_VALUES } from './field-values.ts';
import { arrived, callsWithFields, callsWithIds, inert, inertLine } from './hostile-calls.ts';

const PASSWORD = 'a password of values';
const AT_ONCE = 20;
const CALLS = callsWithFields();
const BY_ID = callsWithIds();

test('there are at least 80 values, each once', () => {
  expect(FIELD_VALUES.length).toBeGreaterThanOrEqual(80);
  expect(new Set(FIELD_VALUES.map(([, value]) => value)).size).toBe(FIELD_VALUES.length);
});

describe.each(CRMS)('in %s', (_, startCrm) => {
  let redis: RedisServer;
  let crm: HostileCrm;
  let service: ServiceProcess;

  beforeAll(async () => {
    redis = await startRedis();
    crm = await startCrm();
    service = await startProcess({
      ...crm.env,
      REDIS_URL: redis.url,
      DASHBOARD_PASSWORD: PASSWORD,
      LOG_LEVEL: 'debug',
    });
    const events = [...CALLS, ...BY_ID].map(({ event }) => event);
    // A machine that is too slow to store one in time says 503; Altur sends it again.
    for (let left = events; left.length > 0; ) {
      const now = left.slice(0, AT_ONCE);
      const statuses = await Promise.all(
        now.map((event) => deliver(service.url, event).then(({ status }) => status)),
      );
      expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
      left = [...now.filter((_, index) => statuses[index] === 503), ...left.slice(AT_ONCE)];
    }
    const settled = () =>
      service.log.filter(({ message }) => /^call (synced|is a dead letter)/.test(message));
    await until(() => settled().length >= events.length, 'every call is written or a dead letter');
  });
  afterAll(async () => {
    await service.stop('SIGKILL');
    await crm.close();
    await redis.stop();
  });

  const authorization = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;
  const get = async (path: string) =>
    fetch(`${service.url}/dashboard${path}`, { headers: { authorization } });

  test('no call is a dead letter, each is written once, of one person', () => {
    expect(service.log.filter(({ message }) => message === 'call is a dead letter')).toEqual([]);
    expect(service.log.filter(({ message }) => message === 'batch failed')).toEqual([]);
    expect(service.log.filter(({ code }) => code === 'CRM_REJECTS_EVERYTHING')).toEqual([]);
    const ids = [...CALLS, ...BY_ID].map(({ event }) => event.id);
    expect(crm.callIds().toSorted()).toEqual(ids.toSorted());
  });

  test.each(CALLS.map((call) => [call.name, call] as const))('%s', async (_name, { value, event }) => {
    const text = inert(value);
    const written = crm.written(event.id);
    const { synced } = (await (await get(`/api/calls/${event.id}`)).json()) as Status;
    const isSkipped = (field: string) => synced.skippedFields.some((skipped) => skipped.field === field);
    if (text !== '') {
      expect(written.names.some((name) => arrived(name, value))).toBe(true);
      expect(arrived(written.status, value)).toBe(true);
      expect(isSkipped(crm.fields.tags) || arrived(written.tags, `${value.trim()};another tag`)).toBe(true);
      // What has digits is a number that somebody dials, and stays as it is.
      expect(
        isSkipped(crm.fields.phone) || /^\+?\d+$/.test(written.phone) || arrived(written.phone, value),
      ).toBe(true);
    }
    const [start, body] = [inertLine([...value].slice(0, 20).join('')), inertLine(written.body)];
    const lines = ['Status:', 'Agent:', 'Payment Amount:', 'Nota:', 'Recording (needs the Altur API key):'];
    for (const line of start === '' ? [] : lines) expect(body).toContain(`${line} ${start}`);
    for (const plain of ['value of the key', 'the last turn']) expect(body).toContain(plain);
    expect(written.markup).toEqual([]);
    expect(written.recordingUrl).toMatch(/^(https:\/\/.*)?$/);
  });

  test.each(BY_ID.map((call) => [call.name, call] as const))(
    'as the id of a customer: %s',
    (_name, { value, event }) => {
      const { personKey } = crm.written(event.id);
      if (inert(value) !== '') expect(arrived(personKey, value)).toBe(true);
      else expect(personKey).toMatch(/^phone:\+/);
    },
  );

  test('pages hold none of it, and data is sent as data', async () => {
    const { event } = CALLS[0]!;
    const page = await get(`/calls/${encodeURIComponent(event.id)}?q=%3Cscript%3Ehacked%3C/script%3E`);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(await page.text()).not.toContain('hacked');
    for (const path of [`/api/calls/${event.id}`, '/api/calls?q=%3Cscript%3E', '/preview/data']) {
      const data = await get(path);
      expect(data.headers.get('content-type')).toContain('application/json');
      expect(data.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test('a preview shows what the call has become, as data', async () => {
    for (const { event } of CALLS.slice(0, 24)) {
      const response = await fetch(`${service.url}/dashboard/preview`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ event: JSON.stringify(event), mapping: '' }),
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('application/json');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

interface Status {
  readonly synced: { readonly skippedFields: readonly { readonly field: string }[] };
}
