/**
 * Sends one batch of rows. A trace id on every input keeps one bad record from spoiling its batch, and shows which one
 * an error is about: https://developers.hubspot.com/docs/api-reference/error-handling#multi-status-errors
 */
import { CrmError } from '../connector.ts';
import type { ApiResponse } from '../engine/http/transport.ts';
import type { RowGroup, RowLimits } from '../engine/rows/pack.ts';
import type { Rejection } from '../engine/rows/rejection.ts';
import type { Row } from '../engine/rows/row.ts';
import type { GroupResponse } from '../engine/rows/row-sender.ts';
import { unknownPath } from './http-failures.ts';
import { KEY_PROPERTIES, OBJECT_TYPES } from './keys.ts';
import type { HubSpot } from './records.ts';
import { isPathUnknown, readRejection } from './rejections.ts';
import { explainSensitive, forbiddenFields } from './sensitive.ts';
import { answeredKeys, isEmpty, readWriteResponse, traceOf } from './write-response.ts';

export const LIMITS: RowLimits = {
  /** https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/batch: 100 inputs a request. */
  rowsPerGroup: 100,
  groupsPerRequest: 1,
  /** No limit on a body's size is documented; a hundred long transcripts stay a request of a size others send. */
  bytesPerRequest: 3_000_000,
  groupOf: ({ object, operation }) => `${object} ${operation}`,
};

export async function sendBatch(
  { transport, api, schema, spelling }: HubSpot,
  group: RowGroup,
  signal: AbortSignal | undefined,
): Promise<readonly [GroupResponse] | { readonly rejected: Rejection }> {
  const { object, operation } = group[0]!;
  const { name: keyProperty } = KEY_PROPERTIES[object];
  const path = api.batch(OBJECT_TYPES[object], operation);
  const body = { inputs: group.map((row) => inputOf(row, keyProperty)) };
  let response: ApiResponse;
  try {
    response = await transport.send({ method: 'POST', path, body }, signal);
  } catch (error) {
    const rejected = forbiddenFields(error, group, schema[object]);
    if (!rejected) throw error;
    return [{ rejected }];
  }
  if (isPathUnknown(response)) throw unknownPath(path);
  if (response.status >= 400)
    return [explainSensitive({ rejected: readRejection(response.body) }, group, schema[object])];
  if (isEmpty(response.body, group))
    throw new CrmError('unavailable', `HubSpot confirmed nothing of POST ${path}`, { code: 'NO_RESULT' });
  for (const [sent, answered] of answeredKeys(response.body, group, keyProperty))
    spelling.note(sent, answered);
  const read = readWriteResponse(response.body, { group, keyProperty, fields: schema[object] });
  return [explainSensitive(read, group, schema[object])];
}

function inputOf(row: Row, keyProperty: string) {
  const traced = { objectWriteTraceId: traceOf(row), properties: row.fields };
  switch (row.operation) {
    case 'create':
      return { associations: [], ...traced };
    case 'update':
      return { id: row.id, ...traced };
    case 'upsert':
      return { id: row.key, idProperty: keyProperty, ...traced };
    default:
      return row.operation satisfies never;
  }
}
