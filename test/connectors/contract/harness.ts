/**
 * The contract suite's view of a connector: how to start it on a simulated CRM, and how to look into that
 * CRM. The author of a connector writes one Harness; connectors/README.md shows how.
 */
import type {
  Connector,
  ConnectorContext,
  CrmErrorKind,
  CrmObject,
  FieldWrite,
} from '../../../connectors/connector.ts';

export interface Harness {
  /** As in the registry: `hubspot`. */
  readonly name: string;
  readonly fields: ContractFields;
  /** Most requests for a batch of this many calls of as many people who are not in the CRM yet, without tasks. */
  budget(calls: number): RequestBudget;
  /** Optional members of the contract that the connector does without. */
  readonly lacks?: readonly OptionalMember[];
  /** The CRM's search by phone does not see what was written a moment ago; `catchUp` makes it visible. */
  readonly searchLag: boolean;
  /** Starts a simulated CRM without records, and the connector on it with exactly this context. */
  start(options: StartOptions): Promise<SimulatedCrm>;
}

export type OptionalMember = 'account' | 'verify' | 'findCalls' | 'addOption';

/** Fields of the simulated CRM, by the CRM's own names. All but the last two are text. */
export interface ContractFields {
  /** Of a person: written with `if-empty`. `name` must be all that a new person needs. */
  readonly name: string;
  readonly phone: string;
  /** Of a person: written with `newest`. */
  readonly status: string;
  /** Of a person: a list as text separated by `;`, written with `append`. */
  readonly tags: string;
  readonly callTitle: string;
  readonly taskTitle: string;
  /** Of a person: a field that the simulated CRM does not have. Absent where the CRM accepts any. */
  readonly unknown?: string;
  /** The fields of a call that the CRM rejects whatever is omitted; their values contain `secret`. */
  rejectedCall(secret: string): readonly FieldWrite[];
  /** A field that `provision` can create for people. */
  readonly creatable: string;
}

export interface RequestBudget {
  /** Reading requests, those of `activityLookUps` included. */
  readonly lookUps: number;
  /** Reading requests for the calls alone, where they are searched for before they are written. Default: none. */
  readonly activityLookUps?: number;
  readonly writes: number;
}

export interface StartOptions {
  readonly context: ConnectorContext;
  /** Whether the CRM has the connector's key fields already. */
  readonly provisioned: boolean;
}

/** One connector on one simulated CRM. */
export interface SimulatedCrm {
  readonly connector: Connector;
  /** All records of this kind, oldest first. */
  records(object: CrmObject): readonly SimulatedRecord[];
  /** Adds a person as a user of the CRM would: without our key. Search sees it at once. Returns its record id. */
  addPerson(person: AddedPerson): string;
  /** Deletes a record as a user of the CRM would. */
  remove(object: CrmObject, id: string): void;
  /** Required with `searchLag`: everything that was written becomes visible to search. */
  catchUp?(): void;
  /** Every request about records or fields since the start, in order; signing in is none. */
  requests(): readonly SimulatedRequest[];
  /** From now on every request fails so; the response quotes `text`, as CRMs quote what they were sent. */
  fail(kind: Exclude<CrmErrorKind, 'rejected'>, text: string): void;
  /** The nth writing request from now on is executed, but its response is lost. Nobody is cached yet. */
  loseWrite(nth: number): void;
  /** The next look-up, or the next write, gets no response. Nobody is cached yet. */
  hang(request: 'look-up' | 'write'): void;
  /** Ends `fail`, `loseWrite` and `hang`. */
  recover(): void;
  close(): Promise<void>;
}

export interface SimulatedRecord {
  readonly id: string;
  /** Our unique key; absent when it carries none. */
  readonly key?: string | undefined;
  /** As text; empty fields may be absent. */
  readonly values: Readonly<Record<string, string | undefined>>;
  /** Of a call or task: the record id of the person it is linked to. */
  readonly person?: string | undefined;
}

export interface AddedPerson {
  readonly name: string;
  /** As written in the CRM. */
  readonly phone?: string;
  /** Further fields. */
  readonly values?: Readonly<Record<string, string>>;
  /** Ms since the epoch. */
  readonly createdAt?: number;
}

export interface SimulatedRequest {
  readonly method: string;
  readonly path: string;
  /** Parsed JSON. */
  readonly body: unknown;
  /** Changes nothing in the CRM. */
  readonly reads: boolean;
}
