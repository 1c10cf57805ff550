/** Whether the records of calls are still in the CRM, and each call is linked to its person. Reads only. */
import type { RecordIds, RecordState, RecordStates } from '../connector.ts';
import type { CrmClient, FoundActivity } from './crm.ts';
import type { Candidate } from './persons/match.ts';

/** One answer per call, in order. All calls share the requests. */
export async function verifyRecords(
  client: CrmClient,
  calls: readonly RecordIds[],
  signal?: AbortSignal,
): Promise<readonly RecordStates[]> {
  const people = await findPeople(client, distinct(calls.map(({ person }) => person)), signal);
  const ids = {
    call: distinct(calls.map(({ call }) => call)),
    task: distinct(calls.flatMap(({ tasks = {} }) => Object.values(tasks))),
  };
  const isAsked = ids.call.length > 0 || ids.task.length > 0;
  const found = isAsked ? await client.readActivities?.(ids, signal) : [];
  const activities = found && new Map(found.map((activity) => [activity.id, activity]));
  return calls.map((call) => statesOf(call, people, activities));
}

/** The record that each id leads to now. */
type People = ReadonlyMap<string, string>;

async function findPeople(client: CrmClient, ids: readonly string[], signal?: AbortSignal): Promise<People> {
  if (ids.length === 0) return new Map();
  return client.locatePeople?.(ids, signal) ?? idsNow(await client.readPeople(ids, [], signal));
}

/** By every id under which these records are or were known, the id they have now. */
export function idsNow(candidates: readonly Candidate[]): Map<string, string> {
  const former = candidates.flatMap(({ id, formerIds = [] }) => formerIds.map((each) => [each, id] as const));
  return new Map([...former, ...candidates.map(({ id }) => [id, id] as const)]);
}

/** `activities`: undefined where the CRM's activities cannot be read by id. */
function statesOf(
  { person, call, tasks }: RecordIds,
  people: People,
  activities: ReadonlyMap<string, FoundActivity> | undefined,
): RecordStates {
  const record = person === undefined ? undefined : people.get(person);
  const states: { -readonly [Name in keyof RecordStates]: RecordStates[Name] } = {};
  if (person !== undefined) states.person = stateOf(record);
  if (!activities) return states;
  if (call !== undefined) states.call = stateOf(activities.get(call));
  if (tasks)
    states.tasks = Object.fromEntries(
      Object.entries(tasks).map(([key, id]) => [key, stateOf(activities.get(id))]),
    );
  if (person !== undefined && call !== undefined) {
    const persons = new Set(activities.get(call)?.persons);
    states.linked = record !== undefined && (persons.has(record) || persons.has(person));
  }
  return states;
}

function stateOf(record: unknown): RecordState {
  return record === undefined ? 'gone' : 'present';
}

function distinct(ids: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(ids.filter((id) => id !== undefined))];
}
