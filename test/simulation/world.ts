/** What all actors of a run share: the clock, the network with its faults, Redis, and what went wrong. */

import { Random } from '../random.ts';
import { type Actor, BEGIN, SimulatedClock } from './clock.ts';
import type { Fault, Plan } from './plan.ts';
import { Keyspace } from './redis/keyspace.ts';
import { LuaScripts } from './redis/lua.ts';

export type LinkName = 'redis' | 'queue' | 'crm';

const SCRIPTS = new LuaScripts();

/** What was sent before a crash is on its way for so long at most. */
const ON_THE_WAY_MS = 1_000;

type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

const LATENCY_MS = { redis: [0, 6], queue: [0, 6], crm: [20, 400] } as const;

export class World {
  readonly plan: Plan;
  readonly clock = new SimulatedClock();
  readonly random: Random;
  readonly keyspace = new Keyspace(() => this.clock.now);
  readonly scripts = SCRIPTS;
  /** What must never be, in words. */
  readonly violations: string[] = [];
  /** When a fault last held up Redis or the queue. */
  lastHoldUpAt = Number.NEGATIVE_INFINITY;
  /** Lines of the trace, if they are kept; their digest always is. */
  readonly lines: string[] | undefined;
  traceHash = 0x811c9dc5;
  /** Restarts what crashed; set by the run. */
  onCrash: (actor: Actor, restartMs: number) => void = () => {};
  /** By connection: when its last message arrives. */
  readonly #lastArrivals = new Map<string, number>();
  readonly #counts = { any: 0, redis: 0, queue: 0, crm: 0 };

  constructor(plan: Plan, keepsTrace: boolean) {
    this.plan = plan;
    SCRIPTS.keyspace = this.keyspace;
    this.random = new Random(plan.seed ^ 0x5eed);
    this.lines = keepsTrace ? [] : undefined;
  }

  /**
   * A round trip of the actor whose code runs now. Never settles once the actor has crashed. `whenFull`: what Redis does
   * instead while it is out of memory.
   */
  link<T>(
    name: 'redis' | 'queue',
    what: string,
    execute: () => T,
    whenFull: () => T = outOfMemory,
  ): Promise<T> {
    const { clock } = this;
    const fault = this.faultOn(name);
    const holdMs = fault?.ms ?? 0;
    const held = fault?.kind === 'redis' ? fault.what : 'slow';
    if (fault) {
      this.trace(`${name} is held up: ${held} ${holdMs}`);
      this.lastHoldUpAt = clock.now + holdMs;
      // The connection broke: the client sends again what was not answered.
      if (held === 'twice') clock.schedule(this.latency(name), () => void attempt(execute), null);
    }
    const arrive = (answer: (result: () => T) => void) => {
      const result = attempt(held === 'error' ? whenFull : execute);
      clock.schedule(this.latency(name), () => answer(result), null);
    };
    return this.send(name, what, arrive, holdMs);
  }

  /**
   * Takes a message of the present actor to `arrive`, which hands its answer over as a function that returns or throws.
   * Messages of one actor on one link arrive in order; one that is held up at the time of a crash does not arrive.
   */
  send<T>(
    name: LinkName,
    what: string,
    arrive: (answer: (result: () => T) => void) => void,
    holdMs = 0,
  ): Promise<T> {
    const { clock } = this;
    const { actor } = clock;
    const crash = this.#crashNow(actor);
    return new Promise((resolve, reject) => {
      if (actor?.isAlive === false) return;
      if (crash && !crash.sent) return this.crash(actor!, crash.restartMs);
      this.trace(`${name} ${what}`);
      const answer = (result: () => T) => {
        const settle = () => {
          try {
            resolve(result());
          } catch (error) {
            reject(error);
          }
        };
        clock.schedule(0, settle, actor);
      };
      const arriveOnce = () => {
        if (actor?.isAlive || clock.now - sentAt < ON_THE_WAY_MS) arrive(answer);
      };
      const sentAt = clock.now;
      clock.schedule(this.#arrivalMs(name, actor, holdMs), arriveOnce, null);
      if (crash) this.crash(actor!, crash.restartMs);
    });
  }

  #arrivalMs(name: LinkName, actor: Actor | null, holdMs: number): number {
    const at = this.clock.now + this.latency(name) + holdMs;
    if (name === 'crm') return at - this.clock.now;
    const connection = `${actor?.name} ${name}`;
    const inOrder = Math.max(at, this.#lastArrivals.get(connection) ?? 0);
    this.#lastArrivals.set(connection, inOrder);
    return inOrder - this.clock.now;
  }

  latency(name: LinkName): number {
    const [low, high] = LATENCY_MS[name];
    return this.random.latency(low, high);
  }

  /** Counts a message, and answers the fault that is planned for it. */
  faultOn<Name extends LinkName>(name: Name): FaultOf<Name> | undefined {
    this.#counts[name] += 1;
    const nth = this.#counts[name];
    return this.plan.faults.find((fault) => fault.kind === name && fault.nth === nth) as
      | FaultOf<Name>
      | undefined;
  }

  crash(actor: Actor, restartMs: number): void {
    if (!actor.isAlive) return;
    this.trace('crashes');
    actor.isAlive = false;
    this.onCrash(actor, restartMs);
  }

  violated(what: string): void {
    if (!this.violations.includes(what)) this.violations.push(what);
    this.trace(`VIOLATION ${what}`);
  }

  trace(what: string): void {
    const { now, actor } = this.clock;
    const line = `${now - BEGIN} ${actor?.name ?? '-'} ${what}`;
    this.lines?.push(line);
    for (let index = 0; index < line.length; index += 1)
      this.traceHash = Math.imul(this.traceHash ^ line.charCodeAt(index), 0x01000193) >>> 0;
  }

  #crashNow(actor: Actor | null): FaultOf<'crash'> | undefined {
    if (!actor?.isAlive || !actor.name.startsWith('worker')) return undefined;
    this.#counts.any += 1;
    return this.plan.faults.find((fault) => fault.kind === 'crash' && fault.nth === this.#counts.any) as
      | FaultOf<'crash'>
      | undefined;
  }
}

export const OUT_OF_MEMORY = 'OOM command not allowed';

export function outOfMemory(): never {
  throw new Error(OUT_OF_MEMORY);
}

function attempt<T>(execute: () => T): () => T {
  try {
    const result = execute();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
