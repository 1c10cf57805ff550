/** Failures in the middle of a batch: nothing is doubled or lost by them. */
import { describe, expect, test } from '@jest/globals';
import type { FaultRule } from '../../simulators/kit/fault.ts';
import { closedAfterEach } from '../closing.ts';
import { personWithId, personWithoutId, record, records } from '../fixtures.ts';
import { startPortal, statuses, type TestPortal, type TestPortalOptions } from './portal.ts';

const startUnread = closedAfterEach(startPortal);

/** Has read the fields already. */
async function start(options?: TestPortalOptions): Promise<TestPortal> {
  const portal = await startUnread(options);
  await portal.connector.schema();
  return portal;
}

describe('a lost answer', () => {
  test.each(['contacts/batch/upsert', 'calls/batch/upsert', 'associate/default'])(
    'to %s leaves one of each once the batch is sent again',
    async (path) => {
      const { hubspot, sync } = await start({ lagMs: 3_600_000 });
      hubspot.fault({ kind: 'lost', path });
      await expect(sync(records(5))).rejects.toMatchObject({ kind: 'unavailable' });
      expect(statuses(await sync(records(5)))).toEqual(['synced']);
      expect(hubspot.contacts()).toHaveLength(5);
      expect(hubspot.calls()).toHaveLength(5);
      expect(hubspot.associations()).toHaveLength(5);
    },
  );

  test.each([
    ['number, when the id was written', personWithId(1), personWithoutId(1)],
    ['id, when the number was written', personWithoutId(1), personWithId(1)],
  ])('leaves one contact though the next call has only the %s', async (_, first, second) => {
    const { hubspot, sync } = await start({ lagMs: 3_600_000 });
    hubspot.fault({ kind: 'lost', path: 'contacts/batch/upsert' });
    await expect(sync([record(1, { person: first })])).rejects.toMatchObject({ kind: 'unavailable' });
    expect(statuses(await sync([record(2, { person: second })]))).toEqual(['synced']);
    expect(statuses(await sync([record(1, { person: first })]))).toEqual(['synced']);
    expect(hubspot.contacts()).toMatchObject([{ properties: { altur_person_key: 'customer-1' } }]);
    expect(hubspot.associations()).toHaveLength(2);
  });

  test('to the adoption of a contact leaves that contact alone with its key', async () => {
    const { hubspot, sync } = await start();
    hubspot.seed({ contacts: [{ phone: '5510000001' }] });
    hubspot.fault({ kind: 'lost', path: 'contacts/batch/update' });
    await expect(sync([record(1)])).rejects.toMatchObject({ kind: 'unavailable' });
    expect(statuses(await sync([record(1)]))).toEqual(['synced']);
    expect(hubspot.contacts()).toMatchObject([{ properties: { altur_person_key: 'customer-1' } }]);
  });
});

describe('HubSpot as a whole', () => {
  const page = 'contacts/batch/upsert';
  const cases: [string, FaultRule, object][] = [
    ['500', { kind: 'status', status: 500 }, { kind: 'unavailable' }],
    ['502 as HTML', { kind: 'html', status: 502 }, { kind: 'unavailable' }],
    ['400 as HTML', { kind: 'html', status: 400 }, { kind: 'unavailable' }],
    ['200 as HTML', { kind: 'html', status: 200 }, { kind: 'unavailable' }],
    ['524', { kind: 'status', status: 524 }, { kind: 'unavailable' }],
    ['a broken connection', { kind: 'drop' }, { kind: 'unavailable' }],
    ['423', { kind: 'status', status: 423 }, { kind: 'unavailable', retryAfterMs: 2_000 }],
    [
      '477',
      { kind: 'status', status: 477, headers: { 'Retry-After': '30' } },
      { kind: 'unavailable', retryAfterMs: 30_000 },
    ],
    [
      'nothing confirmed',
      { kind: 'status', status: 200, body: { status: 'COMPLETE' } },
      { kind: 'unavailable' },
    ],
    [
      '429 SECONDLY',
      quota('SECONDLY'),
      {
        kind: 'rate_limited',
        retryAfterMs: 1_000,
        message: expect.stringContaining('too many requests in a short time'),
      },
    ],
    [
      '429 TEN_SECONDLY_ROLLING',
      quota('TEN_SECONDLY_ROLLING'),
      { kind: 'rate_limited', retryAfterMs: 10_000 },
    ],
    [
      '429 with an interval',
      quota('TEN_SECONDLY_ROLLING', { 'X-HubSpot-RateLimit-Interval-Milliseconds': '4000' }),
      { kind: 'rate_limited', retryAfterMs: 4_000 },
    ],
    [
      '429 with Retry-After',
      quota('TEN_SECONDLY_ROLLING', { 'Retry-After': '7' }),
      { kind: 'rate_limited', retryAfterMs: 7_000 },
    ],
    [
      '429 with a Retry-After of nothing',
      quota('TEN_SECONDLY_ROLLING', { 'Retry-After': '0' }),
      { kind: 'rate_limited', retryAfterMs: 10_000 },
    ],
    ['429 as HTML', { kind: 'html', status: 429 }, { kind: 'rate_limited', retryAfterMs: 10_000 }],
    ['401', { kind: 'status', status: 401 }, { kind: 'unauthorized' }],
    ['a path that is gone', { kind: 'status', status: 404, body: {} }, { kind: 'unauthorized' }],
  ];
  test.each(cases)('answering %s holds the batch up', async (_, fault, expected) => {
    const { hubspot, sync } = await start();
    hubspot.fault({ ...fault, path: page } as FaultRule);
    await expect(sync(records(3))).rejects.toMatchObject({ name: 'CrmError', ...expected });
    expect(statuses(await sync(records(3)))).toEqual(['synced']);
    expect(hubspot.contacts()).toHaveLength(3);
  });

  test('out of quota for the day is asked again within the hour', async () => {
    const { hubspot, sync } = await start();
    hubspot.fault({ ...quota('DAILY'), path: page });
    const error = await sync([record(1)]).catch((cause) => cause);
    expect(error).toMatchObject({ kind: 'rate_limited' });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.retryAfterMs).toBeLessThanOrEqual(3_600_000);
  });

  test('rejecting a search does not pass for nobody found', async () => {
    const { hubspot, sync } = await start();
    hubspot.seed({ contacts: [{ phone: '5510000001' }] });
    hubspot.fault({
      kind: 'status',
      status: 400,
      body: { category: 'VALIDATION_ERROR' },
      path: '/search',
      times: 'always',
    });
    const error = await sync([record(1)]).catch((cause) => cause);
    expect(error).toMatchObject({ kind: 'rejected', code: 'LOOKUP_REJECTED' });
    expect(error.message).not.toContain('mapping');
    expect(hubspot.contacts()).toHaveLength(1);
  });

  test('that lacks a scope says which', async () => {
    const { sync } = await start({ missingScopes: ['crm.objects.contacts.write'] });
    await expect(sync([record(1)])).rejects.toMatchObject({
      kind: 'unauthorized',
      message: expect.stringContaining('crm.objects.contacts.write'),
    });
  });

  test('never finds the token, a name or a number in our errors', async () => {
    const { hubspot, sync } = await start();
    const body = {
      category: 'VALIDATION_ERROR',
      message: 'Name 1 +525510000001 is odd',
      correlationId: 'c-1',
    };
    hubspot.fault({ kind: 'status', status: 500, body, path: page });
    const error = await sync([record(1)]).catch((cause) => cause);
    expect(error.message).toContain('c-1');
    expect(error.message).not.toMatch(/Name 1|5510000001|pat-na1/);
    hubspot.fault({ kind: 'status', status: 400, body, path: page });
    const [outcome] = await sync([record(1)]);
    expect(outcome).toMatchObject({ status: 'dead-letter' });
    expect(JSON.stringify(outcome)).not.toMatch(/Name 1|5510000001|pat-na1/);
  });
});

describe('an abort', () => {
  test('ends a batch that hangs, and the next batch makes it whole', async () => {
    const { hubspot, sync } = await start();
    hubspot.fault({ kind: 'timeout', path: 'calls/batch/upsert' });
    const abort = new AbortController();
    const hanging = sync([record(1)], abort.signal);
    await hubspot.waitFor((requests) => requests.some(({ path }) => path.includes('calls/batch')));
    abort.abort();
    await expect(hanging).rejects.toMatchObject({ kind: 'unavailable' });
    expect(statuses(await sync([record(1)]))).toEqual(['synced']);
    expect(hubspot.calls()).toHaveLength(1);
    expect(hubspot.associations()).toHaveLength(1);
  });
});

test('a person cache that was lost costs requests, not a second contact', async () => {
  const { hubspot, personCache, sync } = await start({ lagMs: 3_600_000 });
  await sync([record(1)]);
  personCache.entries.clear();
  await sync([record(2, { person: personWithId(1) })]);
  expect(hubspot.contacts()).toHaveLength(1);
  expect(hubspot.associations()).toHaveLength(2);
});

function quota(policyName: string, headers: Record<string, string> = {}): FaultRule {
  const message = `You have reached your ${policyName.toLowerCase()} limit.`;
  const body = { status: 'error', message, errorType: 'RATE_LIMIT', policyName };
  return { kind: 'status', status: 429, body, headers };
}
