/** A connector on its simulated CRM as the cases use it, and the neutral records they write. */
import type { CallRecord, FieldWrite, FollowUp, Outcome, Person } from '../../../connectors/connector.ts';
import type { recordingLog } from '../../recording-log.ts';
import { type MapCache, phone } from '../fixtures.ts';
import type { ContractFields, SimulatedCrm } from './harness.ts';

export class Scene {
  readonly crm: SimulatedCrm;
  readonly cache: MapCache;
  readonly log: ReturnType<typeof recordingLog>;
  readonly #fields: ContractFields;

  constructor(
    fields: ContractFields,
    crm: SimulatedCrm,
    cache: MapCache,
    log: ReturnType<typeof recordingLog>,
  ) {
    this.#fields = fields;
    this.crm = crm;
    this.cache = cache;
    this.log = log;
  }

  /** Person `n` with an external id and a phone number. */
  person(n: number, changes: Partial<Person> = {}): Person {
    const key = `user_${n}`;
    const { name, phone: phoneField } = this.#fields;
    return {
      key,
      hasExternalId: true,
      identities: [
        { by: 'key', value: key },
        { by: 'phone', phone: phone(n) },
      ],
      fields: [ifEmpty(name, `Name ${n}`), ifEmpty(phoneField, phone(n).e164)],
      ...changes,
    };
  }

  /** The same person, known by the phone number only. */
  personByPhone(n: number, changes: Partial<Person> = {}): Person {
    const key = `phone:${phone(n).e164}`;
    const identities: Person['identities'] = [
      { by: 'key', value: key },
      { by: 'phone', phone: phone(n) },
    ];
    return { ...this.person(n), key, hasExternalId: false, identities, ...changes };
  }

  /** Person `n` with these fields beside the usual ones. */
  personWith(n: number, ...fields: readonly FieldWrite[]): Person {
    const person = this.person(n);
    return { ...person, fields: [...person.fields, ...fields] };
  }

  /** Call `n` of person `n`. */
  record(n: number, changes: Partial<CallRecord> = {}): CallRecord {
    return {
      callId: `cll_${n}`,
      endedAt: Date.UTC(2026, 10, 24, 10, 0, n),
      person: this.person(n),
      call: { fields: [always(this.#fields.callTitle, `Call ${n}`)] },
      tasks: [],
      skippedFields: [],
      ...changes,
    };
  }

  /** The records of calls `first` to `first + count - 1`, each of a person of its own. */
  range(count: number, first = 1): CallRecord[] {
    return Array.from({ length: count }, (_, index) => this.record(first + index));
  }

  task(n: number, rule = 'follow-up', title = `Task ${n}`): FollowUp {
    return { key: `cll_${n}:${rule}`, fields: [always(this.#fields.taskTitle, title)] };
  }

  sync(records: readonly CallRecord[], signal = new AbortController().signal): Promise<readonly Outcome[]> {
    return this.crm.connector.sync(records, signal);
  }

  /** How many people, calls, tasks and links of calls there are. */
  counts(): { people: number; calls: number; tasks: number; links: number } {
    const calls = this.crm.records('call');
    const links = calls.filter(({ person }) => person !== undefined).length;
    const people = this.crm.records('person').length;
    return { people, calls: calls.length, tasks: this.crm.records('task').length, links };
  }

  /** The person that carries the key of person `n`. */
  stored(n: number) {
    return this.crm.records('person').find(({ key }) => key === `user_${n}`);
  }

  lookUps(since = 0): number {
    return this.crm
      .requests()
      .slice(since)
      .filter(({ reads }) => reads).length;
  }

  writes(since = 0): number {
    return this.crm
      .requests()
      .slice(since)
      .filter(({ reads }) => !reads).length;
  }
}

export function always(field: string, value: FieldWrite['value']): FieldWrite {
  return { field, value, when: 'always' };
}

export function ifEmpty(field: string, value: FieldWrite['value']): FieldWrite {
  return { field, value, when: 'if-empty' };
}

export function statuses(outcomes: readonly Outcome[]): string[] {
  return outcomes.map(({ status }) => status);
}
