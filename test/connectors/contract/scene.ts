/** A connector on its simulated CRM as the cases use it, and the neutral records they write. */
import { setTimeout as delay } from 'node:timers/promises';
import type {
  CallRecord,
  FieldWrite,
  FollowUp,
  MatchPolicy,
  Outcome,
  Person,
} from '../../../connectors/connector.ts';
import { recordingLog } from '../../recording-log.ts';
import { type MapCache, mapCache, mapLastWrites, phone } from '../fixtures.ts';
import type { ContractFields, Harness, SimulatedCrm } from './harness.ts';

export interface SceneOptions {
  readonly policy?: Partial<MatchPolicy>;
  readonly provisioned?: boolean;
  /** How long the CRM may take to respond. */
  readonly requestTimeoutMs?: number;
}

/** Starts scenes for one case, and closes them after it. */
export class Stage {
  readonly harness: Harness;
  readonly #open: Scene[] = [];

  constructor(harness: Harness) {
    this.harness = harness;
  }

  async scene({ policy, provisioned = true, requestTimeoutMs }: SceneOptions = {}): Promise<Scene> {
    const { fields } = this.harness;
    const cache = mapCache();
    const log = recordingLog();
    const crm = await this.harness.start({
      provisioned,
      context: {
        policy: { onMissing: 'create', onMany: 'newest', ifEmpty: [fields.name, fields.phone], ...policy },
        personCache: cache,
        lastWrites: mapLastWrites(),
        log,
        timeZone: 'America/Mexico_City',
        objects: ['person', 'call', 'task'],
        ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
      },
    });
    const scene = new Scene(fields, crm, cache, log);
    this.#open.push(scene);
    // The schema is read first, so that the requests that follow look people up and write them.
    if (provisioned) await crm.connector.schema();
    return scene;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map(({ crm }) => crm.close()));
  }
}

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

  /** The same person, of whom only the phone number is known. */
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

const POLL_MS = 5;
const PATIENCE_MS = 5_000;

/** Resolves once the condition holds; rejects when it does not within five seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await delay(POLL_MS);
  }
}

/** The result of `work`; rejects when it takes longer than `ms`. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = delay(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`not within ${ms} ms: ${what}`);
  });
  late.catch(() => {});
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
