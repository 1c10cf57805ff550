/** Writes calls and follow-up tasks, each by its unique key, and links them to their people. */
import type { CrmFields, CrmObject, FieldWrite } from '../connector.ts';
import type { Api, ObjectType } from './api.ts';
import { type BatchWrite, type WriteResult, writeBatch } from './batch.ts';
import { KEY_PROPERTIES, OBJECT_TYPES } from './keys.ts';
import type { Transport } from './transport.ts';
import { toProperties } from './values.ts';

export interface ActivityWrite {
  /** Unique in the CRM. */
  readonly key: string;
  readonly fields: readonly FieldWrite[];
}

export interface HubSpot {
  readonly transport: Transport;
  readonly api: Api;
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
    properties: { ...toProperties(activity.fields, fields), [key]: activity.key },
  }));
  const write = { type: OBJECT_TYPES[object], idProperty: key, indispensable: [key, TIMESTAMP], inputs };
  if (fields.get(key)?.unique) return writeBatch(hubspot, { ...write, operation: 'upsert' }, signal);
  return writeBySearch(hubspot, write, signal);
}

/**
 * Where the portal refuses unique properties on calls: search first, update what is there, create the rest. The
 * index is seconds behind, so a lost response may still double a call; `doctor` says so.
 */
async function writeBySearch(
  hubspot: HubSpot,
  write: Omit<BatchWrite, 'operation'>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, WriteResult>> {
  const recordIds = await searchByKey(
    hubspot,
    write.type,
    write.idProperty!,
    write.inputs.map(({ id }) => id),
    signal,
  );
  const missing = write.inputs.filter(({ id }) => !recordIds.has(id));
  const present = write.inputs.filter(({ id }) => recordIds.has(id));
  const created =
    missing.length > 0
      ? await writeBatch(hubspot, { ...write, operation: 'create', inputs: missing }, signal)
      : new Map<string, WriteResult>();
  const { idProperty: _, ...byRecordId } = write;
  const updates = present.map(({ id, properties }) => ({ id: recordIds.get(id)!, properties }));
  const updated =
    updates.length > 0
      ? await writeBatch(hubspot, { ...byRecordId, operation: 'update', inputs: updates }, signal)
      : new Map<string, WriteResult>();
  const results = new Map(created);
  for (const { id } of present) results.set(id, updated.get(recordIds.get(id)!) ?? { status: 'unknown' });
  return results;
}

const MAX_SEARCH_LENGTH = 3_000;

async function searchByKey(
  { transport, api }: HubSpot,
  type: ObjectType,
  property: string,
  keys: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let rest = [...keys];
  while (rest.length > 0) {
    // IN compares text in lower case: https://developers.hubspot.com/docs/api-reference/search/guide
    const bodyOf = (some: readonly string[]) => ({
      filterGroups: [
        {
          filters: [{ propertyName: property, operator: 'IN', values: some.map((key) => key.toLowerCase()) }],
        },
      ],
      properties: [property],
      limit: 200,
    });
    let count = Math.min(rest.length, 100);
    while (count > 1 && JSON.stringify(bodyOf(rest.slice(0, count))).length > MAX_SEARCH_LENGTH) count -= 1;
    const body = bodyOf(rest.slice(0, count));
    const answer = await transport.send(
      { method: 'POST', path: api.search(type), body, reads: true },
      signal,
    );
    const { results = [] } = (answer.body ?? {}) as {
      results?: { id: string; properties?: Record<string, string> }[];
    };
    for (const { id, properties } of results) {
      const value = properties?.[property];
      if (value !== undefined) found.set(value, id);
    }
    rest = rest.slice(count);
  }
  return found;
}

export interface Link {
  readonly from: string;
  readonly to: string;
}

/** https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide: 2,000 inputs a request. */
const MAX_LINKS = 1_000;

/** Links records of one type to contacts; idempotent. Answers the links HubSpot did not confirm. */
export async function linkToContacts(
  { transport, api }: HubSpot,
  type: ObjectType,
  links: readonly Link[],
  signal?: AbortSignal,
): Promise<readonly Link[]> {
  // A pair twice in one batch is an error.
  const distinct = [...new Map(links.map((link) => [`${link.from}>${link.to}`, link])).values()];
  const open: Link[] = [];
  for (let start = 0; start < distinct.length; start += MAX_LINKS) {
    const some = distinct.slice(start, start + MAX_LINKS);
    const body = { inputs: some.map(({ from, to }) => ({ from: { id: from }, to: { id: to } })) };
    const path = api.associateDefault(type, 'contacts');
    const answer = await transport.send({ method: 'POST', path, body }, signal);
    const confirmed = confirmedLinks(answer.status, answer.body);
    open.push(
      ...some.filter(({ from, to }) => !confirmed.has(`${from}>${to}`) && !confirmed.has(`${to}>${from}`)),
    );
  }
  return open;
}

function confirmedLinks(status: number, body: unknown): ReadonlySet<string> {
  if (status >= 400) return new Set();
  const { results = [] } = (body ?? {}) as { results?: { from?: { id?: unknown }; to?: { id?: unknown } }[] };
  return new Set(results.map(({ from, to }) => `${from?.id}>${to?.id}`));
}
