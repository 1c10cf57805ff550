/** Rows of one group that are all rejected alike: the size of the group, or the CRM as a whole, may be the reason. */
import type { RowGroup } from './pack.ts';
import { withoutRejectedFields } from './rejected-fields.ts';
import type { Rejection } from './rejection.ts';
import type { GroupResponse, RowSender } from './row-sender.ts';

/**
 * The rejection that all rows of a group have, with the same code and no field to blame. One row alone is uniform only
 * with a `code` that larger groups were rejected with.
 */
export function uniformRejection(
  group: RowGroup,
  response: GroupResponse,
  sender: RowSender,
  code?: string,
): Rejection | undefined {
  if ('rejected' in response) return code === response.rejected.code ? response.rejected : undefined;
  if (group.length < 2 && code === undefined) return undefined;
  let first: Rejection | undefined;
  for (const row of group) {
    const result = response.rows.get(row.name);
    if (result?.status !== 'rejected' || result.rejection.kind !== 'permanent') return undefined;
    first ??= result.rejection;
    if (result.rejection.code !== (code ?? first.code)) return undefined;
    if (withoutRejectedFields(row, result.rejection, sender) !== row) return undefined;
    if (row.parentKey !== undefined && sender.mayRejectParentKey?.(row, result.rejection)) return undefined;
  }
  return first;
}
