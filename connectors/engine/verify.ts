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

type People = ReadonlyMap<string, Candidate>;

/** By the ids asked for; those of records that were merged or converted lead to what they became. */
async function findPeople(client: CrmClient, ids: readonly string[], signal?: AbortSignal): Promise<People> {
  const people = new Map<string, Candidate>();
  const note = (candidates: readonly Candidate[]) => {
    for (const candidate of candidates)
      for (const id of [candidate.id, ...(candidate.formerIds ?? [])])
        if (!people.has(id) || candidate.id === id) people.set(id, candidate);
  };
  if (ids.length > 0) note(await client.readPeople(ids, [], signal));
  const missing = ids.filter((id) => !people.has(id));
  if (missing.length > 0 && client.readMergedPeople) note(await client.readMergedPeople(missing, signal));
  return people;
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
    states.linked =
      record !== undefined && [person, record.id, ...(record.formerIds ?? [])].some((id) => persons.has(id));
  }
  return states;
}

function stateOf(record: object | undefined): RecordState {
  return record ? 'present' : 'gone';
}

function distinct(ids: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(ids.filter((id) => id !== undefined))];
}
