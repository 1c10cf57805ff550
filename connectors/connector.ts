/**
 * The contract between the core and a CRM. A connector receives batches of neutral records, writes them in
 * as few requests as its CRM allows, and answers one outcome per record, in order. It knows nothing of
 * queues, Redis, HTTP ingress or Altur's transport.
 */
import type { ZodType } from 'zod';
import type { CrmAccount } from './account.ts';
import type { DryRun } from './dry-run.ts';
import type { ProbedAssumptions, ProbeReport } from './live-probe.ts';
import type {
  CallRecord,
  CrmObject,
  CrmSchema,
  FieldType,
  Outcome,
  RecordIds,
  RecordStates,
} from './record.ts';
import type { RequestObserver } from './request-observer.ts';
import type { RequestPace } from './request-pace.ts';
import type { LastWrites, PersonCache } from './stores.ts';

export { accountText, type CrmAccount } from './account.ts';
export { commandLine, startLine, typeCommandsAs, withTypedCommands } from './command-line.ts';
export { CrmError, type CrmErrorKind, type CrmErrorOptions } from './crm-error.ts';
export type { CrmRequest, DryRun, LookedUpPerson, NotWritten } from './dry-run.ts';
export type { AssumptionName, ProbedAssumptions, ProbeReport, ProbeResult } from './live-probe.ts';
export type {
  Activity,
  CallRecord,
  CrmField,
  CrmFields,
  CrmObject,
  CrmSchema,
  FieldType,
  FieldValue,
  FieldWrite,
  FollowUp,
  Identity,
  Outcome,
  Person,
  Phone,
  RecordIds,
  RecordState,
  RecordStates,
  RenewedLine,
  SkippedField,
  Unassigned,
  WriteRule,
} from './record.ts';
export { identityNames } from './record.ts';
export type { ObservedRequest, RequestObserver } from './request-observer.ts';
export {
  EVENNESS,
  HELD_MS,
  nextTurn,
  OwnPace,
  type Quota,
  type RequestPace,
  type Turn,
} from './request-pace.ts';
export { secretProblem } from './secret-problem.ts';
export type { CachedPerson, LastWrites, PersonCache } from './stores.ts';
export { textSetting } from './text-setting.ts';
export { isNearby, type UrlForm, urlProblem } from './url-problem.ts';

/** A line of `doctor`. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'error';
  readonly subject: string;
  readonly message: string;
  /** How to fix it; present unless `ok`. */
  readonly fix?: string;
}

/** A field the mapping writes to and `provision` may have to create. */
export interface FieldDefinition {
  readonly object: CrmObject;
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  readonly options?: readonly string[];
  /** People are found by it: no two of them may hold the same value. */
  readonly unique?: boolean;
}

/** What `provision` did about one thing. */
export interface Change {
  readonly action: 'created' | 'exists' | 'skipped' | 'failed';
  readonly object: CrmObject;
  readonly name: string;
  readonly detail?: string;
}

/** How people are matched; a part of the mapping. */
export interface MatchPolicy {
  readonly onMissing: 'create' | 'log-only' | 'skip';
  readonly onMany: 'newest' | 'oldest' | 'skip';
  /** The CRM object that people are, where the CRM has several (Salesforce: Contact or Lead). */
  readonly personObject?: string;
  /** All objects that people may be, in the order they are looked for; the first is `personObject`. */
  readonly personObjects?: readonly string[];
  /** The CRM's own rules assign an owner to people who are created; never to those who are updated. */
  readonly assignmentRules?: boolean;
  /** Further records that calls and tasks are linked to: some of the connector's `matchOptions.associations`. */
  readonly associate?: readonly string[];
  /** The person's fields the mapping writes only where they are empty. */
  readonly ifEmpty: readonly string[];
  /** The person's fields, of the customer's own, that people are found by. */
  readonly matchFields?: readonly string[];
}

/** The four methods of a logger; the last argument holds ids, never personal data. */
export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** A text that the mapping names as an owner, or that it sets a field to. */
export interface NamedOwner {
  readonly id: string;
  /** Absent in a rule for owners. */
  readonly field?: string;
}

export interface ConnectorContext {
  readonly observeRequest?: RequestObserver;
  readonly policy: MatchPolicy;
  /** Without these two nothing is kept between batches. */
  readonly personCache?: PersonCache;
  readonly lastWrites?: LastWrites;
  /** Of all processes; without it each keeps its own. */
  readonly requestPace?: RequestPace;
  /** The results of an earlier live probe: the connector uses the confirmed form at once. */
  readonly probed?: ProbedAssumptions;
  readonly log: Log;
  /** IANA zone in which a day begins, for CRMs whose dates have no time. */
  readonly timeZone: string;
  /** The kinds of record the mapping writes; the others need no schema. */
  readonly objects: readonly CrmObject[];
  /** How long the CRM may take to respond to a request; by default as long as this CRM needs. */
  readonly requestTimeoutMs?: number;
  /** Record ids that the mapping names as owners; `doctor` asks whether they may be. */
  readonly owners?: readonly NamedOwner[];
}

/** Of the CRM's daily API requests, which all its integrations share. */
export interface Usage {
  readonly used: number;
  readonly limit: number;
  /** How many requests it takes at once, where it says so. */
  readonly burst?: { readonly limit: number; readonly perMs: number };
}

export interface Connector {
  readonly name: string;
  /** Most records `sync` takes at once. */
  readonly batchSize: number;
  /** How many batches (`sync` calls) one process may have in flight. */
  readonly maxInFlight: number;
  /** As the CRM last reported; absent where it reports none. */
  usage?(): Usage | undefined;
  /** The CRM's fields, cached; reads only. Throws CrmError. */
  schema(): Promise<CrmSchema>;
  /** The portal or org; read once. Throws CrmError. */
  account?(): Promise<CrmAccount>;
  /** Whether these records are still there and linked; one answer per call, in order. Reads only. Throws CrmError. */
  verify?(calls: readonly RecordIds[], signal?: AbortSignal): Promise<readonly RecordStates[]>;
  /**
   * Whether the CRM has these calls, no matter who wrote them: the id of each one's record, in order; undefined where there is
   * none. Reads only, as few requests as a batch needs. Throws CrmError.
   */
  findCalls?(callIds: readonly string[], signal?: AbortSignal): Promise<readonly (string | undefined)[]>;
  /** Adds an option to a field of options; idempotent. */
  addOption?(object: CrmObject, field: string, option: string): Promise<Change>;
  /** Makes sure that calls can be written, creating what must be there if it may. Throws CrmError. */
  prepare(): Promise<void>;
  /** The CRM's fields have changed: they are read again the next time. */
  invalidateSchema?(): void;
  /** Cheapest authenticated call plus a schema check. Never throws for a finding: returns findings. */
  check(): Promise<readonly Finding[]>;
  /** Creates what is missing in the CRM (keys, groups, these fields); idempotent; says what it did. */
  provision(fields: readonly FieldDefinition[]): Promise<readonly Change[]>;
  /** Why `provision` cannot create this field; undefined when it can. */
  obstacle?(field: FieldDefinition): string | undefined;
  /**
   * Tests with real credentials what is only assumed of this CRM, with records that it deletes again. `signal` ends the
   * tests, not the deletion. Throws CrmError.
   */
  probe?(signal?: AbortSignal): Promise<ProbeReport>;
  /** One outcome per record, same order. Throws CrmError only when the batch as a whole could not be tried. */
  sync(records: readonly CallRecord[], signal: AbortSignal): Promise<readonly Outcome[]>;
  /** What `sync` would do; writes nothing. `lookUp`: people are really looked up, read-only. */
  dryRun(records: readonly CallRecord[], lookUp: boolean): Promise<DryRun>;
  close(): Promise<void>;
}

/** Previews without credentials: what every CRM of this kind is assumed to have. */
export interface AssumedCrm {
  /** Its standard fields, and the keys we create in it. */
  schema(policy: MatchPolicy): CrmSchema;
  /** The requests for these records in a CRM that has these fields and none of the people. Sends nothing. */
  dryRun(records: readonly CallRecord[], schema: CrmSchema, policy: MatchPolicy): Promise<DryRun>;
}

/** What `match` in a mapping may say for this CRM. */
export interface MatchOptions {
  /** The CRM's objects that people may be, for `match.object`; absent where there is but one. */
  readonly personObjects?: readonly string[];
  /** The objects that calls may be associated with, for `match.associate`. */
  readonly associations?: readonly string[];
  /** The CRM has assignment rules, for `match.assignmentRules`. */
  readonly assignmentRules?: boolean;
}

/** The public face of a connector's folder. */
export interface ConnectorDefinition<Settings = unknown> {
  readonly name: string;
  /**
   * Checks and reads the connector's own environment variables: a zod object whose keys are their names. Each may be
   * given as `NAME_FILE` as well; an unknown one that begins with the connector's name is reported.
   */
  readonly settings: ZodType<Settings> & { readonly shape: Readonly<Record<string, ZodType>> };
  /** What is set and not used, or probably wrong: it does not stop the start. */
  warnings?(settings: Settings): readonly string[];
  /** Its default mapping, a file in the form of `MAPPING_FILE`. */
  readonly mappingFile: URL;
  readonly matchOptions?: MatchOptions;
  /** Without it, `preview` needs credentials. */
  readonly assumed?: AssumedCrm;
  /** Where people open a record; undefined where the CRM has no page for it. */
  recordUrl?(account: CrmAccount, object: CrmObject, id: string): string | undefined;
  create(settings: Settings, context: ConnectorContext): Connector;
}
