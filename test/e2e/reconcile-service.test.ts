/**
 * What a service with ALTUR_API_KEY does besides its calls: the daily summary, a statement for the dashboard, and a
 * backfill that keeps to its share of HubSpot's burst limit. Real processes, started once.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Receiver } from '../alerts/receiver.ts';
import { HOUR_MS, openWorld, type World } from '../reconcile/world.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { type ServiceProcess, startProcess, until } from './service-process.ts';

const PASSWORD = 'a password of the dashboard';
const DAY_MS = 24 * HOUR_MS;

let crm: HubSpotSimulator;
let world: World;
let receiver: Receiver;
let processes: readonly ServiceProcess[];

beforeAll(async () => {
  crm = await startHubSpot({ provisioned: true });
  receiver = await new Receiver().start();
  world = await openWorld({
    CRM_CONNECTOR: 'hubspot',
    HUBSPOT_ACCESS_TOKEN: crm.token,
    HUBSPOT_API_URL: crm.url,
  });
  const today = new Date().setUTCHours(0, 0, 0, 0);
  world.altur.seed({ campaigns: [{ calls: 5, from: today - 20 * HOUR_MS, to: today - 10 * HOUR_MS }] });
  const env = {
    ...world.env,
    // It is due all day long.
    ...{ DAILY_SUMMARY_AT: '00:00', DEFAULT_TIMEZONE: 'UTC' },
    ...{ ALERT_WEBHOOK_URL: receiver.url, DASHBOARD_PASSWORD: PASSWORD },
  };
  processes = await Promise.all([startProcess(env), startProcess(env, 'worker')]);
});
afterAll(async () => {
  await Promise.all(processes.map((each) => each.stop()));
  await world.close();
  await receiver.stop();
  await crm.close();
});

test('of two processes one sends the daily summary', async () => {
  const summaries = () => receiver.texts.filter((text) => text.includes('Calls of'));
  await until(() => summaries().length > 0, 'it is sent');
  expect(await world.redis.get(`{altur}:daily-summary:${new Date().toISOString().slice(0, 10)}`)).toBe(
    JSON.stringify('sent'),
  );
  expect(summaries()).toEqual([expect.stringMatching(/: 5 missing\*\n5 at Altur, 0 in HubSpot/)]);
});

test('a statement that the dashboard asks for is made in the ingress, and shown', async () => {
  const { url } = processes[0]!;
  const authorization = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;
  const headers = { authorization, origin: url, 'content-type': 'application/json' };
  const asked = await fetch(`${url}/dashboard/api/actions/make-statements`, {
    ...{ method: 'POST', headers, body: JSON.stringify({ days: 2 }) },
  });
  expect([asked.status, await asked.json()]).toEqual([200, { count: 2 }]);
  let view: { readonly days: readonly { readonly listed: object }[]; readonly making?: object };
  await until(async () => {
    view = (await (await fetch(`${url}/dashboard/api/statements`, { headers })).json()) as typeof view;
    return view.days.length === 2 && view.making === undefined;
  }, 'both days are there');
  expect(view!.days[1]!.listed).toMatchObject({ calls: 5, inCrm: 0, missing: 5 });
});

test('a backfill uses at most a fifth of what HubSpot takes in ten seconds', async () => {
  // Searches have a limit of their own, of which each worker thinks that it has it alone.
  await processes[1]!.stop();
  const window = { from: Date.now() - 30 * DAY_MS, to: Date.now() - 3 * DAY_MS };
  const { calls } = world.altur.seed({ campaigns: [{ calls: 300, ...window }] });
  crm.clearRequests();
  const run = await world.run({ kind: 'backfill', window, share: 0.2 });
  expect(run.stoppedBy).toBeUndefined();
  const ids = new Set(calls.map(({ id }) => id));
  const written = () => crm.calls().filter(({ properties }) => ids.has(String(properties.altur_call_id)));
  await until(() => written().length >= run.enqueued, 'all are written');
  expect(run.enqueued).toBeGreaterThan(290);
  expect(crm.requests.filter(({ status }) => status === 429)).toEqual([]);
  // The fields are read with GET, once, however many calls there are.
  const times = crm.requests.filter(({ method }) => method === 'POST').map(({ at }) => at);
  const busiest = Math.max(
    ...times.map((at) => times.filter((each) => each >= at && each < at + 10_000).length),
  );
  expect(busiest).toBeLessThanOrEqual(20);
  expect(times.at(-1)! - times[0]!).toBeGreaterThan(5_000);
});
