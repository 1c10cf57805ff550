/**
 * Sensitive data: values of such properties are taken only from keys with scopes of their own. What a write without them
 * gets is not documented: rows or whole requests may be rejected, with or without the property's name.
 * https://developers.hubspot.com/docs/api-reference/latest/crm/properties/sensitive-data
 */
import { CrmError, type CrmField, type CrmFields } from '../connector.ts';
import type { RowGroup } from '../engine/rows/pack.ts';
import type { Rejection } from '../engine/rows/rejection.ts';
import type { Row } from '../engine/rows/row.ts';
import type { GroupResponse } from '../engine/rows/row-sender.ts';

export function sensitivityText({ sensitivity }: CrmField): string {
  return `it holds sensitive data: the key needs the scope crm.objects.contacts.${sensitivity}.write`;
}

/** The response with the sensitive properties named where they are to blame, or may be. */
export function explainSensitive(response: GroupResponse, group: RowGroup, fields: CrmFields): GroupResponse {
  if ('rejected' in response) return { rejected: explained(response.rejected, group, fields) };
  const rows = new Map(response.rows);
  for (const row of group) {
    const result = rows.get(row.name);
    if (result?.status !== 'rejected') continue;
    rows.set(row.name, { status: 'rejected', rejection: explained(result.rejection, [row], fields) });
  }
  return { ...response, rows };
}

/** A request that is forbidden may be so for its sensitive properties: without them it says more. */
export function forbiddenFields(error: unknown, group: RowGroup, fields: CrmFields): Rejection | undefined {
  if (!(error instanceof CrmError) || error.kind !== 'unauthorized' || error.code === 'TOKEN_INVALID')
    return undefined;
  const named = sensitiveIn(group, fields);
  return named.length === 0 ? undefined : denied('SCOPE_MISSING', named, fields);
}

function explained(rejection: Rejection, rows: readonly Row[], fields: CrmFields): Rejection {
  const { kind, code, correlationId } = rejection;
  const sensitive = sensitiveIn(rows, fields);
  const named = rejection.fields.filter((name) => sensitive.includes(name));
  // A value that does not fit is one whatever the scopes.
  if (named.length > 0 && /^INVALID_/.test(code)) return rejection;
  if (named.length > 0 && named.length === rejection.fields.length)
    return { ...denied(code, named, fields), correlationId };
  const mayBe = rejection.fields.length === 0 && kind === 'permanent' && sensitive.length > 0;
  return mayBe ? { ...denied(code, sensitive, fields), correlationId } : rejection;
}

function denied(code: string, names: readonly string[], fields: CrmFields): Rejection {
  return { kind: 'field-denied', code, fields: names, text: sensitivityText(fields.get(names[0]!)!) };
}

function sensitiveIn(rows: readonly Row[], fields: CrmFields): readonly string[] {
  const names = new Set(rows.flatMap((row) => Object.keys(row.fields)));
  return [...names].filter((name) => fields.get(name)?.sensitivity !== undefined);
}
