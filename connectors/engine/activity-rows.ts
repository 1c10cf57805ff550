/** The rows of calls and follow-up tasks, each with its key and its person. */
import type { Activity, CallRecord, CrmObject } from '../connector.ts';
import type { CrmClient, Related } from './crm.ts';
import { type EncodedFields, encodeFields, withoutReadOnly } from './encode-fields.ts';
import { fitKey } from './keys.ts';
import type { PersonMatch } from './persons/match.ts';
import { personRowName } from './persons/person-rows.ts';
import type { Row } from './rows/row.ts';

export type ActivityObject = Exclude<CrmObject, 'person'>;

export const callRowName = ({ callId }: CallRecord) => `call ${callId}`;
export const taskRowName = (key: string) => `task ${key}`;

/** A call of the batch with the person it belongs to; absent when nobody could be identified. */
export interface BatchEntry {
  readonly record: CallRecord;
  readonly match: PersonMatch | undefined;
}

/** A call or follow-up task that is to be written. */
export interface PlannedActivity {
  readonly name: string;
  readonly object: ActivityObject;
  readonly key: string;
  readonly activity: Activity;
  readonly entry: BatchEntry;
  /** The record it was written to before. */
  readonly existingId: string | undefined;
  /** That record keeps its fields, but those that are marked for it. */
  readonly keepsFields?: boolean;
  /** Its texts with the renewed lines. */
  readonly renewedTexts?: EncodedFields | undefined;
}

/** None for a call whose person is skipped by the mapping. */
export function plannedActivities(client: CrmClient, entry: BatchEntry): PlannedActivity[] {
  const { record, match } = entry;
  if (match?.action === 'none' && !match.logsCalls) return [];
  const { call, callId, tasks, existing } = record;
  const keyOf = (object: ActivityObject, key: string) =>
    fitKey(key, client.schema[object].get(client.keyFields[object]));
  const planned = tasks.map((activity): PlannedActivity => {
    const key = keyOf('task', activity.key);
    const existingId = existing?.tasks?.[activity.key];
    return { name: taskRowName(activity.key), object: 'task', key, activity, entry, existingId };
  });
  if (!call) return planned;
  const name = callRowName(record);
  const key = keyOf('call', callId);
  return [{ name, object: 'call', key, activity: call, entry, existingId: existing?.call }, ...planned];
}

/** Sorted by person: CRMs lock the person of an activity, and the lock of one person is then taken once. */
export function activityRows(
  client: CrmClient,
  planned: readonly PlannedActivity[],
  related: Related,
): Row[] {
  const group = client.limits.groupOf;
  return planned
    .map((each) => activityRow(client, each, related))
    .toSorted((a, b) => group(b).localeCompare(group(a)) || (a.parent ?? '').localeCompare(b.parent ?? ''));
}

export function activityRow(client: CrmClient, planned: PlannedActivity, related: Related): Row {
  if (planned.keepsFields) return rowThatKeepsFields(client, planned);
  const { name, object, key, activity, entry, existingId } = planned;
  const { match, record } = entry;
  const operation = operationOf(client, planned);
  const schema = client.schema[object];
  // An activity that changed keeps its relation. What the mapping says outweighs what was found.
  const isNew = operation !== 'update' && match?.id !== undefined;
  const relation = isNew ? related.fields.get(match.id!) : undefined;
  const encoded = encodeFields(client, activity.fields, schema);
  const { endedAt } = record;
  const draft = { object, operation, fields: { ...relation, ...encoded.fields }, endedAt };
  const completed = { fields: client.completeActivity(draft), skipped: encoded.skipped };
  const { fields, skipped } = withoutReadOnly(completed, schema, operation);
  const keyField = operation === 'update' ? {} : { [client.keyFields[object]]: key };
  return {
    name,
    object,
    operation,
    key,
    ...(operation === 'update' && { id: existingId! }),
    fields: { ...fields, ...keyField },
    ...parentOf(client, match),
    skipped: [...skipped, ...(isNew ? related.skipped : [])],
  };
}

/** By its id: an upsert would create it again, empty, if it has just been deleted. */
function rowThatKeepsFields(client: CrmClient, planned: PlannedActivity): Row {
  const { name, object, key, activity, entry, existingId, renewedTexts } = planned;
  const schema = client.schema[object];
  const marked = encodeFields(
    client,
    activity.fields.filter(({ evenIfKept }) => evenIfKept),
    schema,
  );
  const all = {
    fields: { ...marked.fields, ...renewedTexts?.fields },
    skipped: [...marked.skipped, ...(renewedTexts?.skipped ?? [])],
  };
  const { fields, skipped } = withoutReadOnly(all, schema, 'update');
  return {
    name,
    object,
    operation: 'update',
    key,
    id: existingId!,
    // Its own key: not every CRM takes an update without fields.
    fields: { ...fields, [client.keyFields[object]]: key },
    ...parentOf(client, entry.match),
    skipped,
  };
}

/** A task that is known is updated by its id: an upsert does not tell a new one, which needs a status, from one that has it. */
function operationOf(client: CrmClient, { object, existingId }: PlannedActivity): Row['operation'] {
  const isKnownTask = object === 'task' && existingId !== undefined;
  if (client.activityKeys(object) === 'upsert' && !isKnownTask) return 'upsert';
  return existingId === undefined ? 'create' : 'update';
}

function parentOf(
  client: CrmClient,
  match: PersonMatch | undefined,
): Pick<Row, 'parent' | 'parentId' | 'parentKey'> {
  if (!match || match.action === 'none') return {};
  const parent = personRowName(match);
  if (match.id !== undefined) return { parent, parentId: match.id };
  return client.nests ? { parent, parentKey: match.key } : { parent };
}
