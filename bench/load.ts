/** A queue full of calls, and what it costs the workers to empty it. */
import { readFileSync } from 'node:fs';
import type { CallEvent } from '../src/altur/event.ts';
import { type CallQueue, enqueue, jobCounts, openQueue } from '../src/queue/queue.ts';
import { connectWorker, type RedisClient } from '../src/queue/redis.ts';
import { type ServiceProcess, startProcess, until } from '../test/e2e/service-process.ts';
import { cpuMs } from '../test/faults/deployment.ts';
import { type RedisServer, startRedis } from '../test/redis-server.ts';
import { type BenchEvent, deliverAll } from './events.ts';

export interface Filling {
  readonly eventsPerSecond: number;
  readonly cpuMsPerEvent: number;
  readonly redisBytesPerCall: number;
  readonly rssMiB: number;
}

export interface Draining {
  readonly callsPerSecond: number;
  /** Of all workers together. */
  readonly cpuMsPerCall: number;
  /** The largest of a worker. */
  readonly rssMiB: number;
  /** Per call, by the bucket of the CRM's limits that they count in. */
  readonly requests: Readonly<Record<'search' | 'associations' | 'other', number>>;
  /** Requests that were answered 429. */
  readonly refused: number;
}

/** What the workers do while a quota is what holds them back: after its first window, and before the queue runs dry. */
export interface Steady {
  readonly callsPerSecond: number;
  readonly requestsPerSecond: Readonly<Record<'search' | 'associations' | 'other', number>>;
}

export interface SteadyDraining extends Draining {
  readonly steady: Steady;
}

const PATIENCE_MS = 180_000;
/** With fewer calls left, batches are not full. */
const TAIL = 500;

export class Load {
  readonly #env: Record<string, string>;
  readonly #redis: RedisServer;
  readonly #client: RedisClient;
  readonly #queue: CallQueue;
  readonly #ingress: ServiceProcess;

  private constructor(env: Record<string, string>, redis: RedisServer, ingress: ServiceProcess) {
    this.#env = env;
    this.#redis = redis;
    this.#ingress = ingress;
    this.#client = connectWorker({ nodes: [redis.url] });
    this.#queue = openQueue(this.#client);
  }

  static async open(crm: Readonly<Record<string, string>>): Promise<Load> {
    const redis = await startRedis();
    const env = { ...crm, REDIS_URL: redis.url };
    return new Load(env, redis, await startProcess(env, 'ingress'));
  }

  async close(): Promise<void> {
    await this.#ingress.stop();
    await this.#queue.close();
    this.#client.disconnect();
    await this.#redis.stop();
  }

  /** Past the ingress. Nothing is taken before `drain`. */
  async put(events: readonly BenchEvent[]): Promise<void> {
    await this.#queue.pause();
    const now = Date.now();
    await Promise.all(events.map((event) => enqueue(this.#queue, event as unknown as CallEvent, now)));
  }

  /** Through the ingress. Nothing is taken before `drain`. */
  async fill(events: readonly BenchEvent[]): Promise<Filling> {
    await this.#queue.pause();
    const [memory, cpu, startedAt] = [await this.memory(), cpuMs(this.#ingress.pid), performance.now()];
    await deliverAll(this.#ingress.url, events);
    const seconds = (performance.now() - startedAt) / 1_000;
    return {
      eventsPerSecond: events.length / seconds,
      cpuMsPerEvent: (cpuMs(this.#ingress.pid) - cpu) / events.length,
      redisBytesPerCall: ((await this.memory()) - memory) / events.length,
      rssMiB: rssMiB(this.#ingress.pid),
    };
  }

  /** From the moment on at which the workers may take calls until the last one is written. */
  async drain(calls: number, workerCount: number): Promise<Draining> {
    const { steady: _, ...draining } = await this.drainSteadily(calls, workerCount, 0);
    return draining;
  }

  /** `afterMs`: how long the workers' first requests are better off than the later ones; `env`: of the workers. */
  async drainSteadily(
    calls: number,
    workerCount: number,
    afterMs: number,
    env: Readonly<Record<string, string>> = {},
  ): Promise<SteadyDraining> {
    const workers: ServiceProcess[] = [];
    for (let index = 0; index < workerCount; index++)
      workers.push(await startProcess({ ...this.#env, ...env }, 'worker'));
    const isConnected = ({ log }: ServiceProcess) => log.some(({ message }) => message === 'CRM connected');
    await until(() => workers.every(isConnected), 'the workers are connected');
    const cpu = () => workers.reduce((sum, { pid }) => sum + cpuMs(pid), 0);
    const [cpuBefore, startedAt] = [cpu(), performance.now()];
    await this.#queue.resume();
    await new Promise((next) => setTimeout(next, afterMs));
    const from = await this.#mark(workers);
    await until(async () => (await this.#left()) <= TAIL, 'few are left', PATIENCE_MS);
    const to = await this.#mark(workers);
    await until(async () => (await this.#left()) === 0, 'all is written', PATIENCE_MS);
    const seconds = (performance.now() - startedAt) / 1_000;
    const cpuMsPerCall = (cpu() - cpuBefore) / calls;
    const sent = await Promise.all(workers.map(({ url }) => requestsIn(url)));
    const count = (bucket: Bucket) => sent.reduce((sum, each) => sum + each[bucket], 0);
    const largest = Math.max(...workers.map(({ pid }) => rssMiB(pid)));
    await Promise.all(workers.map((worker) => worker.stop()));
    return {
      callsPerSecond: calls / seconds,
      cpuMsPerCall,
      rssMiB: largest,
      requests: {
        search: count('search') / calls,
        associations: count('associations') / calls,
        other: count('other') / calls,
      },
      refused: count('refused'),
      steady: steadyBetween(from, to),
    };
  }

  async #mark(workers: readonly ServiceProcess[]): Promise<Mark> {
    const sent = await Promise.all(workers.map(({ url }) => requestsIn(url)));
    const count = (bucket: Bucket) => sent.reduce((sum, each) => sum + each[bucket], 0);
    const requests = {
      search: count('search'),
      associations: count('associations'),
      other: count('other'),
    };
    return { at: performance.now(), left: await this.#left(), requests };
  }

  /** Calls that are not written. */
  async #left(): Promise<number> {
    const { wait, active, delayed, failed } = await jobCounts(this.#queue);
    if (failed > 0) throw new Error(`${failed} dead letters`);
    return wait + active + delayed;
  }

  /** Of Redis, in bytes. */
  async memory(): Promise<number> {
    return Number(/^used_memory:(\d+)/m.exec(await this.#client.info('memory'))?.[1]);
  }
}

interface Mark {
  readonly at: number;
  readonly left: number;
  readonly requests: Steady['requestsPerSecond'];
}

function steadyBetween(from: Mark, to: Mark): Steady {
  const seconds = (to.at - from.at) / 1_000;
  const rate = (bucket: keyof Steady['requestsPerSecond']) =>
    (to.requests[bucket] - from.requests[bucket]) / seconds;
  return {
    callsPerSecond: (from.left - to.left) / seconds,
    requestsPerSecond: {
      search: rate('search'),
      associations: rate('associations'),
      other: rate('other'),
    },
  };
}

export type Bucket = 'search' | 'associations' | 'other' | 'refused';

/** To the CRM, of one worker. */
export async function requestsIn(url: string): Promise<Record<Bucket, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const sums = { search: 0, associations: 0, other: 0, refused: 0 };
  for (const [, labels, count] of text.matchAll(/^altur_crm_requests_total\{(.*)\} (\d+)$/gm)) {
    sums[bucketOf(labels!)] += Number(count);
  }
  return sums;
}

function bucketOf(labels: string): Bucket {
  if (labels.includes('status="429"')) return 'refused';
  const [, endpoint = ''] = /endpoint="([^"]*)"/.exec(labels) ?? [];
  if (endpoint.endsWith('/search')) return 'search';
  return endpoint.includes('/associations/') ? 'associations' : 'other';
}

/** Of a process. */
export function rssMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1_024;
}
