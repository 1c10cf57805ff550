/** Neutral records as the mapping makes them, and stores that live as long as the process. */
import type {
  CachedPerson,
  CallRecord,
  FieldWrite,
  LastWrites,
  MatchPolicy,
  Person,
  PersonCache,
  Phone,
} from '../../connectors/connector.ts';

export const POLICY: MatchPolicy = {
  onMissing: 'create',
  onMany: 'newest',
  ifEmpty: ['firstname', 'phone'],
};

/** The person, call and phone number number `n`. */
export function phone(n: number): Phone {
  const national = `55${String(10_000_000 + n)}`;
  return {
    e164: `+52${national}`,
    national: [national, `1${national}`],
    textForms: [`+52${national}`, national, `+521${national}`],
  };
}

export function personWithId(n: number, changes: Partial<Person> = {}): Person {
  const key = `customer-${n}`;
  return {
    key,
    hasExternalId: true,
    identities: [
      { by: 'key', value: key },
      { by: 'phone', phone: phone(n) },
    ],
    fields: fieldsOf(n),
    ...changes,
  };
}

/** Has no id of their own, only the number. */
export function personWithoutId(n: number, changes: Partial<Person> = {}): Person {
  const key = `phone:${phone(n).e164}`;
  return {
    ...personWithId(n),
    key,
    hasExternalId: false,
    identities: [
      { by: 'key', value: key },
      { by: 'phone', phone: phone(n) },
    ],
    ...changes,
  };
}

export function record(n: number, changes: Partial<CallRecord> = {}): CallRecord {
  return {
    callId: `call-${n}`,
    endedAt: Date.UTC(2026, 10, 23, 12, 0, n),
    person: personWithId(n),
    call: {
      fields: [always('hs_call_title', `Call ${n}`), always('hs_timestamp', '2026-11-23T12:00:00.000Z')],
    },
    tasks: [],
    skippedFields: [],
    ...changes,
  };
}

export function records(count: number, first = 1): CallRecord[] {
  return Array.from({ length: count }, (_, index) => record(first + index));
}

export function always(field: string, value: FieldWrite['value']): FieldWrite {
  return { field, value, when: 'always' };
}

function fieldsOf(n: number): FieldWrite[] {
  return [
    { field: 'firstname', value: `Name ${n}`, when: 'if-empty' },
    { field: 'phone', value: phone(n).e164, when: 'if-empty' },
    { field: 'altur_status', value: 'interested', when: 'newest' },
  ];
}

export interface MapCache extends PersonCache {
  readonly entries: Map<string, CachedPerson>;
}

export function mapCache(): MapCache {
  const entries = new Map<string, CachedPerson>();
  return {
    entries,
    get: async (names) => names.map((name) => entries.get(name)),
    set: async (people) => {
      for (const [name, known] of people)
        if (known.id !== undefined || entries.get(name)?.id === undefined) entries.set(name, known);
    },
    delete: async (names) => {
      for (const name of names) entries.delete(name);
    },
  };
}

/** Last-write timestamps that end with the process. */
export function mapLastWrites(): LastWrites & { readonly entries: Map<string, ReadonlyMap<string, number>> } {
  const entries = new Map<string, ReadonlyMap<string, number>>();
  return {
    entries,
    get: async (names) => names.map((name) => entries.get(name) ?? new Map()),
    set: async (writes) => {
      for (const [name, fields] of writes)
        entries.set(name, new Map([...(entries.get(name) ?? []), ...fields]));
    },
  };
}
