/**
 * The engine's view of a CRM. A connector's folder implements these two interfaces; everything that is
 * the same for every CRM is the engine's: who a person is, the plan of a batch, rejected fields and rows, outcomes,
 * caches, dry runs.
 */
import type {
  Change,
  CrmAccount,
  CrmErrorKind,
  CrmField,
  CrmObject,
  CrmSchema,
  FieldDefinition,
  FieldValue,
  Finding,
  Person,
  Usage,
} from '../connector.ts';
import type { ApiRequest, ApiResponse, Transport } from './http/transport.ts';
import type { Linker } from './linker.ts';
import type { CanaryFields } from './live-probe/canary.ts';
import type { Candidate } from './persons/match.ts';
import type { Row, SkippedRowField } from './rows/row.ts';
import type { RowSender } from './rows/row-sender.ts';

/** The CRM's fields as it reported them, and what else the connector reads with them. */
export interface LiveSchema {
  readonly fields: CrmSchema;
}

/** One kind of CRM, as one deployment is connected to it. */
export interface CrmAdapter<Schema extends LiveSchema = LiveSchema> {
  /** As in the registry: `hubspot`. */
  readonly name: string;
  /** In messages: `HubSpot`. */
  readonly title: string;
  readonly batchSize: number;
  readonly maxInFlight: number;
  readonly transport: Transport;
  usage?(): Usage | undefined;
  /** The portal or org; absent where the CRM does not name it. Throws CrmError. */
  readAccount?(): Promise<CrmAccount>;
  readSchema(transport: Transport): Promise<Schema>;
  /**
   * Throws CrmError unless calls can be written to a CRM with this schema; may create the keys if they are missing.
   * `reread` reads the schema again.
   */
  prepare(schema: Schema, reread: () => Promise<Schema>): Promise<Schema>;
  /** Can records be looked up by this field? */
  isLookUpKey?(field: CrmField): boolean;
  /** Reads and writes records by this schema. */
  client(transport: Transport, schema: Schema): CrmClient;
  /** The schema to be assumed for a dry run: with the keys, which are created before anything is written. */
  withKeys(schema: Schema): Schema;
  /** For a dry run: the response to a request as if it had succeeded; of a look-up, that nothing was found. */
  pretend(request: ApiRequest): ApiResponse;
  /** The findings of `doctor` about a CRM that answers. */
  check(schema: Schema): Promise<readonly Finding[]>;
  /** The advice of `doctor` when the CRM as a whole fails. */
  readonly fixes: Readonly<Record<CrmErrorKind, string>>;
  readonly provisioner: Provisioner<Schema>;
  /** For `doctor --live`; absent where canary records cannot be deleted. */
  readonly probe?: ProbeSupport;
}

/** The needs of a live probe beyond reading and writing. */
export interface ProbeSupport {
  readonly fields: CanaryFields;
  /** Ids of activities by key, where `findActivities` does not see what was just written. Undefined: it cannot tell. */
  findJustWritten?(
    object: Exclude<CrmObject, 'person'>,
    keys: readonly string[],
  ): Promise<readonly string[] | undefined>;
  /** Resolves with the ids of the records that could not be deleted. */
  delete(object: CrmObject, ids: readonly string[]): Promise<readonly string[]>;
}

/** An option that a field's list is to have. */
export interface NewOption {
  readonly object: CrmObject;
  readonly field: string;
  readonly option: string;
}

/** Creates fields; the engine decides which ones. */
export interface Provisioner<Schema extends LiveSchema> {
  /** The unique keys, without which nothing can be written; in the order of their objects. */
  readonly keys: readonly FieldDefinition[];
  /** Where one field of the mapping is several of the CRM's: each of them. By default the field itself. */
  expand?(field: FieldDefinition): readonly FieldDefinition[];
  /** The name under which changes are reported, such as `Contact.Altur_Status__c`; by default the field's own. */
  nameOf?(field: FieldDefinition): string;
  /** A field that is there, as the CRM has it; by default the schema's field of this name. */
  find?(field: FieldDefinition, schema: Schema): CrmField | undefined;
  /** Why this field cannot be created; undefined if it can. `none`: it is not even reported. */
  obstacle(field: FieldDefinition): string | 'none' | undefined;
  /** Creates these fields. One change per field, in order. */
  create(fields: readonly FieldDefinition[], schema: Schema | undefined): Promise<readonly Change[]>;
  /** Further steps once the fields are there, such as permissions. */
  finish?(fields: readonly FieldDefinition[], schema: Schema | undefined): Promise<readonly Change[]>;
  /**
   * Adds an option to the list of a field that is there and of options, keeping the others; throws CrmError. Absent where
   * lists are changed by hand only.
   */
  addOption?(added: NewOption, schema: Schema): Promise<Change>;
  /** Does the schema show what was done? CRMs list new fields a moment later. */
  isSettled?(changes: readonly Change[], schema: Schema): boolean;
  /** Compares what was asked for with what the CRM made of it, by a schema that was read again. */
  verify?(change: Change, schema: Schema): Change;
}

/** How an activity that was written before is found again. */
export type ActivityKeys =
  /** Upserted by its key. */
  | 'upsert'
  /** Created with its key, which the CRM keeps unique: the second time it answers that the record exists. */
  | 'unique'
  /** The CRM keeps no unique key: searched for before it is created. */
  | 'search';

export interface Related {
  /** Further fields of an activity, by the id of its person's record. */
  readonly fields: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Why there are none where there should be. */
  readonly skipped: readonly SkippedRowField[];
}

/** An activity's row before it is written. */
export interface ActivityDraft {
  readonly object: Exclude<CrmObject, 'person'>;
  readonly operation: Row['operation'];
  readonly fields: Readonly<Record<string, unknown>>;
  /** When the call ended, ms since the epoch. */
  readonly endedAt: number;
}

/** An activity that is there. */
export interface FoundActivity {
  readonly id: string;
  /** Of a call: the record ids of the people it is linked to. */
  readonly persons?: readonly string[];
}

/** Reads and writes records. Every method throws CrmError when the CRM as a whole fails. */
export interface CrmClient extends RowSender {
  readonly schema: CrmSchema;
  /** The CRM's name of a person's record: `contact`. */
  readonly personTitle: string;
  /** The unique key field of each object. */
  readonly keyFields: Readonly<Record<CrmObject, string>>;
  activityKeys(object: Exclude<CrmObject, 'person'>): ActivityKeys;
  /** An activity may name a person who is created in the same request, by its key. */
  readonly nests: boolean;

  /** Every record that one of these persons' identities may lead to, with these fields' values. */
  find(
    people: readonly Person[],
    fields: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly Candidate[]>;
  /** Those of these records that are there. */
  readPeople(
    ids: readonly string[],
    fields: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly Candidate[]>;
  /**
   * By key: what the records are now that were created under these keys and merged into others. Absent where the CRM does
   * not find a merged record by its key.
   */
  findMerged?(
    keys: readonly string[],
    fields: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Candidate>>;
  /** Ids of activities by key, of those that are there. */
  findActivities(
    object: Exclude<CrmObject, 'person'>,
    keys: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, string>>;
  /** For `verify`: those of these activities that are there, by record id, and the persons that calls are linked to. */
  readActivities?(
    ids: Readonly<Record<Exclude<CrmObject, 'person'>, readonly string[]>>,
    signal?: AbortSignal,
  ): Promise<readonly FoundActivity[]>;
  /** The present values of these fields of calls, by record id and field. Absent: their lines are not renewed. */
  readCalls?(
    ids: readonly string[],
    fields: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>>;
  /**
   * For `verify`: the record that each of these ids leads to now: itself, or what it was merged or converted into; absent
   * when it is gone. By default as `readPeople` answers.
   */
  locatePeople?(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** A record id in the CRM's own form; undefined for a text that is none. */
  toRecordId(text: string): string | undefined;
  /** Where people may be records of several objects: does this one have the field? No id: one that is created. */
  hasField?(id: string | undefined, field: string): boolean;
  /** How a person's record may be used; by default it is written. `ignore`: it is of another kind of person. */
  personRecordUse?(id: string): 'write' | 'link' | 'ignore';

  /** A value in the CRM's own form. */
  encode(value: FieldValue, field: CrmField | undefined): unknown;
  /** The form in which the CRM itself adds to a list; undefined where the present value must be read first. */
  encodeAppended?(value: FieldValue, field: CrmField | undefined): unknown;
  /** The fields that an activity's record needs beyond the mapping's. */
  completeActivity(draft: ActivityDraft): Readonly<Record<string, unknown>>;

  /** For `match.associate` where a relation is a field of the activity. One request at most. */
  relate?(personIds: readonly string[], signal?: AbortSignal): Promise<Related>;
  /** For CRMs where a link is not a field: what an activity is linked to. The first is its person. */
  linkers?(object: Exclude<CrmObject, 'person'>): readonly Linker[];
  /** Where converted records went: the id of the person's record now, by the name of the rejected row. */
  findConverted?(rows: readonly Row[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** The CRM accepts no activities that name their person by key. */
  stopNesting?(): void;
}
