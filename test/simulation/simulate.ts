/** Runs one plan, from the first delivery until everything is written, and answers what went wrong. */
import type { Actor } from './clock.ts';
import { BEGIN } from './clock.ts';
import { CrmRecords } from './crm/records.ts';
import { CrmRequests } from './crm/requests.ts';
import { checkEnd } from './end-state.ts';
import { useSimulated } from './globals.ts';
import { startIngress } from './ingress-process.ts';
import type { Plan } from './plan.ts';
import { QueueServer } from './queue/server.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';
import { World } from './world.ts';
import { WriteSpans } from './write-spans.ts';

export interface RunResult {
  /** Empty when all is well. */
  readonly violations: readonly string[];
  readonly events: number;
  readonly crmRequests: number;
  /** Simulated. */
  readonly ms: number;
  readonly traceHash: number;
  readonly trace?: readonly string[];
}

/** Far more than a run takes: retries wait 15 minutes at most. */
const PATIENCE_MS = 3 * 3_600_000;
const MAX_EVENTS = 300_000;

export async function simulate(plan: Plan, keepsTrace = false): Promise<RunResult> {
  const world = new World(plan, keepsTrace);
  const { clock } = world;
  useSimulated(clock, world.random);
  const queue = new QueueServer(world.keyspace, () => clock.now);
  const records = new CrmRecords(() => clock.now);
  const servers = { queue, records, requests: new CrmRequests(world), spans: new WriteSpans(world) };
  const deleted = new Set<number>();
  for (const person of plan.people) if (person.isInCrm) records.add('person', { phone: person.phone }, 0);

  const processes = new WorkerProcesses(world, servers);
  processes.startAll();
  let accepted = 0;
  startAs(world, { name: 'ingress', isAlive: true }, () => {
    startIngress(world, queue, () => {
      accepted += 1;
    });
  });
  for (const fault of plan.faults) {
    if (fault.kind === 'stop')
      clock.schedule(fault.atMs, () => processes.stop(fault.worker, fault.restartMs), null);
    if (fault.kind !== 'delete') continue;
    const remove = () => {
      const { phone } = plan.people[fault.person]!;
      const record = records.all('person').find(({ fields }) => fields.phone === phone);
      if (!record) return;
      deleted.add(fault.person);
      records.delete(record.id);
      world.trace(`somebody deletes ${record.id}`);
    };
    clock.schedule(fault.atMs, remove, null);
  }

  const isDrained = () =>
    accepted === plan.deliveries.length &&
    [...queue.jobs.values()].every(({ state }) => state === 'completed' || state === 'failed');
  const isOver = () => isDrained() || clock.events >= MAX_EVENTS || clock.now >= BEGIN + PATIENCE_MS;
  await clock.run(isOver);
  if (!isDrained()) world.violated('not everything is written or a dead letter in the end');
  else for (const violation of checkEnd(plan, servers, deleted)) world.violated(violation);
  return {
    violations: world.violations,
    events: clock.events,
    crmRequests: servers.requests.sent,
    ms: clock.now - BEGIN,
    traceHash: world.traceHash,
    ...(world.lines && { trace: world.lines }),
  };
}

/** The worker processes; one that ends is followed by another of the same place. */
class WorkerProcesses {
  readonly #world: World;
  readonly #servers: Parameters<typeof startWorkerProcess>[1];
  readonly #running = new Map<number, { readonly actor: Actor; process?: WorkerProcess }>();
  #started = 0;

  constructor(world: World, servers: Parameters<typeof startWorkerProcess>[1]) {
    this.#world = world;
    this.#servers = servers;
    world.onCrash = (actor, restartMs) => this.#restart(actor, restartMs);
    servers.queue.onJob = () => this.#wakeAll();
  }

  startAll(): void {
    for (let place = 0; place < this.#world.plan.workers; place += 1) this.#start(place);
  }

  /** As SIGTERM does. */
  stop(place: number, restartMs: number): void {
    const { actor, process } = this.#running.get(place) ?? {};
    if (!actor?.isAlive || !process) return;
    const close = async () => {
      this.#world.trace('stops');
      await process.running.close(17_000);
      this.#world.crash(actor, restartMs);
    };
    this.#world.clock.schedule(0, () => void close(), actor);
  }

  #start(place: number): void {
    this.#started += 1;
    const actor = { name: `worker ${place}.${this.#started}`, isAlive: true };
    const running: { actor: Actor; process?: WorkerProcess } = { actor };
    this.#running.set(place, running);
    startAs(this.#world, actor, () => {
      running.process = startWorkerProcess(this.#world, this.#servers, actor);
    });
  }

  #restart(actor: Actor, restartMs: number): void {
    for (const [place, running] of this.#running)
      if (running.actor === actor) this.#world.clock.schedule(restartMs, () => this.#start(place), null);
  }

  #wakeAll(): void {
    const { clock } = this.#world;
    for (const { actor, process } of this.#running.values())
      clock.schedule(this.#world.latency('queue'), () => process?.wake(), actor);
  }
}

function startAs({ clock }: World, actor: Actor, start: () => void): void {
  clock.schedule(0, start, actor);
}
