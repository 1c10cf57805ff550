/**
 * What the service costs in CRM requests and time, beside a writer that handles every event by itself, on the same
 * simulated CRM in the same run. Ratios hold anywhere; absolute times are this machine's.
 */
import { anyCall } from '../test/calls.ts';
import { deliver, type ServiceProcess, startProcess, until } from '../test/e2e/service-process.ts';
import { startRedis } from '../test/redis-server.ts';
import { type BenchCrm, crms, LATENCY_MS } from './crm.ts';
import { type BenchEvent, deliverAll, range } from './events.ts';
import type { Print } from './part.ts';

const EVENTS = 1_000;
const PEOPLE = 500;
const SINGLES = 20;

interface Cost {
  readonly requests: number;
  readonly seconds: number;
}

export async function compareRequests(print: Print): Promise<void> {
  print(`${EVENTS} events waiting; a CRM request takes ${LATENCY_MS} ms\n`);
  print(row(['CRM', 'people', 'requests/event', 'per-event writer', 'ratio', 'seconds', 'per-event writer']));
  const singles: string[] = [];
  for (const start of crms) {
    const crm = await start();
    const baseline = await start();
    try {
      const [known, fresh] = await ofService(crm);
      const [knownAlone, freshAlone] = await ofWriter(baseline);
      print(compare(crm.name, `${PEOPLE} known`, known, knownAlone));
      print(compare(crm.name, 'all new', fresh, freshAlone));
      singles.push(await single(crm));
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
  const cost = { requests: crm.requests() - requests, seconds: (Date.now() - started) / 1_000 };
  await worker.stop();
  return cost;
}

/** Ten at a time, as a queue with a concurrency of ten would. */
async function ofWriter(crm: BenchCrm): Promise<[Cost, Cost]> {
  await writeAll(crm, range(PEOPLE, 0, PEOPLE));
  const known = await writeAll(crm, range(EVENTS, PEOPLE, PEOPLE));
  return [known, await writeAll(crm, range(EVENTS, 10_000, 1e9))];
}

async function writeAll(crm: BenchCrm, events: readonly BenchEvent[]): Promise<Cost> {
  const [requests, started] = [crm.requests(), Date.now()];
  const queue = [...events];
  const lane = async () => {
    for (let event = queue.shift(); event; event = queue.shift()) await crm.writeOne(event);
  };
  await Promise.all(Array.from({ length: 10 }, lane));
  return { requests: crm.requests() - requests, seconds: (Date.now() - started) / 1_000 };
}

/** How much longer than its CRM requests a lone event of a known person takes. */
async function single(crm: BenchCrm): Promise<string> {
  const redis = await startRedis();
  const service: ServiceProcess = await startProcess({ ...crm.env, REDIS_URL: redis.url });
  const totals: number[] = [];
  const requests: number[] = [];
  for (let index = 0; index <= SINGLES; index++) {
    const [before, written, started] = [crm.requests(), crm.written(), performance.now()];
    const event = anyCall(50_000 + index, 77_777);
    await deliver(service.url, event);
    await until(() => crm.written() > written, 'the call is written');
    // The first one looks the person up and reads the schema.
    if (index === 0) continue;
    totals.push(performance.now() - started);
    requests.push(crm.requests() - before);
  }
  await service.stop();
  await redis.stop();
  const [total, count] = [median(totals), median(requests)];
  const own = total - count * LATENCY_MS;
  return `  ${crm.name}: ${total.toFixed(0)} ms, ${count} requests of ${LATENCY_MS} ms, so ${own.toFixed(0)} ms of our own`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function compare(name: string, people: string, ours: Cost, theirs: Cost): string {
  const per = ({ requests }: Cost) => (requests / EVENTS).toFixed(4);
  const ratio = `1 : ${(theirs.requests / ours.requests).toFixed(0)}`;
  return row([
    name,
    people,
    per(ours),
    per(theirs),
    ratio,
    ours.seconds.toFixed(1),
    theirs.seconds.toFixed(1),
  ]);
}

function row(cells: readonly string[]): string {
  const widths = [11, 10, 15, 17, 9, 8, 16];
  return cells.map((cell, index) => cell.padEnd(widths[index]!)).join(' ');
}
