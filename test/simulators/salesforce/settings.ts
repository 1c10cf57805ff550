import type { DuplicateRule } from './duplicate-rule.ts';

/** How this org behaves; may be changed while it runs. */
export interface Settings {
  /** How long a write takes; its row locks are held meanwhile. */
  latencyMs: number;
  /** API requests the org has per rolling day, and how many are used already. */
  dailyLimit: number;
  /** Requests under way at once. */
  concurrentLimit: number;
  maxBodyBytes: number;
  /** Whether rows may name a parent by external id, and how it is refused. */
  nestedParents: 'accept' | 'refuse-record' | 'refuse-request';
  /** In which words it is refused, where not in the simulator's own. */
  nestedRefusal: { readonly code: string; readonly message: string } | undefined;
  /** Whether an unknown column costs its request or its record; real orgs are said to refuse the request. */
  unknownColumn: 'refuse-request' | 'refuse-record';
  /** DUPLICATE_VALUE may name the field and the record, or say `<unknown>` for both. */
  duplicateValue: 'named' | 'unknown';
  duplicateRules: readonly DuplicateRule[];
  /** Collections repeat the rule's matches in their errors; single records always do. */
  duplicateResultInCollections: boolean;
  /** The prefix that a permission set must use for fields of Activity. */
  activityPermission: 'Activity' | 'Task' | 'either';
  /** The user may change metadata. */
  canCustomize: boolean;
  /** `IN (SELECT …)` is understood. */
  semiJoins: boolean;
  /** Objects that the user may read but not write. */
  readOnlyObjects: readonly string[];
  /** Every token is refused, however fresh. */
  refuseTokens: boolean;
  clientId: string;
  clientSecret: string;
  username: string;
  /** PEM; when given, JWT assertions must be signed by its private half. */
  publicKey: string | undefined;
}

export const DEFAULT_SETTINGS: Settings = {
  latencyMs: 0,
  dailyLimit: 100_000,
  concurrentLimit: 25,
  maxBodyBytes: 50_000_000,
  nestedParents: 'accept',
  nestedRefusal: undefined,
  unknownColumn: 'refuse-request',
  duplicateValue: 'named',
  duplicateRules: [],
  duplicateResultInCollections: false,
  activityPermission: 'either',
  canCustomize: true,
  semiJoins: true,
  readOnlyObjects: [],
  refuseTokens: false,
  clientId: 'client-id',
  clientSecret: 'client-secret',
  username: 'integration@example.com',
  publicKey: undefined,
};
