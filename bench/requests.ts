/**
 * What the service costs in CRM requests and time, beside a writer that handles every event by itself, on the same
 * simulated CRM in the same run. Ratios hold anywhere; absolute times are this machine's.
 */
import { anyCall } from '../test/calls.ts';
import { deliver, type ServiceProcess, startProcess, until } from '../test/e2e/service-process.ts';
import { startRedis } from '../test/redis-server.ts';
import { type BenchCrm, crms, LATENCY_MS } from './crm.ts';
import { type BenchEvent, deliverAll, range } from './events.ts';
import { withFollowUps } from './follow-ups.ts';
import type { Print } from './part.ts';

const EVENTS = 1_000;
const PEOPLE = 500;
/** Of the writer, whose requests per event do not depend on how many there are. */
const WRITER_EVENTS = 100;
const WRITER_PEOPLE = 50;
const SINGLES = 15;

interface Cost {
  readonly requestsPerEvent: number;
  readonly eventsPerSecond: number;
}

export async function compareRequests(print: Print): Promise<void> {
  print(`${EVENTS} events waiting; a CRM request takes ${LATENCY_MS} ms\n`);
  print(
    row(['CRM', 'people', 'requests/event', 'per-event writer', 'ratio', 'events/s', 'per-event writer']),
  );
  const singles: string[] = [];
  for (const start of crms) {
    const crm = await start();
    const baseline = await start();
    try {
      const [known, fresh] = await ofService(crm);
      const [knownAlone, freshAlone] = await ofWriter(baseline);
      print(compare(crm.name, `${PEOPLE} known`, known, knownAlone));
      print(compare(crm.name, 'all new', fresh, freshAlone));
      singles.push(...(await alone(crm)));
    } finally {
      await Promise.all([crm.close(), baseline.close()]);
    }
  }
  print(`\nOne event alone, POST to CRM (median of ${SINGLES}):\n${singles.join('\n')}`);
}

async function ofService(crm: BenchCrm): Promise<[Cost, Cost]> {
  const redis = await startRedis();
  const env = { ...crm.env, REDIS_URL: redis.url };
  const ingress = await startProcess(env, 'ingress');
  try {
    await deliverAll(ingress.url, range(PEOPLE, 0, PEOPLE));
    await drained(crm, env, PEOPLE);
    await deliverAll(ingress.url, range(EVENTS, PEOPLE, PEOPLE));
    const known = await drained(crm, env, EVENTS);
    await deliverAll(ingress.url, range(EVENTS, 10_000, 1e9));
    return [known, await drained(crm, env, EVENTS)];
  } finally {
    await ingress.stop();
    await redis.stop();
  }
}

/** Starts a worker on a full queue and waits until all of it is written. */
async function drained(crm: BenchCrm, env: Record<string, string>, events: number): Promise<Cost> {
  const [requests, written, started] = [crm.requests(), crm.written(), Date.now()];
  const worker = await startProcess(env, 'worker');
  await until(() => crm.written() === written + events, 'all is written', 120_000);
  const seconds = (Date.now() - started) / 1_000;
  const cost = { requestsPerEvent: (crm.requests() - requests) / events, eventsPerSecond: events / seconds };
  await worker.stop();
  return cost;
}

/** Ten at a time, as a queue with a concurrency of ten would. */
async function ofWriter(crm: BenchCrm): Promise<[Cost, Cost]> {
  await writeAll(crm, range(WRITER_PEOPLE, 0, WRITER_PEOPLE));
  const known = await writeAll(crm, range(WRITER_EVENTS, WRITER_PEOPLE, WRITER_PEOPLE));
  return [known, await writeAll(crm, range(WRITER_EVENTS, 10_000, 1e9))];
}

async function writeAll(crm: BenchCrm, events: readonly BenchEvent[]): Promise<Cost> {
  const [requests, started] = [crm.requests(), Date.now()];
  const queue = [...events];
  const lane = async () => {
    for (let event = queue.shift(); event; event = queue.shift()) await crm.writeOne(event);
  };
  await Promise.all(Array.from({ length: 10 }, lane));
  const seconds = (Date.now() - started) / 1_000;
  return {
    requestsPerEvent: (crm.requests() - requests) / events.length,
    eventsPerSecond: events.length / seconds,
  };
}

/** Of a person who is known, of a new one, and with a follow-up task; each in a service that has just started. */
async function alone(crm: BenchCrm): Promise<readonly string[]> {
  const known = await single(crm, 'known', 50_000, () => 77_777);
  const fresh = await single(crm, 'new', 60_000, (index) => 80_000 + index);
  const followedUp = await withFollowUps((mapping) =>
    single(crm, 'known, with a follow-up', 70_000, () => 77_777, mapping),
  );
  return [known, fresh, followedUp];
}

/** How much longer than its CRM requests a lone event takes. */
async function single(
  crm: BenchCrm,
  people: string,
  first: number,
  personOf: (index: number) => number,
  env: Record<string, string> = {},
): Promise<string> {
  const redis = await startRedis();
  const service: ServiceProcess = await startProcess({ ...crm.env, ...env, REDIS_URL: redis.url });
  const totals: number[] = [];
  const requests: number[] = [];
  for (let index = 0; index <= SINGLES; index++) {
    const [before, written, started] = [crm.requests(), crm.written(), performance.now()];
    await deliver(service.url, anyCall(first + index, personOf(index)));
    await until(() => crm.written() > written, 'the call is written');
    const ms = performance.now() - started;
    // What comes after the call, such as a task, belongs to it as well.
    await until(() => syncedCalls(service) > index, 'the call is synced');
    // The first one reads the schema.
    if (index === 0) continue;
    totals.push(ms);
    requests.push(crm.requests() - before);
  }
  await service.stop();
  await redis.stop();
  return `  ${crm.name}, ${people}: ${median(totals).toFixed(0)} ms, ${median(requests)} requests of ${LATENCY_MS} ms each`;
}

function syncedCalls({ log }: ServiceProcess): number {
  return log.filter(({ message }) => message === 'call synced').length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function compare(name: string, people: string, ours: Cost, theirs: Cost): string {
  const ratio = `1 : ${(theirs.requestsPerEvent / ours.requestsPerEvent).toFixed(0)}`;
  return row([
    name,
    people,
    ours.requestsPerEvent.toFixed(4),
    theirs.requestsPerEvent.toFixed(4),
    ratio,
    ours.eventsPerSecond.toFixed(0),
    theirs.eventsPerSecond.toFixed(0),
  ]);
}

function row(cells: readonly string[]): string {
  const widths = [11, 10, 15, 17, 9, 8, 16];
  return cells.map((cell, index) => cell.padEnd(widths[index]!)).join(' ');
}
