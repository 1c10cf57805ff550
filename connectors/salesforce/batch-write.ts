/** Rows as collections of one composite request, and what Salesforce answered for each record. */
import { CrmError } from '../connector.ts';
import type { RowGroup, RowLimits } from '../engine/rows/pack.ts';
import type { Rejection } from '../engine/rows/rejection.ts';
import type { Row } from '../engine/rows/row.ts';
import type { GroupResponse, RowResponse } from '../engine/rows/row-sender.ts';
import { type CompositeApi, type Subrequest, type Subresponse, sendComposite } from './composite.ts';
import { failureOf, serverFailure } from './http-failures.ts';
import { KEY_FIELDS } from './keys.ts';
import { codeOf, readRejection, type SalesforceError } from './rejections.ts';

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm */
export const LIMITS: RowLimits = {
  rowsPerGroup: 200,
  groupsPerRequest: 5,
  /** The largest composite body is not documented; this is far below what orgs are seen to take. */
  bytesPerRequest: 3_000_000,
  /** A collection may mix objects, but an upsert is by one object's external id. */
  groupOf: ({ object, operation }) => (operation === 'upsert' ? `upsert ${object}` : operation),
};

/** Alert rules let the record through; who a person is was decided before. */
const HEADERS = { 'Sforce-Duplicate-Rule-Header': 'allowSave=true', 'Sforce-Auto-Assign': 'FALSE' };
/** These are about the whole org, although it is a record that meets them. */
const ORG_WIDE = /^(STORAGE_LIMIT_EXCEEDED|REQUEST_LIMIT_EXCEEDED|\w+_DURING_MAINTENANCE)$/;
const PART = 'a part of POST /composite';

/** `personObject`: Contact or Lead. */
export async function sendCollections(
  api: CompositeApi,
  personObject: string,
  groups: readonly RowGroup[],
  signal: AbortSignal | undefined,
): Promise<readonly GroupResponse[] | { readonly rejected: Rejection }> {
  const subrequests = groups.map((group, index) => toSubrequest(group, index, personObject));
  const response = await sendComposite(api, subrequests, signal);
  if ('rejected' in response) return { rejected: readRejection([response.rejected], '') };
  return groups.map((group, index) => readCollection(group, response.subresponses.get(`c${index}`)));
}

function toSubrequest(group: RowGroup, index: number, personObject: string): Subrequest {
  const { operation } = group[0]!;
  return {
    referenceId: `c${index}`,
    method: operation === 'create' ? 'POST' : 'PATCH',
    path: `/composite/sobjects${operation === 'upsert' ? `/${personObject}/${KEY_FIELDS.person}` : ''}`,
    httpHeaders: HEADERS,
    body: { allOrNone: false, records: group.map((row) => toRecord(row, personObject)) },
  };
}

function toRecord(row: Row, personObject: string) {
  const { object, id, fields } = row;
  const type = object === 'person' ? personObject : 'Task';
  return {
    attributes: { type },
    ...(id !== undefined && { Id: id }),
    ...fields,
    ...personOf(row, personObject),
  };
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_upsert.htm: a parent by its external id. */
function personOf({ parentId, parentKey }: Row, personObject: string) {
  if (parentId !== undefined) return { WhoId: parentId };
  if (parentKey === undefined) return {};
  return { Who: { attributes: { type: personObject }, [KEY_FIELDS.person]: parentKey } };
}

interface RecordResult {
  readonly success?: boolean;
  readonly id?: string;
  readonly errors?: readonly SalesforceError[];
}

function readCollection(group: RowGroup, response: Subresponse | undefined): GroupResponse {
  const { status, body } = response ?? { status: 0, body: undefined };
  const list = Array.isArray(body) ? body : [];
  if (status >= 200 && status < 300 && list.length === group.length) {
    const results = list as readonly RecordResult[];
    return { rows: new Map(group.map((row, index) => [row.name, readResult(row, results[index]!)])) };
  }
  const errors = list as readonly SalesforceError[];
  if (status >= 500) throw serverFailure(status, errors[0], PART);
  const failure = errors[0] && failureOf(codeOf(errors[0]), errors[0].message ?? '', PART);
  if (failure) throw failure;
  if (status < 400) {
    const message = `Salesforce did not report what became of ${PART}`;
    throw new CrmError('unavailable', message, { code: 'NO_RESULT' });
  }
  return { rejected: readRejection(errors, KEY_FIELDS[group[0]!.object]) };
}

function readResult({ object }: Row, { success, id, errors = [] }: RecordResult): RowResponse {
  if (success) return { status: 'written', id };
  const orgWide = errors.find((error) => ORG_WIDE.test(codeOf(error)));
  if (orgWide) throw failureOf(codeOf(orgWide), orgWide.message ?? '', PART)!;
  return { status: 'rejected', rejection: readRejection(errors, KEY_FIELDS[object]) };
}
