/**
 * The plan for a batch of a hundred calls: contacts upserted, calls upserted, calls linked to contacts. Three
 * requests while everybody is known; looking newcomers up costs two more. Every step can be repeated after any
 * crash, since each record is found again by its unique key.
 */
import type {
  CallRecord,
  CrmObject,
  CrmSchema,
  MatchPolicy,
  Outcome,
  Person,
  PersonCache,
} from '../connector.ts';
import { cachePeople, identityNames, markPending } from '../engine/persons/cache.ts';
import type { PersonMatch } from '../engine/persons/match.ts';
import { resolvePeople } from '../engine/persons/resolve.ts';
import { type ActivityWrite, writeActivities } from './activities.ts';
import type { Api } from './api.ts';
import type { WriteResult } from './batch.ts';
import { writeContacts } from './contacts.ts';
import { OBJECT_TYPES } from './keys.ts';
import { companyLinks, linkRecords } from './links.ts';
import { findContacts } from './lookup.ts';
import { isRace, outcomeOf } from './outcome.ts';
import { readRecords } from './records.ts';
import type { Transport } from './transport.ts';

export interface Portal {
  readonly transport: Transport;
  readonly api: Api;
  readonly schema: CrmSchema;
  readonly policy: MatchPolicy;
  readonly personCache: PersonCache;
}

/** A record with the person it belongs to and what became of that person. */
interface Entry {
  readonly record: CallRecord;
  readonly target: PersonMatch | undefined;
  readonly contact: WriteResult | undefined;
}

export async function syncRecords(
  portal: Portal,
  records: readonly CallRecord[],
  signal?: AbortSignal,
): Promise<readonly Outcome[]> {
  const { targets, contacts } = await syncPeople(portal, records, signal);
  const entries = records.map((record): Entry => {
    const target = record.person && targets.get(record.person.key);
    return { record, target, contact: target && contacts.get(target) };
  });
  const writable = entries.filter(isWritable);
  const calls = await syncActivities(portal, 'call', writable, callOf, signal);
  const tasks = await syncActivities(portal, 'task', writable, tasksOf, signal);
  await forgetGone(portal, writable, new Set([...calls.unlinked, ...tasks.unlinked]), signal);
  return entries.map((entry) => outcomeOf({ ...entry, calls, tasks }));
}

async function syncPeople(portal: Portal, records: readonly CallRecord[], signal?: AbortSignal) {
  const { transport, api, schema, policy, personCache } = portal;
  const lookup = { transport, api, properties: policy.ifEmpty };
  const people = new Map<string, Person>();
  for (const { person } of records) if (person) people.set(person.key, person);
  const targets = await resolvePeople([...people.values()], {
    personCache,
    policy,
    find: (unknown) => findContacts(lookup, unknown, signal),
  });
  const distinct = [...new Set(targets.values())];
  await markPending(distinct, personCache);
  const contacts = await writeContacts(lookup, distinct, schema.person, signal);
  await noteInMemory(portal, contacts);
  return { targets, contacts };
}

/**
 * Who was written is remembered; who turned out to be another record, or gone, is looked up next time. Nobody else is
 * forgotten: HubSpot's search is seconds behind, and who is not found would be created once more.
 */
async function noteInMemory(
  { personCache, policy }: Portal,
  contacts: ReadonlyMap<PersonMatch, WriteResult>,
) {
  const written: { target: PersonMatch; id: string }[] = [];
  const refused: string[] = [];
  for (const [target, result] of contacts) {
    if (result.status === 'refused' && isRace(result.refusal))
      refused.push(...target.people.flatMap(identityNames));
    if (result.status !== 'written') continue;
    if (!result.isNew) written.push({ target, id: result.recordId });
    else written.push({ target: { ...target, kind: 'create' }, id: result.recordId });
  }
  await cachePeople(written, { personCache, policy });
  if (refused.length > 0) await personCache.delete(refused);
}

/** A contact that cannot be linked to may be gone; if it is, it is looked up next time. */
async function forgetGone(
  portal: Portal,
  entries: readonly Entry[],
  unlinked: ReadonlySet<string>,
  signal?: AbortSignal,
) {
  if (unlinked.size === 0) return;
  const linked = entries.filter(({ contact }) => contact?.status === 'written');
  const idOf = ({ contact }: Entry) => (contact?.status === 'written' ? contact.recordId : '');
  const found = await readRecords(portal, 'contacts', { values: linked.map(idOf), properties: [] }, signal);
  const present = new Set(found.map(({ id }) => id));
  const gone = linked.filter((entry) => !present.has(idOf(entry)));
  await portal.personCache.delete(
    gone.flatMap(({ target }) => (target?.people ?? []).flatMap(identityNames)),
  );
}

/** A call waits for its person to be written; one of nobody is logged on its own. */
function isWritable({ target, contact }: Entry): boolean {
  if (contact) return contact.status === 'written';
  return target === undefined || target.logs === true;
}

function callOf({ callId, call, endedAt: at, existing: known }: CallRecord): ActivityWrite[] {
  return call ? [{ key: callId, fields: call.fields, at, recordId: known?.call }] : [];
}

function tasksOf({ tasks, endedAt: at, existing: known }: CallRecord): ActivityWrite[] {
  return tasks.map(({ key, fields }) => ({ key, fields, at, recordId: known?.tasks?.[key] }));
}

/** What became of the activities, by key. */
export interface Activities {
  readonly results: ReadonlyMap<string, WriteResult>;
  /** Record ids whose link to their contact HubSpot did not confirm. */
  readonly unlinked: ReadonlySet<string>;
}

async function syncActivities(
  portal: Portal,
  object: Exclude<CrmObject, 'person'>,
  entries: readonly Entry[],
  activitiesOf: (record: CallRecord) => readonly ActivityWrite[],
  signal?: AbortSignal,
): Promise<Activities> {
  // The same activity twice would make HubSpot refuse the batch; the later one wins.
  const activities = new Map(
    entries.flatMap(({ record }) => activitiesOf(record)).map((activity) => [activity.key, activity]),
  );
  const results = await writeActivities(
    portal,
    object,
    [...activities.values()],
    portal.schema[object],
    signal,
  );
  const links = entries.flatMap(({ record, contact }) => {
    if (contact?.status !== 'written') return [];
    return activitiesOf(record).flatMap(({ key }) => {
      const result = results.get(key);
      return result?.status === 'written' ? [{ from: result.recordId, to: contact.recordId }] : [];
    });
  });
  const open = [...(await linkRecords(portal, OBJECT_TYPES[object], 'contacts', links, signal))];
  if (portal.policy.associate?.includes('company')) {
    const further = await companyLinks(portal, links, signal);
    open.push(...(await linkRecords(portal, OBJECT_TYPES[object], 'companies', further, signal)));
  }
  return { results, unlinked: new Set(open.map(({ from }) => from)) };
}
