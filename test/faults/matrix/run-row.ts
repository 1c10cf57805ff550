/** Runs one row on one CRM and compares what came of it. */
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../../random.ts';
import type { CrmKind } from '../../simulators/crm-process.ts';
import { compare, type Difference } from './compare.ts';
import { CLOSING_ROUNDS, type PlannedCall, POPULATION, planCalls } from './plan.ts';
import type { Row } from './row.ts';
import { Sender } from './sender.ts';
import { Sending } from './sending.ts';
import { World } from './world.ts';

export interface RunOptions {
  readonly crm: CrmKind;
  readonly calls: number;
  readonly seed: number;
  readonly callsPerSecond: number;
  readonly minuteMs: number;
  readonly firstBackoffMs: number;
  /** How long the queue may need after the fault. */
  readonly patienceMs: number;
  /** A later version, or one more delivery, follows within this time. */
  readonly laterMs: number;
  /** Before everything is stopped; `again` compares the CRM's state of then. */
  inspect?(world: World, again: () => Promise<readonly Difference[]>): Promise<void>;
}

export interface RowResult {
  readonly row: Row;
  readonly crm: CrmKind;
  /** Calls, in all versions that were sent. */
  readonly events: number;
  readonly deliveries: number;
  /** Events that were answered 200 at least once. */
  readonly accepted: number;
  /** Calls that are in the CRM. */
  readonly synced: number;
  readonly deadLetters: number;
  /** Dead letters that must not be, and those that are missing. */
  readonly wrongDeadLetters: readonly string[];
  /** None while calls are unsettled: then nothing can be said yet. */
  readonly differences: readonly Difference[];
  readonly crmRequests: number;
  readonly seconds: number;
  /** Calls that were still unsettled when patience ended. */
  readonly unsettled: number;
  /** Calls that are not doomed and were not written within the time that the row gives them. */
  readonly late: number;
  /** What was logged of the first call that is not as it must be. */
  readonly log: readonly string[];
}

export async function runRow(row: Row, options: RunOptions): Promise<RowResult> {
  const startedAt = performance.now();
  const { ingresses = 1, proxied = false, simulator = () => ({}) } = row;
  const world = await World.open({
    crm: options.crm,
    simulator: simulator(options.crm),
    ingresses,
    workers: 2,
    proxied,
  });
  try {
    return await observe(row, options, world, startedAt);
  } finally {
    await world.close();
  }
}

async function observe(row: Row, options: RunOptions, world: World, startedAt: number): Promise<RowResult> {
  const { seed, crm, minuteMs } = options;
  const people = Math.max(10, Math.round(options.calls * 0.3));
  const population = { ...POPULATION, calls: options.calls, people, ...row.population?.(options.calls) };
  const calls = planCalls(seed, population);
  const random = new Random(seed + 1);
  const sender = new Sender(() => world.door(), options.firstBackoffMs);
  const pace = { callsPerSecond: options.callsPerSecond, atOnce: row.atOnce ?? 1, laterMs: options.laterMs };
  const sending = new Sending(sender, pace, new Random(seed + 2));
  const mergedInto = new Map();
  const deleted = new Set<string>();
  const run = { world, sending, calls, random, minuteMs, mergedInto, deleted };

  await row.prepare?.(run);
  const hurries = row.hurriesRetries === true;
  const patienceMs = options.patienceMs * (row.patience ?? 1);
  const ofRound = (round: number) => calls.filter((call) => call.round === round);
  await Promise.all([sending.send(ofRound(0)), row.during?.(run)]);
  // Before retries are hurried: what fails is to wait for its next attempt, and the others not for it.
  const late = await lateCalls(row, world, calls);
  let unsettled = await settle(world, patienceMs, hurries);
  for (const round of CLOSING_ROUNDS.toSorted()) {
    const some = ofRound(round).filter((call) => row.sends?.(run, call) ?? true);
    if (some.length === 0) continue;
    await sending.send(some);
    unsettled = await settle(world, patienceMs, hurries);
  }

  const deadLetters = await world.deadLetters();
  const state = await world.crm.state();
  const { accepted } = sending;
  const doomed = calls.filter(
    ({ isDoomed, versions }) => isDoomed && versions.some((each) => accepted.has(each)),
  );
  const facts = { calls, accepted, deadLetters, mergedInto, deleted };
  const crmRequests = await world.crm.requests();
  const differences = unsettled > 0 ? [] : compare(world.crm.expected, state, facts);
  await options.inspect?.(world, async () => compare(world.crm.expected, await world.crm.state(), facts));
  const [suspect] = /cll_[a-z0-9]+/.exec(differences[0]?.what ?? '') ?? [];
  return {
    row,
    crm,
    events: sending.begun,
    deliveries: sender.deliveries,
    accepted: accepted.size,
    synced: state.calls.length,
    deadLetters: deadLetters.size,
    wrongDeadLetters: [
      ...[...deadLetters].filter((id) => !calls.some((call) => call.isDoomed && call.id === id)),
      ...(unsettled > 0 ? [] : doomed)
        .filter(({ id }) => !deadLetters.has(id))
        .map(({ id }) => `${id} (missing)`),
    ],
    differences,
    crmRequests,
    seconds: (performance.now() - startedAt) / 1_000,
    unsettled,
    late,
    log: suspect === undefined ? [] : world.logOf(suspect),
  };
}

const POLL_MS = 200;
const HURRY_MS = 2_000;

/** Resolves when nothing waits, or patience has ended; with what then still waits. */
async function settle(world: World, patienceMs: number, hurries: boolean): Promise<number> {
  const deadline = Date.now() + patienceMs;
  let hurriedAt = Date.now();
  for (let quiet = 0; quiet < 3; ) {
    const left = await world.unsettled();
    quiet = left === 0 ? quiet + 1 : 0;
    if (Date.now() > deadline) return left;
    if (hurries && Date.now() - hurriedAt > HURRY_MS) {
      await world.hurryRetries();
      hurriedAt = Date.now();
    }
    await delay(POLL_MS);
  }
  return 0;
}

/** How many calls that are not doomed wait for those that are. */
async function lateCalls(row: Row, world: World, calls: readonly PlannedCall[]): Promise<number> {
  if (row.othersWithinMs === undefined) return 0;
  const others = calls.filter(({ isDoomed, round }) => !isDoomed && round === 0).map(({ id }) => id);
  const deadline = Date.now() + row.othersWithinMs;
  for (;;) {
    const left = await world.unsettledOf(others);
    if (left === 0 || Date.now() > deadline) return left;
    await delay(POLL_MS);
  }
}

/** What must be 0. */
export function faultsOf(result: RowResult): readonly string[] {
  const { differences, wrongDeadLetters, unsettled, late, accepted, events, row } = result;
  return [
    // What Altur gave up is not lost by the service, but it proves nothing either.
    ...(accepted < events * 0.9 ? [`only ${accepted} of ${events} events were answered 200`] : []),
    ...differences.map(({ kind, what }) => `${kind}: ${what}`),
    ...wrongDeadLetters.map((id) => `dead letter: ${id}`),
    ...(late > 0 ? [`${late} other calls were not written within ${row.othersWithinMs! / 1_000} s`] : []),
    ...(unsettled > 0 ? [`${unsettled} calls still wait, so the CRM was not compared`] : []),
  ];
}
