/** Something that a person must act on, or at least know of. */
import type { CrmObject } from '../../connectors/connector.ts';

/** Stable: logs, metrics and docs/alerts.md name them. The most urgent first. */
export type AlertCause =
  | 'redis-down'
  | 'no-worker'
  | 'crm-unauthorized'
  | 'crm-unavailable'
  | 'crm-rate-limited'
  | 'redis-nearly-full'
  | 'signature-failures'
  | 'oldest-waiting'
  | 'crm-quota'
  | 'reconcile-failing'
  | 'dead-letters';

/** As it is now. Held in Redis as JSON, and by none of these facts personal data. */
export interface Alert {
  /** Of two alerts with one id only one is open: `dead-letters` has one for each cause, every other cause is its own. */
  readonly id: string;
  readonly cause: AlertCause;
  /** How long it must last before it is announced, ms: what is over sooner concerns nobody. */
  readonly afterMs: number;
  /** The calls it concerns. */
  readonly calls?: number;
  /** Each of these alone would explain it: while one is open, this one is not opened. */
  readonly explainedBy?: readonly AlertCause[];
  readonly crm?: string;
  readonly code?: string;
  readonly reason?: string;
  readonly object?: CrmObject;
  readonly fields?: readonly string[];
  /** When it ends by itself, ms since the epoch. */
  readonly until?: number;
  /** Of a limit. */
  readonly percent?: number;
  /** How old the oldest waiting call is. */
  readonly ageMs?: number;
  /** The process that sees it, where others may not. */
  readonly seenBy?: string;
}
