/** How rows reach the CRM: what a connector implements for the row writer. */
import type { RowGroup, RowLimits } from './pack.ts';
import type { Rejection } from './rejection.ts';
import type { Row } from './row.ts';

export interface WrittenRow {
  readonly status: 'written';
  /** The record's id; another one than the row's when the record was merged into another. */
  readonly id?: string | undefined;
  /** Fields for which the CRM answers another value than the one sent. */
  readonly unstored?: readonly string[];
}

export type RowResponse = WrittenRow | { readonly status: 'rejected'; readonly rejection: Rejection };

/** The CRM's response for one group of a request. */
export type GroupResponse =
  | { readonly rejected: Rejection }
  | {
      /** By row name. A row that is missing was not reported. */
      readonly rows: ReadonlyMap<string, RowResponse>;
      /** Some rejection names no row: it is one of those that are not reported. */
      readonly unattributed?: boolean;
    };

/** How rows reach the CRM. */
export interface RowSender {
  /** The CRM's name in messages. */
  readonly crm: string;
  readonly limits: RowLimits;
  /** Fields without which a row of this kind cannot be, or is not worth writing. */
  requiredFields(row: Row): readonly string[];
  /** Fields that may be to blame although the rejection names none, such as an owner who is gone. */
  suspectedFields?(row: Row, rejection: Rejection): readonly string[];
  /** May this rejection be about how the row names its person (`parentKey`)? */
  mayRejectParentKey?(row: Row, rejection: Rejection): boolean;
  /** One API request: a response per group, in order; or the rejection of the whole request. Throws CrmError. */
  send(
    groups: readonly RowGroup[],
    signal: AbortSignal | undefined,
  ): Promise<readonly GroupResponse[] | { readonly rejected: Rejection }>;
}
