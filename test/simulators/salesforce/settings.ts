import type { DuplicateRule } from './duplicate-rule.ts';

export interface Trigger {
  readonly object: string;
  /** Most rows that it can take. */
  readonly rows: number;
  /** After "execution of AfterInsert caused by: ". */
  readonly message?: string;
}

/** How this org behaves; may be changed while it runs. */
export interface Settings {
  /** How long a write takes; its row locks are held for that time. */
  latencyMs: number;
  /** API requests that the org may make per rolling day. */
  dailyLimit: number;
  /** Requests in progress at once. */
  concurrentLimit: number;
  maxBodyBytes: number;
  /** Whether a row may give its parent by external id, and how far a rejection reaches. */
  nestedParents: 'accept' | 'refuse-record' | 'refuse-request';
  /** The error of that rejection; default: the simulator's. */
  nestedRefusal: { readonly code: string; readonly message: string } | undefined;
  /** How far an unknown column in a collection reaches: its row, as recorded, or the whole request. */
  unknownColumn: 'refuse-request' | 'refuse-record';
  /** DUPLICATE_VALUE names the field and the record, or says `<unknown>` for both. */
  duplicateValue: 'named' | 'unknown';
  duplicateRules: readonly DuplicateRule[];
  /** Collections repeat the rule's matches in their errors; single records always do. */
  duplicateResultInCollections: boolean;
  /** The prefix that a permission set must use for fields of Activity. */
  activityPermission: 'Activity' | 'Task' | 'either';
  /** Automation that is not bulk-safe: a collection with more rows of the object than it can take fails whole. */
  triggers: readonly Trigger[];
  /** The user may change metadata. */
  canCustomize: boolean;
  /** `IN (SELECT …)` is supported. */
  semiJoins: boolean;
  /** Objects that the user may read but not write. */
  readOnlyObjects: readonly string[];
  /** A token is rejected after so many requests. */
  requestsPerToken: number;
  /** Every token is rejected, new ones included. */
  refuseTokens: boolean;
  clientId: string;
  clientSecret: string;
  username: string;
  /** PEM; when given, JWT assertions must be signed with its private key. */
  publicKey: string | undefined;
  /** The `aud` that JWT assertions may have; undefined: the documented ones and the org's own URL. */
  audiences: readonly string[] | undefined;
}

export const DEFAULT_SETTINGS: Settings = {
  latencyMs: 0,
  dailyLimit: 100_000,
  concurrentLimit: 25,
  maxBodyBytes: 50_000_000,
  nestedParents: 'accept',
  nestedRefusal: undefined,
  unknownColumn: 'refuse-record',
  duplicateValue: 'named',
  duplicateRules: [],
  duplicateResultInCollections: false,
  activityPermission: 'either',
  triggers: [],
  canCustomize: true,
  semiJoins: true,
  readOnlyObjects: [],
  requestsPerToken: Number.POSITIVE_INFINITY,
  refuseTokens: false,
  clientId: 'client-id',
  clientSecret: 'client-secret',
  username: 'integration@example.com',
  publicKey: undefined,
  audiences: undefined,
};

/** Throws on a name that is not a setting. */
export function changeSettings(settings: Settings, changes: object): Settings {
  const unknown = Object.keys(changes).find((name) => !(name in settings));
  if (unknown) throw new Error(`There is no setting ${unknown}`);
  return Object.assign(settings, changes);
}
