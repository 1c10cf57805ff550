/**
 * What one ingress, one worker and a Redis carry, and how much of it the CRM's quota lets through: the figures of
 * docs/scaling.md. The simulated CRM is a process of its own, as a real one would be, but on the same cores; so CPU per call
 * says more than calls per second.
 */
import { startProcess as startSimulator } from '../test/simulators/kit/simulator-process.ts';
import { range } from './events.ts';
import { type Draining, type Filling, Load } from './load.ts';
import type { Print } from './part.ts';

const CALLS = 1_000;
const PEOPLE = 500;
const EVENT_BYTES = JSON.stringify(range(1, 0, 1)[0]).length;
const NO_LIMITS = { app: 1e6, associations: 1e6, search: 1e6 };
/** The fastest that the real one was seen to answer, ms. */
const LATENCY_MS = 100;

export async function measureCapacity(print: Print): Promise<void> {
  print(`${CALLS} calls waiting\n`);
  await onSimulator(print, 'HubSpot without limits', { lagMs: 0, latencyMs: 0, limits: NO_LIMITS });
  await onSimulator(print, `HubSpot Starter (100 requests in 10 s, 5 searches a second), ${LATENCY_MS} ms`, {
    lagMs: 0,
    latencyMs: LATENCY_MS,
  });
}

async function onSimulator(print: Print, title: string, options: object): Promise<void> {
  const settings = JSON.stringify({ provisioned: true, ...options });
  const simulator = await startSimulator('../hubspot/main.ts', [settings]);
  const { url, token } = JSON.parse(simulator.readyLine) as { url: string; token: string };
  const load = await Load.open({
    CRM_CONNECTOR: 'hubspot',
    HUBSPOT_API_URL: url,
    HUBSPOT_ACCESS_TOKEN: token,
  });
  try {
    print(
      `${title}\n${row(['people', 'workers', 'calls/s', 'CPU ms/call', 'requests/call', '429', 'RSS MiB'])}`,
    );
    const empty = await load.memory();
    // Twice through the ingress: what it does the first time is slower.
    await load.fill(range(PEOPLE, 0, PEOPLE));
    await load.drain(PEOPLE, 1);
    const filling = await load.fill(range(CALLS, PEOPLE, PEOPLE));
    print(drained('known', 1, await load.drain(CALLS, 1)));
    let first = PEOPLE + CALLS;
    const rest = [
      ['known', PEOPLE, 2],
      ['new', 1e9, 1],
      ['new', 1e9, 2],
    ] as const;
    for (const [people, count, workers] of rest) {
      await load.put(range(CALLS, first, count));
      print(drained(people, workers, await load.drain(CALLS, workers)));
      first += CALLS;
    }
    print(filled(filling));
    const kept = ((await load.memory()) - empty) / first;
    print(`Redis: ${kib(kept)} per written call and person, kept for 30 days\n`);
  } finally {
    await load.close();
    await simulator.stop();
  }
}

function drained(people: string, workers: number, draining: Draining): string {
  const { callsPerSecond, cpuMsPerCall, requests, refused, rssMiB } = draining;
  const { other, associations, search } = requests;
  const perCall = [other, associations, search].map((each) => each.toFixed(3)).join(' + ');
  return row([
    people,
    `${workers}`,
    callsPerSecond.toFixed(0),
    cpuMsPerCall.toFixed(2),
    perCall,
    `${refused}`,
    rssMiB.toFixed(0),
  ]);
}

function filled({ eventsPerSecond, cpuMsPerEvent, redisBytesPerCall, rssMiB }: Filling): string {
  return [
    `ingress: ${eventsPerSecond.toFixed(0)} events/s from one client, ${cpuMsPerEvent.toFixed(2)} ms CPU each, RSS ${rssMiB.toFixed(0)} MiB`,
    `Redis: ${kib(redisBytesPerCall)} per waiting call, whose event has ${kib(EVENT_BYTES)}`,
  ].join('\n');
}

const kib = (bytes: number) => `${(bytes / 1_024).toFixed(1)} KiB`;

/** requests/call: common limit + associations + searches. */
function row(cells: readonly string[]): string {
  const widths = [7, 8, 8, 12, 24, 5, 8];
  return cells.map((cell, index) => cell.padEnd(widths[index]!)).join(' ');
}
