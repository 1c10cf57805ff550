/** Reads and writes one portal's records: the engine's view of HubSpot. */
import type { CrmField, CrmSchema, FieldValue, MatchPolicy, Person } from '../connector.ts';
import type { ActivityDraft, ActivityKeys, CrmClient, FoundActivity } from '../engine/crm.ts';
import type { Transport } from '../engine/http/transport.ts';
import type { Linker } from '../engine/linker.ts';
import type { RowGroup } from '../engine/rows/pack.ts';
import type { Row } from '../engine/rows/row.ts';
import { idsNow } from '../engine/verify.ts';
import { LIMITS, sendBatch } from './batch-write.ts';
import { readContact, readContacts } from './contacts.ts';
import { KeySpelling } from './key-spelling.ts';
import { KEY_PROPERTIES, OBJECT_TYPES } from './keys.ts';
import { companyLinker, contactLinker, readLinks } from './links.ts';
import { findContacts } from './lookup.ts';
import { type HubSpot, readRecords } from './records.ts';
import type { PortalSchema } from './schema.ts';
import { searchRecords } from './search.ts';
import { toAppendedText, toText } from './values.ts';

/** Without it HubSpot rejects calls and tasks. */
const TIMESTAMP = 'hs_timestamp';
const TASK_STATUS = 'hs_task_status';

type ActivityObject = ActivityDraft['object'];

export class HubSpotClient implements CrmClient {
  readonly crm = 'HubSpot';
  readonly personTitle = 'contact';
  readonly keyFields = {
    person: KEY_PROPERTIES.person.name,
    call: KEY_PROPERTIES.call.name,
    task: KEY_PROPERTIES.task.name,
  };
  readonly limits = LIMITS;
  /** A call is linked to its contact by a request of its own. */
  readonly nests = false;
  readonly schema: CrmSchema;
  readonly #hubspot: HubSpot;
  readonly #policy: MatchPolicy;

  constructor(
    transport: Transport,
    { fields, api }: PortalSchema,
    policy: MatchPolicy,
    spelling = new KeySpelling(),
  ) {
    this.schema = fields;
    this.#hubspot = { transport, api, schema: fields, spelling };
    this.#policy = policy;
  }

  requiredFields({ object }: Row): readonly string[] {
    return object === 'person' ? [this.keyFields.person] : [this.keyFields[object], TIMESTAMP];
  }

  send([group]: readonly RowGroup[], signal: AbortSignal | undefined) {
    return sendBatch(this.#hubspot, group!, signal);
  }

  /** Not every portal allows unique properties on calls and tasks. */
  activityKeys(object: ActivityObject): ActivityKeys {
    return this.schema[object].get(this.keyFields[object])?.unique ? 'upsert' : 'search';
  }

  find(people: readonly Person[], properties: readonly string[], signal?: AbortSignal) {
    return findContacts(this.#hubspot, people, { properties, onMany: this.#policy.onMany }, signal);
  }

  readPeople(ids: readonly string[], properties: readonly string[], signal?: AbortSignal) {
    return readContacts(this.#hubspot, { values: ids, properties }, signal);
  }

  async findActivities(object: ActivityObject, keys: readonly string[], signal?: AbortSignal) {
    const property = this.keyFields[object];
    const terms = keys.map((key) => ({ property, value: key.toLowerCase() }));
    const search = { type: OBJECT_TYPES[object], terms, properties: [property] };
    const found = await searchRecords(this.#hubspot, search, signal);
    // IN compares text in lower case: https://developers.hubspot.com/docs/api-reference/search/guide
    const folded = new Map(keys.map((key) => [key.toLowerCase(), key]));
    return new Map(
      found.flatMap(({ id, properties }): [string, string][] => {
        const key = folded.get((properties?.[property] ?? '').toLowerCase());
        return key === undefined ? [] : [[key, id]];
      }),
    );
  }

  /** A hundred of a kind in a request; the links of a thousand calls in one more. */
  async readActivities(
    { call, task }: Readonly<Record<ActivityObject, readonly string[]>>,
    signal?: AbortSignal,
  ): Promise<readonly FoundActivity[]> {
    const calls = await readRecords(this.#hubspot, 'calls', { values: call, properties: [] }, signal);
    const tasks = await readRecords(this.#hubspot, 'tasks', { values: task, properties: [] }, signal);
    const links = await readLinks(
      this.#hubspot,
      calls.map(({ id }) => id),
      signal,
    );
    return [...calls.map(({ id }) => ({ id, persons: links.get(id) ?? [] })), ...tasks];
  }

  async readCalls(ids: readonly string[], properties: readonly string[], signal?: AbortSignal) {
    const calls = await readRecords(this.#hubspot, 'calls', { values: ids, properties }, signal);
    return new Map(
      calls.map(({ id, properties: values = {} }) => {
        return [id, new Map(properties.map((name) => [name, values[name] ?? '']))] as const;
      }),
    );
  }

  /** A batch need not lead from a former id to another record, the endpoint of one record does: one request each. */
  async locatePeople(ids: readonly string[], signal?: AbortSignal) {
    const located = idsNow(await this.readPeople(ids, [], signal));
    for (const id of ids.filter((each) => !located.has(each))) {
      const [record] = await readContact(this.#hubspot, id, [], signal);
      if (record) located.set(id, record.id);
    }
    return located;
  }

  /** A record id is a number; anything else would make HubSpot reject the whole request. */
  toRecordId(text: string): string | undefined {
    return /^\d{1,18}$/.test(text) ? text : undefined;
  }

  encode(value: FieldValue): string {
    return toText(value);
  }

  encodeAppended(value: FieldValue, field: CrmField | undefined) {
    return toAppendedText(value, field);
  }

  completeActivity({ object, operation, fields, endedAt }: ActivityDraft) {
    const { [TASK_STATUS]: status, ...others } = fields;
    // A follow-up that somebody has completed is not opened again because its call is written again.
    const keepsStatus = status === undefined || (operation === 'update' && object === 'task');
    return {
      [TIMESTAMP]: new Date(endedAt).toISOString(),
      ...others,
      ...(!keepsStatus && { [TASK_STATUS]: status }),
    };
  }

  linkers(object: ActivityObject): readonly Linker[] {
    const type = OBJECT_TYPES[object];
    const toContact = contactLinker(this.#hubspot, type);
    if (!this.#policy.associate?.includes('company')) return [toContact];
    return [toContact, companyLinker(this.#hubspot, type)];
  }
}
