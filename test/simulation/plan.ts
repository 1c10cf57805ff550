/** What happens in one run: who is called when, and what fails. Made from a seed; a failing one is made smaller. */
import { Random } from '../random.ts';

export interface Plan {
  readonly seed: number;
  /** `linked`: activities are upserted, then linked to their person. `nested`: created in one request with it. */
  readonly crm: 'linked' | 'nested';
  readonly workers: number;
  /** So late does the search by phone number see a new record. */
  readonly searchLagMs: number;
  readonly people: readonly PlannedPerson[];
  readonly deliveries: readonly PlannedDelivery[];
  readonly faults: readonly Fault[];
}

export interface PlannedPerson {
  readonly id: string;
  readonly phone: string;
  /** The CRM has a record with the number, made by hand. */
  readonly isInCrm: boolean;
}

/** One HTTP request of Altur; a redelivery is another one with the same content. */
export interface PlannedDelivery {
  readonly atMs: number;
  readonly content: CallContent;
}

export interface CallContent {
  readonly callId: string;
  readonly version: number;
  /** Index in `people`; absent: nobody can be identified. */
  readonly person?: number;
  /** With the customer's own id; by the phone number alone otherwise. */
  readonly byId: boolean;
  readonly endedAtMs: number;
  readonly followUp: boolean;
  /** The CRM rejects the call's record until a person acts. */
  readonly isRejected: boolean;
}

/** `nth`: of all messages on this link, from 1. */
export type Fault =
  | { readonly kind: 'crash'; readonly nth: number; readonly sent: boolean; readonly restartMs: number }
  /** A deployment: the worker stops in good order. */
  | { readonly kind: 'stop'; readonly atMs: number; readonly worker: number; readonly restartMs: number }
  | {
      readonly kind: 'redis';
      readonly nth: number;
      readonly what: 'slow' | 'twice' | 'error';
      readonly ms: number;
    }
  | { readonly kind: 'queue'; readonly nth: number; readonly ms: number }
  | {
      readonly kind: 'crm';
      readonly nth: number;
      readonly what: CrmFault;
      readonly ms: number;
      readonly row: number;
    }
  | {
      readonly kind: 'outage';
      readonly what: 'rate_limited' | 'unavailable' | 'unauthorized';
      readonly atMs: number;
      readonly ms: number;
    }
  /** Somebody deletes the record of a person in the CRM. */
  | { readonly kind: 'delete'; readonly atMs: number; readonly person: number };

/**
 * `lost`: done, without an answer. `part`: the rows before `row` are done, then the same. `unsent`: not done, without an
 * answer. `slow`: done late. `failed`: not done, 5xx. `locked`: the rows from `row` on are rejected for now. `unreported`:
 * all done, the answer says nothing of one row.
 */
export type CrmFault = 'lost' | 'part' | 'unsent' | 'slow' | 'failed' | 'locked' | 'unreported';

const CRM_FAULTS: readonly CrmFault[] = ['lost', 'part', 'unsent', 'slow', 'failed', 'locked', 'unreported'];

export function makePlan(seed: number): Plan {
  const random = new Random(seed);
  const people = Array.from({ length: random.between(1, 3) }, (_, index): PlannedPerson => {
    return { id: `p${index}`, phone: `+5255000000${10 + index}`, isInCrm: random.chance(0.3) };
  });
  const crm = random.pick(['linked', 'nested'] as const);
  const workers = random.between(1, 3);
  const searchLagMs = random.pick([0, 3_000, 20_000]);
  const spreadMs = random.pick([50, 2_000, 20_000]);
  const deliveries = makeDeliveries(random, people.length, spreadMs);
  const faults = Array.from({ length: random.pick([0, 1, 1, 2, 3, 5]) }, () =>
    makeFault(random, { workers, people: people.length, spreadMs }),
  );
  return { seed, crm, workers, searchLagMs, people, deliveries, faults };
}

function makeDeliveries(random: Random, people: number, spreadMs: number): PlannedDelivery[] {
  const deliveries: PlannedDelivery[] = [];
  const calls = random.between(2, 8);
  let mayReject = 2;
  for (let index = 0; index < calls; index += 1) {
    const isRejected = mayReject > 0 && random.chance(0.06);
    if (isRejected) mayReject -= 1;
    const call = {
      callId: `call_${index}`,
      ...(random.chance(0.95) && { person: random.between(0, people - 1) }),
      byId: random.chance(0.7),
      // Not in the order in which they arrive, and never two at once.
      endedAtMs: random.between(0, 99) * 1_000 + index,
      followUp: random.chance(0.3),
      isRejected,
    };
    const versions = random.chance(0.25) ? 2 : 1;
    for (let version = 1; version <= versions; version += 1) {
      // Even or odd: of two versions that come in one millisecond, either is the later one.
      const atMs = 2 * random.between(1, spreadMs / 2) + (version % 2);
      const content = { ...call, version };
      deliveries.push({ atMs, content });
      if (random.chance(0.2)) deliveries.push({ atMs: atMs + random.pick([0, 5, 1_000, 30_000]), content });
    }
  }
  return deliveries.toSorted((a, b) => a.atMs - b.atMs);
}

interface Size {
  readonly workers: number;
  readonly people: number;
  readonly spreadMs: number;
}

function makeFault(random: Random, { workers, people, spreadMs }: Size): Fault {
  const atMs = random.between(0, spreadMs + 2_000);
  const restartMs = random.pick([100, 3_000, 30_000]);
  const ms = random.pick([200, 2_000, 4_000]);
  switch (
    random.pick(['crash', 'crash', 'stop', 'redis', 'queue', 'crm', 'crm', 'crm', 'outage', 'delete'])
  ) {
    case 'crash':
      return { kind: 'crash', nth: random.between(1, 150), sent: random.chance(0.7), restartMs };
    case 'stop':
      return { kind: 'stop', atMs, worker: random.between(0, workers - 1), restartMs };
    case 'redis': {
      const what = random.pick(['slow', 'twice', 'error'] as const);
      return {
        kind: 'redis',
        nth: random.between(1, 60),
        what,
        ms: random.pick([200, 2_500, 8_000, 12_000]),
      };
    }
    case 'queue':
      return { kind: 'queue', nth: random.between(1, 80), ms: random.pick([200, 2_500, 12_000]) };
    case 'crm': {
      const what = random.pick(CRM_FAULTS);
      return { kind: 'crm', nth: random.between(2, 20), what, ms, row: random.between(0, 3) };
    }
    case 'outage': {
      const what = random.pick(['rate_limited', 'rate_limited', 'unavailable', 'unauthorized'] as const);
      return { kind: 'outage', what, atMs, ms: random.pick([500, 5_000, 40_000, 400_000]) };
    }
    default:
      return { kind: 'delete', atMs, person: random.between(0, people - 1) };
  }
}
