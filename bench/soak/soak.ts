/** One soak: everything it starts, from the first event to the last one written, and what was found. */
import type { CallEvent } from '../../src/altur/event.ts';
import { type CallQueue, enqueue, jobCounts, openQueue } from '../../src/queue/queue.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import { type ServiceProcess, startProcess, until } from '../../test/e2e/service-process.ts';
import { type RedisServer, startRedis } from '../../test/redis-server.ts';
import type { MemoryOverTime, SoakFacts } from './checks.ts';
import type { SoakOptions } from './options.ts';
import { takeApart, usedBytes } from './redis-contents.ts';
import { isOurs, medianOf, type Sample, Sampling } from './samples.ts';
import type { SenderReport } from './sender.ts';
import { type SenderProcess, startSender } from './sender-process.ts';
import { type SimulatedCrm, startCrm } from './simulated-crm.ts';
import { callIdOf, deliveredAgainAfter, eventOf, personOf } from './soak-events.ts';

/** After the last event. */
const DRAIN_MS = 20 * 60_000;
const AOF = { appendonly: 'yes', appendfsync: 'everysec' };
const ENQUEUED_AT_ONCE = 500;

export interface Soaked {
  readonly facts: SoakFacts;
  readonly samples: readonly Sample[];
  readonly limits: string;
}

type Answers = Pick<SenderReport, 'answers' | 'p50Ms' | 'p99Ms' | 'lateMs'>;

export class Soak {
  readonly #options: SoakOptions;
  readonly #releases: (() => unknown)[] = [];
  #crm!: SimulatedCrm;
  #redis!: RedisServer;
  #client!: RedisClient;
  #queue!: CallQueue;
  #startBytes = 0;
  #services: ServiceProcess[] = [];
  #ingress: ServiceProcess | undefined;

  constructor(options: SoakOptions) {
    this.#options = options;
  }

  async run(): Promise<Soaked> {
    try {
      await this.#open();
      return this.#options.backlog ? await this.#runBacklog() : await this.#runSender();
    } finally {
      for (const release of this.#releases.splice(0).reverse()) await release();
    }
  }

  async #open(): Promise<void> {
    this.#crm = await startCrm(this.#options.crm);
    this.#releases.push(() => this.#crm.stop());
    this.#redis = await startRedis(AOF);
    this.#releases.push(() => this.#redis.stop());
    this.#client = connectWorker({ nodes: [this.#redis.url] });
    this.#queue = openQueue(this.#client);
    this.#releases.push(async () => {
      await this.#queue.close();
      this.#client.disconnect();
    });
    this.#startBytes = await usedBytes(this.#client);
  }

  async #runSender(): Promise<Soaked> {
    const { events, minutes, people } = this.#options;
    this.#ingress = await this.#start('ingress');
    const workers = await this.#startWorkers();
    const sender = startSender({ url: this.#ingress.url, events, minutes, people });
    this.#releases.push(() => sender.stop());
    const sampling = this.#sample(workers, sender);
    const report = await sender.done;
    const sentFor = sampling.samples.length;
    await this.#drained();
    return this.#found(await sampling.stop(), sentFor, report);
  }

  async #runBacklog(): Promise<Soaked> {
    const { events, people } = this.#options;
    const all = Array.from({ length: events }, (_, index) => index);
    for (let at = 0; at < events; at += ENQUEUED_AT_ONCE) {
      const some = all.slice(at, at + ENQUEUED_AT_ONCE).map((index) => eventOf(index, people));
      await Promise.all(some.map((event) => enqueue(this.#queue, event as unknown as CallEvent, Date.now())));
    }
    const sampling = this.#sample(await this.#startWorkers());
    await this.#drained();
    const samples = await sampling.stop();
    return this.#found(samples, samples.length, { answers: {}, p50Ms: 0, p99Ms: 0, lateMs: 0 });
  }

  async #start(role: 'ingress' | 'worker'): Promise<ServiceProcess> {
    const service = await startProcess({ ...this.#crm.env, REDIS_URL: this.#redis.url }, role);
    this.#services.push(service);
    this.#releases.push(() => service.stop());
    return service;
  }

  async #startWorkers(): Promise<readonly ServiceProcess[]> {
    const workers: ServiceProcess[] = [];
    for (let index = 0; index < this.#options.workers; index += 1) workers.push(await this.#start('worker'));
    return workers;
  }

  #sample(workers: readonly ServiceProcess[], sender?: SenderProcess): Sampling {
    const named = workers.map(({ pid }, index) => [`worker ${index + 1}`, pid] as const);
    return new Sampling({
      pids: {
        ...(this.#ingress && { ingress: this.#ingress.pid }),
        ...Object.fromEntries(named),
        'Redis, resident': this.#redis.pid,
        'simulated CRM': this.#crm.pid,
      },
      answered: () => sender?.latest()?.answered ?? 0,
      written: async () => {
        await this.#crm.clearRequests();
        return (await this.#crm.counts()).calls;
      },
      waiting: async () => waitingIn(await jobCounts(this.#queue)),
      redisBytes: () => usedBytes(this.#client),
    });
  }

  async #drained(): Promise<void> {
    const isEmpty = async () => {
      await new Promise((next) => setTimeout(next, 250));
      return waitingIn(await jobCounts(this.#queue)) === 0;
    };
    await until(isEmpty, 'all is written', DRAIN_MS);
  }

  /** `sentFor`: so many samples were taken while events were sent. */
  async #found(samples: readonly Sample[], sentFor: number, answers: Answers): Promise<Soaked> {
    const { events, backlog } = this.#options;
    const { failed } = await jobCounts(this.#queue);
    const endBytes = await usedBytes(this.#client);
    const crm = await this.#inTheCrm();
    const requests = await this.#crm.statuses();
    await Promise.all(this.#services.map((service) => service.stop()));
    const { ledger, others, restBytes } = await takeApart(this.#client);
    const all = Array.from({ length: events }, (_, index) => index);
    const redeliveries = backlog ? 0 : all.filter((index) => deliveredAgainAfter(index) !== undefined).length;
    const last = samples.at(-1)!.seconds;
    const facts: SoakFacts = {
      events,
      redeliveries,
      ...(backlog ? { ...answers, answers: { '200 queued': events } } : answers),
      seconds: last,
      drainSeconds: last - (samples[sentFor - 1]?.seconds ?? 0),
      largestWaiting: Math.max(...samples.map(({ waiting }) => waiting)),
      deadLetters: failed,
      crm,
      requests,
      memory: memoryOf(samples.slice(0, sentFor)),
      redis: {
        startBytes: this.#startBytes,
        mostBytes: Math.max(...samples.map(({ redisBytes }) => redisBytes)),
        endBytes,
        ledger,
        others,
        restBytes,
      },
    };
    return { facts, samples, limits: this.#crm.limits };
  }

  async #inTheCrm(): Promise<SoakFacts['crm']> {
    const { events, people } = this.#options;
    const written = await this.#crm.written();
    const indexes = Array.from({ length: events }, (_, index) => index);
    const calls = compare(new Set(indexes.map(callIdOf)), written.calls);
    const keys = new Set(indexes.map((index) => `user_${personOf(index, people)}`));
    const persons = compare(keys, written.people);
    return {
      missingCalls: calls.missing,
      doubledCalls: calls.further,
      unlinkedCalls: written.calls.length - written.linkedCalls,
      missingPeople: persons.missing,
      doubledPeople: persons.further,
    };
  }
}

/** `further`: what is there besides one of each. */
function compare(expected: ReadonlySet<string>, found: readonly string[]) {
  const distinct = new Set(found);
  const missing = [...expected].filter((key) => !distinct.has(key)).length;
  return { missing, further: found.length - (expected.size - missing) };
}

function waitingIn({ wait, active, delayed }: Awaited<ReturnType<typeof jobCounts>>): number {
  return wait + active + delayed;
}

function memoryOf(samples: readonly Sample[]): readonly MemoryOverTime[] {
  return Object.keys(samples[0]?.rssMiB ?? {})
    .filter(isOurs)
    .map((process) => {
      const of = (sample: Sample) => sample.rssMiB[process]!;
      return {
        process,
        warm: medianOf(samples, of, 0.1, 0.2),
        middle: medianOf(samples, of, 0.45, 0.55),
        end: medianOf(samples, of, 0.9, 1),
        most: Math.max(...samples.map(of)),
      };
    });
}
