/** Everything of one run: Redis, the simulated CRM, ingresses and workers as processes, and what a row may do to them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callKeyOf } from '../../../src/queue/job.ts';
import { type CallQueue, findJobs, jobCounts, openQueue } from '../../../src/queue/queue.ts';
import { type ServiceProcess, startProcess } from '../../e2e/service-process.ts';
import { freePort } from '../../redis-server.ts';
import { startProxy } from '../../redis-variants.ts';
import type { CrmKind } from '../../simulators/crm-process.ts';
import { DurableRedis } from './durable-redis.ts';
import { FOLLOW_UP_TAG } from './plan.ts';
import { type SimulatedCrm, startCrm } from './simulated-crm.ts';

/** In the body, so that a task is recognised. */
const MAPPING = `followUps:
  call-back:
    all: [{ path: customer.tags, contains: ${FOLLOW_UP_TAG} }]
    subject: "Call {{customer.name | customer.phone}} back"
    body: "{{call.id}}"
`;

export interface WorldOptions {
  readonly crm: CrmKind;
  readonly simulator: object;
  readonly ingresses: number;
  readonly workers: number;
  /** The services reach Redis through it. */
  readonly proxied: boolean;
}

type RedisProxy = Awaited<ReturnType<typeof startProxy>>;

interface Ingress {
  readonly port: number;
  process: ServiceProcess;
}

export class World {
  readonly redis: DurableRedis;
  readonly crm: SimulatedCrm;
  readonly proxy: RedisProxy | undefined;
  readonly ingresses: Ingress[] = [];
  readonly workers: ServiceProcess[] = [];
  readonly #queue: CallQueue;
  readonly #folder: string;
  /** Those that were killed, too. */
  readonly #started: ServiceProcess[] = [];
  #turn = 0;

  private constructor(redis: DurableRedis, crm: SimulatedCrm, proxy: RedisProxy | undefined, folder: string) {
    this.redis = redis;
    this.crm = crm;
    this.proxy = proxy;
    this.#folder = folder;
    this.#queue = openQueue(redis.admin);
    this.#queue.on('error', () => {});
  }

  static async open(options: WorldOptions): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'altur-faults-'));
    await writeFile(join(folder, 'mapping.yaml'), MAPPING);
    const redis = await DurableRedis.start();
    const crm = await startCrm(options.crm, options.simulator);
    const proxy = options.proxied ? await startProxy(redis.port) : undefined;
    const world = new World(redis, crm, proxy, folder);
    try {
      const ingresses = Array.from({ length: options.ingresses }, () => world.startIngress());
      const workers = Array.from({ length: options.workers }, () => world.startWorker());
      await Promise.all([...ingresses, ...workers]);
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  /** The next ingress in turn, as a load balancer chooses. */
  door(): string {
    this.#turn = (this.#turn + 1) % this.ingresses.length;
    return `http://127.0.0.1:${this.ingresses[this.#turn]!.port}`;
  }

  async startIngress(): Promise<void> {
    const port = await freePort();
    this.ingresses.push({ port, process: await this.#start('ingress', port) });
  }

  /** SIGKILL; what supervises it starts it again. */
  async killIngress(ingress: Ingress): Promise<void> {
    await ingress.process.stop('SIGKILL');
    ingress.process = await this.#start('ingress', ingress.port);
  }

  async startWorker(): Promise<void> {
    this.workers.push(await this.#start('worker', 0));
  }

  async killWorker(index: number): Promise<void> {
    await this.workers[index]!.stop('SIGKILL');
    this.workers[index] = await this.#start('worker', 0);
  }

  /** The new one is ready, the old one gets no new delivery, then it is told to end. */
  async replaceIngress(): Promise<void> {
    await this.startIngress();
    await this.ingresses.shift()!.process.stop('SIGTERM');
  }

  async replaceWorker(): Promise<void> {
    await this.startWorker();
    await this.workers.shift()!.stop('SIGTERM');
  }

  async #start(role: 'ingress' | 'worker', port: number): Promise<ServiceProcess> {
    const redisUrl = this.proxy ? `redis://127.0.0.1:${this.proxy.port}` : this.redis.url;
    const files = { MAPPING_FILE: join(this.#folder, 'mapping.yaml') };
    const env = { ...this.crm.env, ...files, REDIS_URL: redisUrl, PORT: `${port}` };
    const service = await startProcess(env, role);
    this.#started.push(service);
    return service;
  }

  /** How many calls are neither written nor dead letters. */
  async unsettled(): Promise<number> {
    const { wait, active, delayed } = await jobCounts(this.#queue);
    return wait + active + delayed;
  }

  /** How many of these calls are neither written nor dead letters. */
  async unsettledOf(callIds: readonly string[]): Promise<number> {
    const found = [...(await findJobs(this.#queue, callIds)).values()];
    return found.filter((jobs) => jobs.some(({ state }) => state !== 'failed')).length;
  }

  /** The ids of the calls that are dead letters. */
  async deadLetters(): Promise<ReadonlySet<string>> {
    const jobs = await this.#queue.getFailed();
    return new Set(jobs.map(({ id }) => callKeyOf(id!)));
  }

  /** Calls that wait for their next attempt do not wait any longer. */
  async hurryRetries(): Promise<void> {
    const delayed = await this.#queue.getDelayed();
    await Promise.all(delayed.map((job) => job.promote().catch(() => {})));
  }

  /** What all processes logged of a call, and the faults that they noticed, in order. */
  logOf(callId: string): readonly string[] {
    const lines = this.#started.flatMap(({ pid, log }) => {
      const some = log.filter((each) => each.level !== 'info' || JSON.stringify(each).includes(callId));
      return some.map((each) => ({
        at: `${each.timestamp ?? each.time}`,
        text: `${pid} ${JSON.stringify(each)}`,
      }));
    });
    return lines.toSorted((a, b) => a.at.localeCompare(b.at)).map(({ text }) => text);
  }

  async close(): Promise<void> {
    const services = [...this.ingresses.map(({ process }) => process), ...this.workers];
    await Promise.all(services.map((service) => service.stop('SIGKILL')));
    await this.proxy?.stop();
    await this.crm.stop();
    await this.#queue.close().catch(() => {});
    await this.redis.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
