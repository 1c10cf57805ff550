/** The calls of a run: who is called, what changes later, what Altur delivers twice. All of it follows from a seed. */
import { readFileSync } from 'node:fs';
import { Random } from '../../random.ts';

export interface PlannedPerson {
  /** Of nobody else. */
  readonly name: string;
  /** The customer's own id; absent when only the number is known. */
  readonly fId?: string;
  /** E.164. */
  readonly phone: string;
}

export interface Version {
  readonly call: PlannedCall;
  /** From 1. */
  readonly number: number;
  readonly event: object;
}

export interface PlannedCall {
  readonly id: string;
  readonly person: PlannedPerson;
  readonly type: 'inbound' | 'outbound';
  readonly status: 'ended' | 'busy' | 'no-answer';
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly tags: readonly string[];
  /** The mapping of the run asks for a follow-up task. */
  readonly hasFollowUp: boolean;
  /** The row sees to it that the CRM never accepts it. */
  readonly isDoomed: boolean;
  /** Altur delivers a version once more although it was answered 200. */
  readonly isRepeated: boolean;
  /** 0; those of the rounds that close the run are sent when all of the earlier rounds are written. */
  readonly round: number;
  readonly versions: readonly Version[];
}

export interface Population {
  readonly calls: number;
  readonly people: number;
  /** The people share so many numbers; by default each has one. */
  readonly phones?: number;
  /** Who is known by number only. */
  readonly withoutId: number;
  readonly doomed: number;
  readonly changed: number;
  readonly repeated: number;
  /** In each of the rounds that close the run each person may get one call more. */
  readonly closes: boolean;
}

export const POPULATION = {
  withoutId: 0.1,
  doomed: 0,
  changed: 0.1,
  repeated: 0.1,
  closes: false,
} as const;

/** In the order in which their calls ended: the third round is sent last, but its calls are older than the second's. */
export const CLOSING_ROUNDS = [1, 3, 2] as const;

/** In the transcript of calls that are doomed. */
export const POISON = 'poison-pill';
export const FOLLOW_UP_TAG = 'call_later';
/** The other side of each call. */
export const OUR_NUMBER = '+525550000000';
const START = Date.UTC(2026, 10, 24, 10);

const sample = JSON.parse(readFileSync(new URL('../../fixtures/on_call_end.json', import.meta.url), 'utf8'));

export function planCalls(seed: number, population: Population): readonly PlannedCall[] {
  const random = new Random(seed);
  const people = planPeople(random, population);
  // When calls ended has nothing to do with the order in which they are sent.
  const places = random.shuffled(Array.from({ length: population.calls }, (_, index) => index));
  const calls = places.map((place) => planCall(random, place, random.pick(people), population, 0));
  const called = [...new Set(calls.map(({ person }) => person))];
  const rounds = CLOSING_ROUNDS.slice(0, population.closes ? undefined : 0);
  for (const round of rounds) {
    const first = calls.length;
    for (const [index, person] of random.shuffled(called).entries())
      calls.push(planCall(random, first + index, person, population, round));
  }
  return calls;
}

function planPeople(random: Random, { people, phones = people, withoutId }: Population): PlannedPerson[] {
  return Array.from({ length: people }, (_, index) => {
    const phone = `+5255${String(10_000_000 + (index % phones))}`;
    const name = `${random.pick(['Ana', 'Sofía', 'Íñigo'])} Peña ${index}`;
    return random.chance(withoutId) ? { name, phone } : { name, phone, fId: `user_${index}` };
  });
}

function planCall(
  random: Random,
  place: number,
  person: PlannedPerson,
  population: Population,
  round: number,
): PlannedCall {
  const number = String(place).padStart(6, '0');
  const endedAt = new Date(START + place * 10_000);
  const hasFollowUp = random.chance(0.15);
  const versions: Version[] = [];
  const call: PlannedCall = {
    id: `cll_fault${number}`,
    person,
    type: random.chance(0.25) ? 'inbound' : 'outbound',
    status: random.pick(['ended', 'ended', 'ended', 'busy', 'no-answer']),
    startedAt: new Date(endedAt.getTime() - random.between(1, 9) * 1_000),
    endedAt,
    tags: [`tag_${place}`, ...(hasFollowUp ? [FOLLOW_UP_TAG] : [])],
    hasFollowUp,
    isDoomed: round === 0 && random.chance(population.doomed),
    isRepeated: random.chance(population.repeated),
    round,
    versions,
  };
  const count = round === 0 && random.chance(population.changed) ? 2 : 1;
  for (let version = 1; version <= count; version++) {
    versions.push({ call, number: version, event: eventOf(random, call, version) });
  }
  return call;
}

/** As Mexican numbers are written. */
const NOTATIONS: readonly ((digits: string) => string)[] = [
  (digits) => `+52${digits}`,
  (digits) => `+521${digits}`,
  (digits) => `${digits.slice(0, 2)} ${digits.slice(2, 6)} ${digits.slice(6)}`,
];

function eventOf(random: Random, call: PlannedCall, version: number): object {
  const { id, person, type, status, tags } = call;
  const contact = random.pick(NOTATIONS)(person.phone.slice('+52'.length));
  const [from, to] = type === 'inbound' ? [person.phone, OUR_NUMBER] : [OUR_NUMBER, person.phone];
  const content = `This is ${markOf(id, version)}.${call.isDoomed ? ` ${POISON}` : ''}`;
  return {
    ...sample,
    id,
    type,
    status,
    answered_by: status === 'ended' ? 'human' : undefined,
    phone_number_from: from,
    phone_number_to: to,
    created_at: call.startedAt.toISOString(),
    started_at: call.startedAt.toISOString(),
    ended_at: call.endedAt.toISOString(),
    duration: secondsOf(call, version),
    transcript: [{ sent_by: 'user', sent_at: call.startedAt.toISOString(), content }],
    end_user: undefined,
    campaign_user: {
      ...sample.campaign_user,
      f_id: person.fId,
      name: person.name,
      contact,
      status: statusOf(id, version),
      tags,
    },
  };
}

/** By which a version of a call is recognised in the text of its record. */
export const markOf = (id: string, version: number) => `${id} version ${version}`;

/** What this version says of its person. */
export const statusOf = (id: string, version: number) => `${id} v${version}`;

/** Each version says another duration. */
export function secondsOf({ startedAt, endedAt }: PlannedCall, version: number): number {
  return (endedAt.getTime() - startedAt.getTime()) / 1_000 + (version - 1) * 100;
}

/** The key that the person's record must have. */
export const keyOf = ({ fId, phone }: PlannedPerson) => fId ?? `phone:${phone}`;
