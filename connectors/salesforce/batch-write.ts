/** Sends rows as collections of one composite request, and reads the result of each record. */
import { CrmError } from '../connector.ts';
import type { RowGroup, RowLimits } from '../engine/rows/pack.ts';
import type { Rejection } from '../engine/rows/rejection.ts';
import type { Row } from '../engine/rows/row.ts';
import type { GroupResponse, RowResponse } from '../engine/rows/row-sender.ts';
import { type CompositeApi, type Subrequest, type Subresponse, sendComposite } from './composite.ts';
import { failureOf, serverFailure } from './http-failures.ts';
import { KEY_FIELDS } from './keys.ts';
import { objectOf } from './person-objects.ts';
import { codeOf, readRejection, type SalesforceError } from './rejections.ts';

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm */
export const ROWS_PER_COLLECTION = 200;

/** Codes that concern the whole org, though a single record reports them. */
const ORG_WIDE = /^(STORAGE_LIMIT_EXCEEDED|REQUEST_LIMIT_EXCEEDED|\w+_DURING_MAINTENANCE)$/;
const PART = 'a part of POST /composite';

export interface WriteOptions {
  /** The objects that people are; they are created in the first. */
  readonly personObjects: readonly string[];
  /** The org's assignment rules run for leads that are created. */
  readonly assignmentRules: boolean;
}

/**
 * State: keys of people who turned out to be there when they were to be created. They are upserted from then on, and
 * no assignment rule runs for them.
 */
export class CollectionWriter {
  readonly limits: RowLimits = {
    rowsPerGroup: ROWS_PER_COLLECTION,
    groupsPerRequest: 5,
    /** The largest composite body is not documented; this is far below what orgs are seen to take. */
    bytesPerRequest: 3_000_000,
    /** A collection may mix objects in ten chunks only, and an upsert is by one object's external id. */
    groupOf: (row) => `${this.#isAssigned(row) ? 'assigned ' : ''}${row.operation} ${this.#objectOf(row)}`,
  };
  readonly #api: CompositeApi;
  readonly #options: WriteOptions;
  readonly #there = new Set<string>();

  constructor(api: CompositeApi, options: WriteOptions) {
    this.#api = api;
    this.#options = options;
  }

  async send(
    groups: readonly RowGroup[],
    signal: AbortSignal | undefined,
  ): Promise<readonly GroupResponse[] | { readonly rejected: Rejection }> {
    const subrequests = groups.map((group, index) => this.#toSubrequest(group, index));
    const response = await sendComposite(this.#api, subrequests, signal);
    if ('rejected' in response) return { rejected: readRejection([response.rejected], '') };
    return groups.map((group, index) => {
      const read = readCollection(group, response.subresponses.get(`c${index}`));
      this.#noteExisting(group, read);
      return read;
    });
  }

  #toSubrequest(group: RowGroup, index: number): Subrequest {
    const [row] = group as readonly [Row, ...Row[]];
    const assigned = this.#isAssigned(row);
    const byKey = row.operation === 'upsert' && !assigned;
    return {
      referenceId: `c${index}`,
      method: row.operation === 'create' || assigned ? 'POST' : 'PATCH',
      path: `/composite/sobjects${byKey ? `/${this.#objectOf(row)}/${KEY_FIELDS.person}` : ''}`,
      httpHeaders: headersOf(assigned),
      body: { allOrNone: false, records: group.map((each) => this.#toRecord(each)) },
    };
  }

  #toRecord(row: Row) {
    const { id, fields } = row;
    return {
      attributes: { type: this.#objectOf(row) },
      ...(id !== undefined && { Id: id }),
      ...fields,
      ...parentOf(row, this.#options.personObjects[0]!),
    };
  }

  #objectOf({ object, id }: Row): string {
    if (object !== 'person') return 'Task';
    const { personObjects } = this.#options;
    const objects = personObjects.map((name) => ({ name }));
    return objectOf(objects, id).name;
  }

  /** An upsert may update, for which no rule is to run: these leads are created, or else found to be there. */
  #isAssigned(row: Row): boolean {
    const { assignmentRules } = this.#options;
    const isNew = row.operation === 'upsert' && !this.#there.has(row.key);
    return assignmentRules && isNew && this.#objectOf(row) === 'Lead';
  }

  #noteExisting(group: RowGroup, response: GroupResponse): void {
    if ('rejected' in response) return;
    for (const row of group) {
      const result = response.rows.get(row.name);
      const exists = result?.status === 'rejected' && result.rejection.kind === 'exists';
      if (exists && this.#isAssigned(row)) this.#there.add(row.key);
    }
  }
}

/**
 * Alert rules let the record through; who a person is was decided before. Assignment rules would run by default, for
 * updates too: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_autoassign.htm
 */
function headersOf(assigned: boolean) {
  return {
    'Sforce-Duplicate-Rule-Header': 'allowSave=true',
    'Sforce-Auto-Assign': assigned ? 'TRUE' : 'FALSE',
  };
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_upsert.htm: a parent by its external id. */
function parentOf({ parentId, parentKey }: Row, personObject: string) {
  if (parentId !== undefined) return { WhoId: parentId };
  if (parentKey === undefined) return {};
  return { Who: { attributes: { type: personObject }, [KEY_FIELDS.person]: parentKey } };
}

interface RecordResult {
  readonly success?: boolean;
  readonly id?: string | undefined;
  readonly errors?: readonly SalesforceError[] | null;
}

function readCollection(group: RowGroup, response: Subresponse | undefined): GroupResponse {
  const { status, body } = response ?? { status: 0, body: undefined };
  const list = Array.isArray(body) ? body : [];
  if (status >= 200 && status < 300 && list.length === group.length) {
    const results = list as readonly RecordResult[];
    const rows = new Map<string, RowResponse>();
    for (const [index, row] of group.entries()) {
      const read = readResult(row, results[index]!);
      // Of a success that does not say which record it is about, the row counts as not reported.
      if (read.status === 'rejected' || read.id !== undefined) rows.set(row.name, read);
    }
    return { rows };
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

function readResult(row: Row, { success, id, errors }: RecordResult): RowResponse {
  if (success) return { status: 'written', id: id ?? row.id };
  const reasons = errors ?? [];
  const orgWide = reasons.find((error) => ORG_WIDE.test(codeOf(error)));
  if (orgWide) throw failureOf(codeOf(orgWide), orgWide.message ?? '', PART)!;
  return { status: 'rejected', rejection: readRejection(reasons, KEY_FIELDS[row.object]) };
}
