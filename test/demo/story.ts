/** The three parts of the demo, and what each of them shows. */
import { setTimeout as delay } from 'node:timers/promises';
import type { DemoAltur } from './altur.ts';
import { type Call, callOf, deliver, deliverAll, sampleCall } from './calls.ts';
import type { DemoCrm } from './crms.ts';
import { DemoError } from './demo-error.ts';
import type { DemoRedis } from './redis.ts';
import { aborted, type DemoService } from './service.ts';
import { type Figures, figuresTable, startTally } from './tally.ts';

const CALLS = 250;
const PEOPLE = 200;
/** Look up the person, write the person, write the call with its link: `npm run bench` runs such an integration. */
const REQUESTS_ONE_BY_ONE = 3;
const PATIENCE_MS = 60_000;
const PROGRESS_MS = 1_000;
/** The connector gives up on a request that takes longer than this and some seconds. */
const LONGEST_HOLD_MS = 10_000;

export type Say = (text: string) => void;

export interface StoryParts {
  readonly crm: DemoCrm;
  readonly redis: DemoRedis;
  readonly altur: DemoAltur | undefined;
  readonly service: DemoService;
  readonly say: Say;
  readonly signal: AbortSignal;
}

export class Story {
  readonly #crm: DemoCrm;
  readonly #redis: DemoRedis;
  readonly #altur: DemoAltur | undefined;
  readonly #service: DemoService;
  readonly #say: Say;
  readonly #signal: AbortSignal;

  constructor({ crm, redis, altur, service, say, signal }: StoryParts) {
    this.#crm = crm;
    this.#redis = redis;
    this.#altur = altur;
    this.#service = service;
    this.#say = say;
    this.#signal = signal;
  }

  async tell(): Promise<void> {
    const say = this.#say;
    const parts = [await this.#oneCall(), await this.#manyCalls(), await this.#fullBatch()];
    const { title, kinds, batchSize } = this.#crm;
    say(`\nCounted by the simulated ${title}:\n`);
    for (const line of figuresTable(parts, kinds, REQUESTS_ONE_BY_ONE)) say(`   ${line}`);
    say('\n   (*) requests of an integration that handles every delivery by itself:');
    say(
      `   ${REQUESTS_ONE_BY_ONE} each, to look up the person, write the person, and write the call with its link`,
    );
    const { requests } = parts[2]!;
    const plural = requests === 1 ? 'request' : 'requests';
    say(`\n${batchSize} calls of known people took ${requests} ${title} ${plural}.`);
  }

  async #oneCall(): Promise<Figures> {
    const tally = startTally(this.#crm);
    this.#say('1. One call ends, and Altur delivers the event five times at once:');
    const call = sampleCall(1);
    this.#altur?.add([call]);
    const deliveries = Array.from({ length: 5 }, () => deliver(this.#service.url, call, this.#signal));
    this.#say(`   answered ${(await Promise.all(deliveries)).toSorted().join(', ')}`);
    await this.#arrived(1);
    this.#crm.show(this.#say);
    return tally('1 call', 5);
  }

  async #manyCalls(): Promise<Figures> {
    const tally = startTally(this.#crm);
    this.#say(`\n2. ${CALLS} further calls end, of ${PEOPLE} new people:`);
    const started = Date.now();
    const calls = Array.from({ length: CALLS }, (_, index) => callOf(index % PEOPLE, index));
    await this.#deliverAll(calls);
    await this.#arrived(1 + CALLS);
    this.#say(`   written in ${seconds(started)}: ${this.#crm.people().length} people, ${this.#callsText()}`);
    return tally(`${CALLS} calls`, CALLS);
  }

  /** What arrives while one batch is being written becomes the next batch. */
  async #fullBatch(): Promise<Figures> {
    const { title, batchSize } = this.#crm;
    this.#say(
      `\n3. ${title} is slow to write a call. Meanwhile ${batchSize} of these people are called again:`,
    );
    const release = Promise.withResolvers<void>();
    this.#crm.hold(release.promise);
    await this.#deliverAll([sampleCall(2)]);
    await this.#arrived(2 + CALLS);
    const tally = startTally(this.#crm);
    const started = Date.now();
    try {
      const calls = Array.from({ length: batchSize }, (_, index) => callOf(index, CALLS + index));
      await this.#deliverAll(calls);
      const patience = started + LONGEST_HOLD_MS;
      while ((await this.#redis.waiting()) > 0 && Date.now() < patience) {
        this.#signal.throwIfAborted();
        await delay(20);
      }
    } finally {
      release.resolve();
    }
    await this.#arrived(2 + CALLS + batchSize);
    this.#say(`   written in ${seconds(started)}: ${this.#crm.people().length} people, ${this.#callsText()}`);
    return tally(`${batchSize} known`, batchSize);
  }

  async #deliverAll(calls: readonly Call[]): Promise<void> {
    this.#altur?.add(calls);
    await deliverAll(this.#service.url, calls, this.#signal);
  }

  #callsText(): string {
    const keys = this.#crm.callKeys();
    const twice = keys.length - new Set(keys).size;
    return `${keys.length} calls, ${twice === 0 ? 'each once' : `${twice} OF THEM TWICE`}`;
  }

  /** Until so many calls are in the CRM, linked to their people. */
  async #arrived(count: number): Promise<void> {
    const { ended } = this.#service;
    const stopped = aborted(this.#signal);
    const deadline = Date.now() + PATIENCE_MS;
    let sayNext = Date.now() + PROGRESS_MS;
    for (let arrived = this.#crm.callKeys().length; arrived < count; arrived = this.#crm.callKeys().length) {
      if (Date.now() > deadline) {
        const missing = `${count - arrived} of ${count} calls are not in the CRM after ${PATIENCE_MS / 1_000} s`;
        throw new DemoError(`${missing}: try again on a machine that is less busy`);
      }
      if (Date.now() > sayNext) {
        this.#say(`   … ${arrived} of ${count} calls are in the CRM`);
        sayNext += PROGRESS_MS;
      }
      await Promise.race([delay(20), ended, stopped]);
    }
  }
}

const seconds = (started: number) => `${((Date.now() - started) / 1_000).toFixed(1)} s`;
