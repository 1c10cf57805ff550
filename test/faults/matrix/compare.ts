/**
 * What is in the CRM against what must be. A call is recognised by the text of its record and a person by name, so that a
 * record that was written without its key, or under a wrong one, is seen.
 */
import type { CrmState, StoredActivity, StoredPerson } from './crm-state.ts';
import type { ExpectedFields } from './expected-fields.ts';
import { markOf, type PlannedCall, type PlannedPerson, type Version } from './plan.ts';

export type DifferenceKind =
  /** Answered 200, and neither in the CRM nor a dead letter. */
  | 'lost'
  | 'doubled call'
  | 'doubled person'
  /** An older value stands where a newer one must be. */
  | 'stale'
  /** Anything else: a call of another person, a field, a follow-up task, a record that nobody asked for. */
  | 'wrong';

export interface Difference {
  readonly kind: DifferenceKind;
  readonly what: string;
}

/** What happened during a run, beside the plan. */
export interface Facts {
  readonly calls: readonly PlannedCall[];
  /** Versions that were answered 200. The others may be in the CRM: their answer may have been lost. */
  readonly accepted: ReadonlySet<Version>;
  /** Ids of the calls that are dead letters. */
  readonly deadLetters: ReadonlySet<string>;
  /** People that a user merged: each with who they are now. */
  readonly mergedInto: ReadonlyMap<PlannedPerson, PlannedPerson>;
  /** Ids of people that a user deleted, and of the activities that lost their person by it. */
  readonly deleted: ReadonlySet<string>;
}

export function compare(expected: ExpectedFields, state: CrmState, facts: Facts): readonly Difference[] {
  return new Comparison(expected, state, facts).run();
}

interface Written {
  readonly call: PlannedCall;
  /** The version in the CRM. */
  readonly version: number;
  readonly record: StoredActivity;
}

class Comparison {
  readonly #expected: ExpectedFields;
  readonly #state: CrmState;
  readonly #facts: Facts;
  readonly #differences: Difference[] = [];
  readonly #peopleByName: ReadonlyMap<string, readonly StoredPerson[]>;
  readonly #written: Written[] = [];

  constructor(expected: ExpectedFields, state: CrmState, facts: Facts) {
    this.#expected = expected;
    this.#state = state;
    this.#facts = facts;
    this.#peopleByName = Map.groupBy(state.people, ({ fields }) => nameIn(fields));
  }

  run(): readonly Difference[] {
    const records = Map.groupBy(
      this.#state.calls,
      ({ text }) => /cll_\w+(?= version \d)/.exec(text)?.[0] ?? '',
    );
    const planned = new Set(this.#facts.calls.map(({ id }) => id));
    for (const [id, some] of records)
      if (!planned.has(id)) this.#note('wrong', `${some.length} calls of nobody: ${some[0]!.id}`);
    for (const call of this.#facts.calls) this.#compareCall(call, records.get(call.id) ?? []);
    for (const each of this.#written) this.#compareLinks(each.call, each.record, 'the call');
    this.#compareFollowUps();
    this.#comparePeople();
    return this.#differences;
  }

  #note(kind: DifferenceKind, what: string): void {
    this.#differences.push({ kind, what });
  }

  #compareCall(call: PlannedCall, records: readonly StoredActivity[]): void {
    const { accepted, deadLetters } = this.#facts;
    const must = call.versions.findLast((version) => accepted.has(version));
    if (records.length > 1) this.#note('doubled call', `${call.id} is there ${records.length} times`);
    const [record] = records;
    if (!record) {
      if (must && !deadLetters.has(call.id)) this.#note('lost', `${call.id} is not there`);
      return;
    }
    const version = call.versions.find(({ number }) => record.text.includes(markOf(call.id, number)))!.number;
    this.#written.push({ call, version, record });
    if (must && version < must.number && !deadLetters.has(call.id))
      this.#note('stale', `${call.id} has its version ${version}, not ${must.number}`);
    this.#compareFields(call.id, record.fields, this.#expected.call(call, version));
  }

  #compareFields(what: string, actual: Record<string, string>, expected: Record<string, string>): void {
    for (const [field, value] of Object.entries(expected)) {
      const found = actual[field] ?? '';
      if (found !== value) this.#note('wrong', `${what}: ${field} is “${found}”, not “${value}”`);
    }
  }

  #compareLinks(call: PlannedCall, { id, people }: StoredActivity, what: string): void {
    const { deleted } = this.#facts;
    const [person] = this.#recordsOf(call.person);
    if (people.length === 1 && people[0] === person?.id) return;
    // Its person was deleted after it was written.
    if (people.length === 0 ? deleted.has(id) : people.every((each) => deleted.has(each))) return;
    this.#note(
      'wrong',
      `${what} ${call.id} is linked to ${people.join(', ') || 'nobody'}, not to ${person?.id}`,
    );
  }

  #compareFollowUps(): void {
    const byTitle = Map.groupBy(this.#state.followUps, ({ text }) => /cll_\w+/.exec(text)?.[0] ?? '');
    const wanted = new Map(
      this.#written.filter(({ call }) => call.hasFollowUp).map(({ call }) => [call.id, call]),
    );
    for (const [id, records] of byTitle) {
      const call = wanted.get(id);
      // The task of a dead letter may have been accepted.
      if (!call && !this.#facts.deadLetters.has(id))
        this.#note('wrong', `a follow-up of nobody: ${records[0]!.id}`);
      if (records.length > 1) this.#note('wrong', `${records.length} follow-ups of ${id}`);
    }
    for (const [id, call] of wanted) {
      const [record] = byTitle.get(id) ?? [];
      if (!record) {
        this.#note('wrong', `${id} has no follow-up`);
        continue;
      }
      this.#compareFields(`the follow-up of ${id}`, record.fields, this.#expected.followUp(call));
      this.#compareLinks(call, record, 'the follow-up of');
    }
  }

  #comparePeople(): void {
    const people = Map.groupBy(this.#facts.calls, ({ person }) => this.#now(person));
    const names = new Set([...people.keys()].flatMap((person) => this.#all(person).map(({ name }) => name)));
    for (const [name, records] of this.#peopleByName)
      if (!names.has(name)) this.#note('wrong', `${records.length} people nobody named: ${records[0]!.id}`);
    for (const [person, calls] of people) this.#comparePerson(person, calls);
  }

  #comparePerson(person: PlannedPerson, calls: readonly PlannedCall[]): void {
    const records = this.#recordsOf(person);
    const written = this.#written.filter(({ call }) => calls.includes(call));
    if (records.length > 1) this.#note('doubled person', `${person.name} is there ${records.length} times`);
    const [record] = records;
    if (!record) {
      if (written.length > 0) this.#note('wrong', `${person.name} is not there`);
      return;
    }
    this.#compareConstants(person, record);
    this.#compareNewest(person, record, written, calls);
  }

  /** Of people who were merged each value is one of theirs: a key of the customer's replaces one made of a number. */
  #compareConstants(person: PlannedPerson, { fields }: StoredPerson): void {
    const whole = this.#all(person).map((each) => this.#expected.person(each));
    for (const [field, value] of Object.entries(whole[0]!)) {
      if (whole.some((each) => each[field] === fields[field])) continue;
      this.#note('wrong', `${person.name}: ${field} is “${fields[field] ?? ''}”, not “${value}”`);
    }
  }

  /** Dead letters may have written their person: only the record of the call was rejected. */
  #compareNewest(
    person: PlannedPerson,
    { fields }: StoredPerson,
    written: readonly Written[],
    calls: readonly PlannedCall[],
  ): void {
    const newest = written.toSorted((a, b) => a.call.endedAt.getTime() - b.call.endedAt.getTime()).at(-1);
    const rejected = calls.filter(({ id, endedAt }) => {
      return this.#facts.deadLetters.has(id) && (!newest || endedAt > newest.call.endedAt);
    });
    const allowed = [
      ...(newest ? [this.#expected.newest(newest.call, newest.version)] : []),
      ...rejected.flatMap((call) => call.versions.map(({ number }) => this.#expected.newest(call, number))),
    ];
    if (allowed.some((each) => isWithin(each, fields))) return;
    const found = Object.keys(allowed[0] ?? {}).map((field) => fields[field] ?? '');
    const wanted = Object.values(allowed[0] ?? {});
    this.#note('stale', `${person.name} has ${found.join(' | ')}, not ${wanted.join(' | ')}`);
  }

  /** Who a person is, after all merges. */
  #now(person: PlannedPerson): PlannedPerson {
    const other = this.#facts.mergedInto.get(person);
    return other ? this.#now(other) : person;
  }

  /** Everybody who is this person now. */
  #all(person: PlannedPerson): PlannedPerson[] {
    const merged = [...this.#facts.mergedInto].flatMap(([one, other]) =>
      other === person ? this.#all(one) : [],
    );
    return [person, ...merged];
  }

  #recordsOf(person: PlannedPerson): readonly StoredPerson[] {
    return this.#all(this.#now(person)).flatMap(({ name }) => this.#peopleByName.get(name) ?? []);
  }
}

function nameIn(fields: Readonly<Record<string, string>>): string {
  const { firstname, lastname, FirstName = firstname, LastName = lastname } = fields;
  return `${FirstName} ${LastName}`;
}

function isWithin(some: Readonly<Record<string, string>>, fields: Readonly<Record<string, string>>): boolean {
  return Object.entries(some).every(([field, value]) => fields[field] === value);
}
