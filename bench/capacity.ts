/**
 * What one ingress, one worker and a Redis carry, and how much of it the CRM's quota lets through: the figures of
 * docs/scaling.md. The simulated CRM is a process of its own, as a real one would be, but on the same cores; so CPU per call
 * says more than calls per second, and the quota is reduced to where it is what holds the workers back.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { startProcess as startSimulator } from '../test/simulators/kit/simulator-process.ts';
import { range } from './events.ts';
import { withFollowUps } from './follow-ups.ts';
import { type Draining, type Filling, Load, type Steady, type SteadyDraining } from './load.ts';
import type { Print } from './part.ts';

const CALLS = 1_000;
const PEOPLE = 500;
/** More than two workers hold at once: otherwise they wait for each other's people. */
const QUOTA_PEOPLE = 1_000;
const EVENT_BYTES = JSON.stringify(range(1, 0, 1)[0]).length;
const NO_LIMITS = { app: 1e6, associations: 1e6, search: 1e6 };
/** The fastest that the real one was seen to answer, ms. */
const LATENCY_MS = 100;
/** Searches keep their limit, which is of the account: five a second. */
const SEARCHES_PER_SECOND = 5;
/** Two fifths of Starter's 100: more than that two cores, which the simulator shares, do not reach in every case. */
const REDUCED = 40;
const WINDOW_SECONDS = 10;
/** In which the quota is measured, after the first window. */
const STEADY_SECONDS = 10;
/** The same before searches are measured, of which a window is a second. */
const SEARCHING_SECONDS = 3;

export async function measureCapacity(print: Print): Promise<void> {
  await withoutLimits(print);
  await withQuota(print);
}

async function withoutLimits(print: Print): Promise<void> {
  print(`HubSpot without limits, ${CALLS} calls waiting`);
  print(row(['people', 'workers', 'calls/s', 'CPU ms/call', 'requests/call', '429', 'RSS MiB']));
  await onSimulator({ lagMs: 0, latencyMs: 0, limits: NO_LIMITS }, async (load) => {
    const empty = await load.memory();
    // Twice through the ingress: what it does the first time is slower.
    await load.fill(range(PEOPLE, 0, PEOPLE));
    await load.drain(PEOPLE, 1);
    const filling = await load.fill(range(CALLS, PEOPLE, PEOPLE));
    print(drained('known', 1, await load.drain(CALLS, 1)));
    await load.put(range(CALLS, PEOPLE + CALLS, 1e9));
    print(drained('new', 1, await load.drain(CALLS, 1)));
    print(filled(filling));
    const kept = ((await load.memory()) - empty) / (PEOPLE + 2 * CALLS);
    print(`Redis: ${kib(kept)} per written call and person, kept for 30 days\n`);
  });
}

/** Two workers, who share it. */
async function withQuota(print: Print): Promise<void> {
  const titles = ['people', 'quota', 'calls/s', 'allowed', 'reached', 'requests/call', '429'];
  print(`Under HubSpot's quota, steadily: two workers, answers after ${LATENCY_MS} ms`);
  print(quotaRow(titles));
  const limits = (app: number) => ({ app, associations: app, search: SEARCHES_PER_SECOND });
  const reduced = { lagMs: 0, latencyMs: LATENCY_MS, limits: limits(REDUCED) };
  await onSimulator(reduced, async (load) => {
    await load.put(range(QUOTA_PEOPLE, 0, QUOTA_PEOPLE));
    await load.drain(QUOTA_PEOPLE, 1);
    const known = callsIn((REDUCED / WINDOW_SECONDS) * 50);
    await load.put(range(known, QUOTA_PEOPLE, QUOTA_PEOPLE));
    print(steadily('known', REDUCED, await load.drainSteadily(known, 2, WINDOW_SECONDS * 1_000)));
    // New workers take the quota for 100 until an answer names it; what the others used of it must be past.
    await delay(WINDOW_SECONDS * 1_000);
    const followedUp = callsIn((REDUCED / WINDOW_SECONDS) * 33);
    await load.put(range(followedUp, QUOTA_PEOPLE + known, QUOTA_PEOPLE));
    const draining = await withFollowUps((mapping) =>
      load.drainSteadily(followedUp, 2, WINDOW_SECONDS * 1_000, mapping),
    );
    print(steadily('known, follow-ups', REDUCED, draining));
  });
  await onSimulator({ ...reduced, limits: limits(100) }, async (load) => {
    const calls = SEARCHES_PER_SECOND * 33 * (SEARCHING_SECONDS + 1.5 * STEADY_SECONDS);
    await load.put(range(calls, 0, 1e9));
    print(steadily('new', 100, await load.drainSteadily(calls, 2, SEARCHING_SECONDS * 1_000)));
  });
  print('requests/call: of the app’s quota + of associations + searches, of which 5 a second are allowed');
}

/** So many calls as last for the first window, in which half of the quota more is there, and for the measurement. */
function callsIn(perSecond: number): number {
  return Math.ceil(perSecond * (WINDOW_SECONDS * 1.5 + STEADY_SECONDS));
}

async function onSimulator(options: object, measure: (load: Load) => Promise<void>): Promise<void> {
  const settings = JSON.stringify({ provisioned: true, ...options });
  const simulator = await startSimulator('../hubspot/main.ts', [settings]);
  const { url, token } = JSON.parse(simulator.readyLine) as { url: string; token: string };
  const load = await Load.open({
    CRM_CONNECTOR: 'hubspot',
    HUBSPOT_API_URL: url,
    HUBSPOT_ACCESS_TOKEN: token,
  });
  try {
    await measure(load);
  } finally {
    await load.close();
    await simulator.stop();
  }
}

function drained(people: string, workers: number, draining: Draining): string {
  const { callsPerSecond, cpuMsPerCall, requests, refused, rssMiB } = draining;
  return row([
    people,
    `${workers}`,
    callsPerSecond.toFixed(0),
    cpuMsPerCall.toFixed(2),
    sum(requests),
    `${refused}`,
    rssMiB.toFixed(0),
  ]);
}

function steadily(people: string, quota: number, { steady, refused }: SteadyDraining): string {
  const { callsPerSecond, requestsPerSecond } = steady;
  const share = shareUsed(steady, quota);
  const { search, associations, other } = requestsPerSecond;
  return quotaRow([
    people,
    `${quota} in ${WINDOW_SECONDS} s`,
    callsPerSecond.toFixed(0),
    (callsPerSecond / share).toFixed(0),
    `${(share * 100).toFixed(0)} %`,
    sum({
      search: search / callsPerSecond,
      associations: associations / callsPerSecond,
      other: other / callsPerSecond,
    }),
    `${refused}`,
  ]);
}

/** Of the bucket that is used most. */
function shareUsed({ requestsPerSecond }: Steady, quota: number): number {
  const perSecond = quota / WINDOW_SECONDS;
  const { search, associations, other } = requestsPerSecond;
  return Math.max(other / perSecond, associations / perSecond, search / SEARCHES_PER_SECOND);
}

function filled({ eventsPerSecond, cpuMsPerEvent, redisBytesPerCall, rssMiB }: Filling): string {
  return [
    `ingress: ${eventsPerSecond.toFixed(0)} events/s from one client, ${cpuMsPerEvent.toFixed(2)} ms CPU each, RSS ${rssMiB.toFixed(0)} MiB`,
    `Redis: ${kib(redisBytesPerCall)} per waiting call, whose event has ${kib(EVENT_BYTES)}`,
  ].join('\n');
}

const kib = (bytes: number) => `${(bytes / 1_024).toFixed(1)} KiB`;

function sum({ other, associations, search }: Draining['requests']): string {
  return [other, associations, search].map((each) => each.toFixed(3)).join(' + ');
}

function row(cells: readonly string[]): string {
  return padded(cells, [7, 8, 8, 12, 24, 5, 8]);
}

function quotaRow(cells: readonly string[]): string {
  return padded(cells, [18, 12, 8, 8, 8, 24, 5]);
}

function padded(cells: readonly string[], widths: readonly number[]): string {
  return cells.map((cell, index) => cell.padEnd(widths[index]!)).join(' ');
}
