/** Writes calls and follow-up tasks, each by its unique key. */
import type { CrmFields, CrmObject, FieldWrite } from '../connector.ts';
import { type BatchWrite, isMissing, type WriteInput, type WriteResult, writeBatch } from './batch.ts';
import { KEY_PROPERTIES, OBJECT_TYPES } from './keys.ts';
import { type HubSpot, searchRecords } from './records.ts';
import { toProperties } from './values.ts';

export interface ActivityWrite {
  /** Unique in the CRM. */
  readonly key: string;
  readonly fields: readonly FieldWrite[];
  /** When it belongs in the timeline unless the fields say so, in ms since the epoch. */
  readonly at: number;
  /** The record an earlier version of it was written to, as far as known. */
  readonly recordId: string | undefined;
}

/** Without it HubSpot refuses calls and tasks. */
const TIMESTAMP = 'hs_timestamp';

/** Answers a result for every activity, by key. */
export async function writeActivities(
  hubspot: HubSpot,
  object: Exclude<CrmObject, 'person'>,
  activities: readonly ActivityWrite[],
  fields: CrmFields,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, WriteResult>> {
  if (activities.length === 0) return new Map();
  const { name: key } = KEY_PROPERTIES[object];
  const inputs = activities.map((activity) => ({
    id: activity.key,
    properties: {
      [TIMESTAMP]: new Date(activity.at).toISOString(),
      ...toProperties(activity.fields, fields),
      [key]: activity.key,
    },
  }));
  const write = { type: OBJECT_TYPES[object], idProperty: key, indispensable: [key, TIMESTAMP], inputs };
  if (fields.get(key)?.unique) return writeBatch(hubspot, { ...write, operation: 'upsert' }, signal);
  const recordIds = await findRecordIds(hubspot, write, activities, signal);
  return writeByRecordId(hubspot, write, recordIds, signal);
}

type KeyedWrite = Omit<BatchWrite, 'operation'> & { readonly idProperty: string };

/**
 * Where the portal refuses unique properties on calls: update what is found, create the rest. The search index is
 * seconds behind, so a lost response may still double a call; `doctor` says so.
 */
async function writeByRecordId(
  hubspot: HubSpot,
  { idProperty, ...write }: KeyedWrite,
  recordIds: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, WriteResult>> {
  const send = async (operation: 'create' | 'update', inputs: readonly WriteInput[]) => {
    if (inputs.length === 0) return new Map<string, WriteResult>();
    const identified = operation === 'create' && { idProperty };
    return writeBatch(hubspot, { ...write, ...identified, operation, inputs }, signal);
  };
  const present = write.inputs.filter(({ id }) => recordIds.has(id));
  const updated = await send(
    'update',
    present.map(({ id, properties }) => ({ id: recordIds.get(id)!, properties })),
  );
  const results = new Map<string, WriteResult>();
  for (const { id } of present) {
    const result = updated.get(recordIds.get(id)!) ?? { status: 'unknown' };
    if (!isMissing(result)) results.set(id, result);
  }
  const created = await send(
    'create',
    write.inputs.filter(({ id }) => !results.has(id)),
  );
  return new Map([...results, ...created]);
}

/** Record ids by activity key, for those that are there already. */
async function findRecordIds(
  hubspot: HubSpot,
  { type, idProperty }: KeyedWrite,
  activities: readonly ActivityWrite[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const recordIds = new Map<string, string>();
  const sought = new Map<string, string>();
  for (const { key, recordId } of activities) {
    if (recordId !== undefined) recordIds.set(key, recordId);
    // IN compares text in lower case: https://developers.hubspot.com/docs/api-reference/search/guide
    else sought.set(key.toLowerCase(), key);
  }
  const query = { by: [idProperty], values: [...sought.keys()], properties: [idProperty] };
  for (const { id, properties } of await searchRecords(hubspot, type, query, signal)) {
    const key = sought.get((properties?.[idProperty] ?? '').toLowerCase());
    if (key !== undefined) recordIds.set(key, id);
  }
  return recordIds;
}
