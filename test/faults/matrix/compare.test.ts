/** The comparison itself: that it finds each thing that must not be. */
import { describe, expect, test } from '@jest/globals';
import { compare, type DifferenceKind, type Facts } from './compare.ts';
import type { CrmState, StoredActivity, StoredPerson } from './crm-state.ts';
import { type ExpectedFields, HUBSPOT_FIELDS, SALESFORCE_FIELDS } from './expected-fields.ts';
import { markOf, type PlannedCall, type PlannedPerson, POPULATION, planCalls } from './plan.ts';

const calls = planCalls(3, { ...POPULATION, calls: 60, people: 12, changed: 0.3 });
const people = [...new Set(calls.map(({ person }) => person))];
const byEnd = (some: readonly PlannedCall[]) =>
  some.toSorted((a, b) => a.endedAt.getTime() - b.endedAt.getTime());
const callsOf = (person: PlannedPerson) => byEnd(calls.filter((call) => call.person === person));
const lastVersion = ({ versions }: PlannedCall) => versions.length;

const facts: Facts = {
  calls,
  accepted: new Set(calls.flatMap(({ versions }) => versions)),
  deadLetters: new Set(),
  mergedInto: new Map(),
  deleted: new Set(),
};

/** What a CRM must hold after all of the calls. */
function rightState(expected: ExpectedFields): CrmState {
  const activity = (call: PlannedCall, prefix: string): Omit<StoredActivity, 'fields' | 'text'> => ({
    id: `${prefix} ${call.id}`,
    people: [call.person.name],
  });
  return {
    people: people.map((person) => {
      const newest = callsOf(person).at(-1)!;
      const fields = { ...expected.person(person), ...expected.newest(newest, lastVersion(newest)) };
      return { id: person.name, fields };
    }),
    calls: calls.map((call) => ({
      ...activity(call, 'call'),
      fields: expected.call(call, lastVersion(call)),
      text: `Customer: This is ${markOf(call.id, lastVersion(call))}.`,
    })),
    followUps: calls
      .filter(({ hasFollowUp }) => hasFollowUp)
      .map((call) => ({ ...activity(call, 'task'), fields: expected.followUp(call), text: call.id })),
  };
}

const keyed = (key: string) => ({ altur_person_key: key, Altur_Person_Key__c: key });
const changed = calls.find(({ versions }) => versions.length === 2)!;
const place = calls.indexOf(changed);
const withCall = (state: CrmState, change: (call: StoredActivity) => StoredActivity[]): CrmState => ({
  ...state,
  calls: state.calls.flatMap((call, index) => (index === place ? change(call) : [call])),
});
const withPerson = (state: CrmState, change: (person: StoredPerson) => StoredPerson[]): CrmState => ({
  ...state,
  people: state.people.flatMap((person, index) => (index === 0 ? change(person) : [person])),
});

describe.each([
  ['HubSpot', HUBSPOT_FIELDS],
  ['Salesforce', SALESFORCE_FIELDS],
])('the state of %s', (_, expected) => {
  const right = rightState(expected);
  const kindsOf = (state: CrmState, some: Partial<Facts> = {}): DifferenceKind[] =>
    compare(expected, state, { ...facts, ...some }).map(({ kind }) => kind);
  const [, status = ''] = Object.keys(expected.newest(changed, 1));
  const older = callsOf(people[0]!)[0]!;

  test('that is right has no difference', () => {
    expect(kindsOf(right)).toEqual([]);
  });

  const tampered: [string, CrmState, DifferenceKind][] = [
    ['a lost call', withCall(right, () => []), 'lost'],
    ['a call that is there twice', withCall(right, (call) => [call, { ...call, id: 'x' }]), 'doubled call'],
    [
      'a call that is there twice, once without its key',
      withCall(right, (call) => [call, { ...call, id: 'x', fields: {} }]),
      'doubled call',
    ],
    [
      'a call in its earlier version',
      withCall(right, (call) => [
        { ...call, fields: expected.call(changed, 1), text: `This is ${markOf(changed.id, 1)}.` },
      ]),
      'stale',
    ],
    [
      'a call of another person',
      withCall(right, (call) => [
        { ...call, people: [people.find((person) => person !== changed.person)!.name] },
      ]),
      'wrong',
    ],
    ['a call of nobody', withCall(right, (call) => [{ ...call, people: [] }]), 'wrong'],
    [
      'a call of two people',
      withCall(right, (call) => [{ ...call, people: people.slice(0, 2).map(({ name }) => name) }]),
      'wrong',
    ],
    [
      'a call with another value',
      withCall(right, (call) => [
        { ...call, fields: { ...call.fields, ...expected.call(calls[place + 1]!, 1) } },
      ]),
      'wrong',
    ],
    [
      'a person who is there twice, under another key',
      withPerson(right, (person) => [person, { id: 'x', fields: { ...person.fields, ...keyed('x') } }]),
      'doubled person',
    ],
    [
      'a status that an older call overwrote',
      withPerson(right, ({ id, fields }) => [{ id, fields: { ...fields, ...expected.newest(older, 1) } }]),
      'stale',
    ],
    [
      'a single field that an older call overwrote',
      withPerson(right, ({ id, fields }) => [
        { id, fields: { ...fields, [status]: expected.newest(older, 1)[status]! } },
      ]),
      'stale',
    ],
    ['a person who is missing', withPerson(right, () => []), 'wrong'],
    [
      'a person without a key',
      withPerson(right, ({ id, fields }) => [{ id, fields: { ...fields, ...keyed('') } }]),
      'wrong',
    ],
    ['a missing follow-up', { ...right, followUps: right.followUps.slice(1) }, 'wrong'],
    ['a doubled follow-up', { ...right, followUps: [...right.followUps, right.followUps[0]!] }, 'wrong'],
    [
      'a call that nobody sent',
      withCall(right, (call) => [call, { ...call, id: 'x', text: 'This is cll_other version 1.' }]),
      'wrong',
    ],
  ];
  test.each(tampered)('shows %s', (_, state, kind) => {
    expect(kindsOf(state)).toContain(kind);
  });

  test('may lack a dead letter and what was never answered 200, and nothing else', () => {
    const [first, second] = [calls[0]!, calls[1]!];
    const without = {
      ...right,
      calls: right.calls.slice(2),
      followUps: right.followUps.filter(({ text }) => text !== first.id && text !== second.id),
    };
    const accepted = new Set([...facts.accepted].filter(({ call }) => call !== second));
    const fromCalls = (kinds: readonly DifferenceKind[]) => kinds.filter((kind) => kind === 'lost');
    expect(fromCalls(kindsOf(without, { accepted, deadLetters: new Set([first.id]) }))).toEqual([]);
    expect(fromCalls(kindsOf(without, { accepted }))).toEqual(['lost']);
  });

  test('may have lost links to people who were deleted, and no others', () => {
    const unlinked = withCall(right, (call) => [{ ...call, people: [] }]);
    const { id } = right.calls[place]!;
    expect(kindsOf(unlinked, { deleted: new Set([id]) })).toEqual([]);
    expect(kindsOf(unlinked, { deleted: new Set(['another']) })).toEqual(['wrong']);
  });

  test('has one record of two people who were merged, with the newest of both', () => {
    const [kept, merged] = [people[0]!, people[1]!];
    const mergedInto = new Map([[merged, kept]]);
    const newest = byEnd([...callsOf(kept), ...callsOf(merged)]).at(-1)!;
    const one = {
      id: kept.name,
      fields: { ...expected.person(kept), ...expected.newest(newest, lastVersion(newest)) },
    };
    const relinked = (activity: StoredActivity) =>
      activity.people[0] === merged.name ? { ...activity, people: [kept.name] } : activity;
    const state = {
      people: [one, ...right.people.slice(2)],
      calls: right.calls.map(relinked),
      followUps: right.followUps.map(relinked),
    };
    expect(kindsOf(state, { mergedInto })).toEqual([]);
    expect(kindsOf(right, { mergedInto })).toContain('doubled person');
    expect(kindsOf(state)).toContain('wrong');
  });
});
