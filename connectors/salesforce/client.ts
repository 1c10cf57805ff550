/** Reads and writes one org's records: the engine's view of Salesforce. */
import type { CrmSchema, FieldValue, Log, MatchPolicy, Person } from '../connector.ts';
import type { ActivityDraft, ActivityKeys, CrmClient, FoundActivity } from '../engine/crm.ts';
import { candidatesOf } from '../engine/persons/match.ts';
import type { RowGroup } from '../engine/rows/pack.ts';
import type { Rejection } from '../engine/rows/rejection.ts';
import type { Row } from '../engine/rows/row.ts';
import { CollectionWriter } from './batch-write.ts';
import type { CompositeApi } from './composite.ts';
import { findContactsOfLeads } from './converted-leads.ts';
import { KEY_FIELDS, TASK_KEY } from './keys.ts';
import { locatePeople } from './locate-people.ts';
import { findMerged, findPeople, readPeople } from './lookup.ts';
import { objectOf, type PersonTable, personObjectsOf } from './person-objects.ts';
import type { PhonePatterns } from './phone-patterns.ts';
import { runQueries } from './query.ts';
import { isIdOf, isLeadId, toId18, toRecordId } from './record-id.ts';
import { blamesNoField, mayRejectParentKey } from './rejections.ts';
import type { RelatedRecords } from './related-records.ts';
import type { OrgSchema } from './schema.ts';
import { conditionsOf } from './soql.ts';
import { completeTask } from './task-fields.ts';
import { toJson } from './values.ts';

/** Facts that one deployment learns of its org, kept beyond a batch. */
export interface OrgState {
  /** The org accepts tasks that name their person by key, in the request that creates the person. */
  nests: boolean;
  readonly related: RelatedRecords;
  readonly patterns: PhonePatterns;
}

const REQUIRED_OF_PERSON = [KEY_FIELDS.person, 'LastName', 'Company'];
const REQUIRED_OF_TASK = [TASK_KEY, 'Subject'];

export class SalesforceClient implements CrmClient {
  readonly crm = 'Salesforce';
  readonly personTitle: string;
  readonly keyFields = KEY_FIELDS;
  readonly schema: CrmSchema;
  readonly #api: CompositeApi;
  readonly #org: OrgSchema;
  readonly #table: PersonTable;
  readonly #writer: CollectionWriter;
  readonly #policy: MatchPolicy;
  readonly #state: OrgState;
  readonly #log: Pick<Log, 'warn'> | undefined;

  constructor(
    api: CompositeApi,
    org: OrgSchema,
    policy: MatchPolicy,
    state: OrgState,
    log?: Pick<Log, 'warn'>,
  ) {
    const personObjects = personObjectsOf(policy);
    this.personTitle = personObjects.join(' or ').toLowerCase();
    this.schema = org.fields;
    this.#api = api;
    this.#org = org;
    this.#table = { api, objects: org.persons };
    this.#writer = new CollectionWriter(api, {
      personObjects,
      assignmentRules: policy.assignmentRules === true,
    });
    this.#policy = policy;
    this.#state = state;
    this.#log = log;
  }

  get limits() {
    return this.#writer.limits;
  }

  get nests(): boolean {
    return this.#state.nests;
  }

  stopNesting(): void {
    this.#state.nests = false;
    this.#log?.warn(
      'the org rejects tasks that name their person by key: writing in two requests from now on',
    );
  }

  requiredFields({ object }: Row): readonly string[] {
    return object === 'person' ? REQUIRED_OF_PERSON : REQUIRED_OF_TASK;
  }

  /**
   * A record that the row names may be to blame: the relation, others, and last the owner. One at a time: most of them
   * are as they should be.
   */
  suspectedFields({ object, fields }: Row, rejection: Rejection): readonly string[] {
    if (blamesNoField(rejection)) return [];
    const { describes } = this.#org;
    const describesOf = object === 'person' ? describes.person : describes.task;
    const references = Object.keys(fields).filter((name) => describesOf.get(name)?.type === 'reference');
    const others = references.filter((name) => !['WhoId', 'WhatId', 'OwnerId'].includes(name));
    return ['WhatId', ...others, 'OwnerId'].filter((name) => name in fields).slice(0, 1);
  }

  mayRejectParentKey(_: Row, rejection: Rejection): boolean {
    return mayRejectParentKey(rejection);
  }

  send(groups: readonly RowGroup[], signal: AbortSignal | undefined) {
    return this.#writer.send(groups, signal);
  }

  activityKeys(): ActivityKeys {
    return 'unique';
  }

  /** In one request; of people who are not in the first object, in one more by the digits of their numbers. */
  async find(people: readonly Person[], fields: readonly string[], signal?: AbortSignal) {
    const { patterns } = this.#state;
    const atOnce = await patterns.findAtOnce(this.#table, people, fields, signal);
    const found = atOnce ?? (await findPeople(this.#table, people, fields, signal));
    const isFound = (person: Person) => candidatesOf(person, found).some(({ rank = 0 }) => rank === 0);
    const newcomers = people.filter((person) => !isFound(person));
    patterns.note(people.length, newcomers.length);
    if (atOnce) return atOnce;
    const ids = new Set(found.map(({ id }) => id));
    const more = await patterns.find(this.#table, newcomers, fields, signal);
    return [...found, ...more.filter(({ id }) => !ids.has(id))];
  }

  readPeople(ids: readonly string[], fields: readonly string[], signal?: AbortSignal) {
    return readPeople(this.#table, ids, fields, signal);
  }

  findMerged(keys: readonly string[], fields: readonly string[], signal?: AbortSignal) {
    return findMerged(this.#table, keys, fields, signal);
  }

  /** In one request for some seventeen thousand. Those over a year old are archived, and found with the deleted ones only. */
  async findActivities(_: ActivityDraft['object'], keys: readonly string[], signal?: AbortSignal) {
    const select = `SELECT Id, ${TASK_KEY} FROM Task WHERE IsDeleted = false AND`;
    const queries = conditionsOf(TASK_KEY, keys).map((condition) => `${select} ${condition}`);
    const found = await runQueries(this.#api, queries, signal, { deleted: true });
    return new Map(found.map((record) => [String(record[TASK_KEY]), toId18(record.Id)]));
  }

  locatePeople(ids: readonly string[], signal?: AbortSignal) {
    return locatePeople(this.#api, ids, signal);
  }

  /** Calls and tasks are of one object. Archived ones are found as by `findActivities`. */
  async readActivities(
    { call, task }: Readonly<Record<ActivityDraft['object'], readonly string[]>>,
    signal?: AbortSignal,
  ): Promise<readonly FoundActivity[]> {
    const select = 'SELECT Id, WhoId FROM Task WHERE IsDeleted = false AND';
    const queries = conditionsOf('Id', [...call, ...task]).map((condition) => `${select} ${condition}`);
    const found = await runQueries(this.#api, queries, signal, { deleted: true });
    return found.map(({ Id, WhoId }) => {
      return { id: toId18(Id), persons: typeof WhoId === 'string' ? [toId18(WhoId)] : [] };
    });
  }

  async readCalls(ids: readonly string[], fields: readonly string[], signal?: AbortSignal) {
    const select = `SELECT ${['Id', ...fields].join(', ')} FROM Task WHERE`;
    const queries = conditionsOf('Id', ids).map((condition) => `${select} ${condition}`);
    const found = await runQueries(this.#api, queries, signal);
    return new Map(
      found.map((record) => {
        const texts = fields.map((name) => [name, record[name] == null ? '' : String(record[name])] as const);
        return [toId18(record.Id), new Map(texts)] as const;
      }),
    );
  }

  toRecordId(text: string): string | undefined {
    return toRecordId(
      text,
      this.#table.objects.map(({ name }) => name),
    );
  }

  hasField(id: string | undefined, field: string): boolean {
    const { objects } = this.#table;
    if (objectOf(objects, id).describes.has(field)) return true;
    // A field that no object has: Salesforce rejects it, and the outcome names it.
    return !objects.some(({ describes }) => describes.has(field));
  }

  /** A lead may have become a contact; a mapping that now says Contact does not want the leads of before. */
  personRecordUse(id: string): 'write' | 'link' | 'ignore' {
    if (this.#table.objects.some(({ name }) => isIdOf(name, id))) return 'write';
    return isLeadId(id) ? 'ignore' : 'link';
  }

  encode(value: FieldValue) {
    return toJson(value);
  }

  completeActivity(draft: ActivityDraft) {
    return completeTask(draft, this.#org);
  }

  relate(personIds: readonly string[], signal?: AbortSignal) {
    return this.#state.related.find(this.#api, this.#policy, personIds, signal);
  }

  findConverted(rows: readonly Row[], signal?: AbortSignal) {
    return findContactsOfLeads(this.#api, rows, signal);
  }
}
