/** The statement of yesterday is made by itself after a reconcile, once. */
import { expect, test } from '@jest/globals';
import { dayBefore } from '../../src/reconcile/calendar.ts';
import { StatementStore, statementWrites } from '../../src/reconcile/statement-store.ts';
import { statementOfYesterday } from '../../src/service/statement-of-yesterday.ts';
import { recordingLog } from '../recording-log.ts';
import { startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { HOUR_MS, openWorld } from './world.ts';

test('it is made where there is none of the whole day; one that fails is tried again', async () => {
  const crm = await startHubSpot({ provisioned: true });
  const hubspot = { CRM_CONNECTOR: 'hubspot', HUBSPOT_ACCESS_TOKEN: crm.token, HUBSPOT_API_URL: crm.url };
  const world = await openWorld(hubspot);
  try {
    const { altur, redis, queue, connector } = world;
    const today = new Date().setUTCHours(0, 0, 0, 0);
    const yesterday = dayBefore(new Date(today).toISOString().slice(0, 10));
    altur.seed({ campaigns: [{ calls: 3, from: today - 20 * HOUR_MS, to: today - 10 * HOUR_MS }] });
    const { apiKey, apiUrl } = altur;
    const config = { altur: { apiKey, apiUrl }, timeZone: 'UTC' };
    const log = recordingLog();
    const make = statementOfYesterday({ config, redis, queue, connector, log })!;
    const { signal } = new AbortController();
    const store = new StatementStore(redis);

    altur.fault({ kind: 'status', status: 401, path: /campaigns/ });
    await make(signal);
    expect(log.entries.at(-1)).toMatchObject({ level: 'warn', fields: { code: 'ALTUR_UNAUTHORIZED' } });
    expect(await store.read([yesterday])).toEqual([]);

    await make(signal);
    const [statement] = await store.read([yesterday]);
    expect(statement).toMatchObject({ until: today, listed: { calls: 3, missing: 3 } });
    altur.clearRequests();
    await make(signal);
    expect(altur.requests).toEqual([]);

    // Somebody asked for it while the day lasted.
    const lease = await store.begin({ days: { first: yesterday, last: yesterday }, startedAt: Date.now() });
    await lease!.write(statementWrites([{ ...statement!, until: today - HOUR_MS }]));
    await lease!.release();
    await make(signal);
    expect((await store.read([yesterday]))[0]!.until).toBe(today);
  } finally {
    await world.close();
    await crm.close();
  }
});
