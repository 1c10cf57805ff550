/** Links between activities and other records, for CRMs where a link is no field of the activity. */
import type { Rejection } from './rows/rejection.ts';

/** Links an activity's record to a person's; record ids. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

/** A link that the CRM rejects, and why. */
export interface RejectedLink extends Link {
  readonly rejection: Rejection;
}

/** The links of a request that failed; those in neither list were made. */
export interface LinkResults {
  /** The CRM says nothing of them, or could not make them at the moment. */
  readonly unconfirmed: readonly Link[];
  readonly rejected: readonly RejectedLink[];
}

/** Links activities to one kind of record. */
export interface Linker {
  readonly linksPerRequest: number;
  /** The object that activities are linked to: `contact`. */
  readonly target: string;
  /** The links to make for those between activities and persons; by default the same. */
  targets?(links: readonly Link[], signal?: AbortSignal): Promise<readonly Link[]>;
  /** Idempotent. One rejection when the CRM rejects the request as a whole. */
  link(links: readonly Link[], signal?: AbortSignal): Promise<LinkResults | Rejection>;
}
