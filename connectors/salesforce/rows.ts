/**
 * Writes rows of people and tasks in as few API requests as Salesforce allows: one `POST /composite` for two hundred
 * calls. Every row gets its own result; rows that Salesforce refuses for a field are sent again without it, and a
 * request it refuses as a whole is halved until the culprit is alone.
 */
import { codeOf, failureOf, judge, type Refusal, type SalesforceError } from './errors.ts';
import { PERSON_KEY, TASK_KEY } from './keys.ts';
import { requestsOf, toSubrequest } from './row-requests.ts';
import type { Subanswer, Transport } from './transport.ts';

export interface Row {
  /** Unique in the batch. */
  readonly name: string;
  /** `upsert` by the person key, `update` by Id, `create`. */
  readonly operation: 'upsert' | 'update' | 'create';
  readonly sobject: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Rows in whose favour this one fails: its person's. */
  readonly parent?: string | undefined;
}

export type RowResult =
  | { readonly status: 'written'; readonly id: string | undefined; readonly leftOut: readonly Dropped[] }
  | { readonly status: 'refused'; readonly refusal: Refusal };

export interface Dropped {
  readonly field: string;
  readonly code: string;
}

const MAX_ROUNDS = 6;
/** Without these a row is not worth writing, or cannot be. */
const INDISPENSABLE = [
  'Id',
  'attributes',
  PERSON_KEY,
  TASK_KEY,
  'Who',
  'WhoId',
  'LastName',
  'Subject',
  'Company',
];
/** People before the tasks that name them. Throws CrmError when Salesforce as a whole fails. */
export async function writeRows(
  transport: Transport,
  rows: readonly Row[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, RowResult>> {
  const results = new Map<string, RowResult>();
  const dropped = new Map<string, readonly Dropped[]>();

  const settle = async (some: readonly Row[], round: number): Promise<void> => {
    for (const request of requestsOf(some)) await settleRequest(request, round);
  };

  const settleRequest = async (collections: readonly (readonly Row[])[], round: number): Promise<void> => {
    const answers = await transport.composite(collections.map(toSubrequest), signal);
    const sent = collections.flat();
    if (answers === undefined) return halve(sent, { kind: 'final', code: 'REFUSED', fields: [] }, round);
    const again: Row[] = [];
    for (const [index, collection] of collections.entries()) {
      again.push(...(await read(collection, answers.get(`c${index}`), round)));
    }
    if (again.length > 0) await settle(withParents(again, sent), round + 1);
  };

  /** Notes the results of a collection; answers the rows to send again. */
  const read = async (
    collection: readonly Row[],
    answer: Subanswer | undefined,
    round: number,
  ): Promise<Row[]> => {
    const body = answer?.body;
    if (answer && answer.status < 300 && Array.isArray(body) && body.length === collection.length) {
      return collection.flatMap((row, index) => note(row, body[index] as RecordAnswer, round));
    }
    const [error = {}] = (Array.isArray(body) ? body : []) as SalesforceError[];
    const failure = failureOf(codeOf(error), error.message ?? '', 'a part of POST /composite');
    if (failure) throw failure;
    const refusal = judge(error, keyOf(collection[0]!));
    if (refusal.kind === 'fields' && round < MAX_ROUNDS) {
      const spoiled = collection.some((row) => refusal.fields.some((field) => isDroppable(field, row)));
      if (spoiled) return collection.map((row) => without(row, refusal.fields, refusal.code));
    }
    await halve(collection, refusal, round);
    return [];
  };

  const note = (row: Row, { success, id, errors = [] }: RecordAnswer, round: number): Row[] => {
    if (success) {
      results.set(row.name, {
        status: 'written',
        id: id ?? (row.fields.Id as string | undefined),
        leftOut: dropped.get(row.name) ?? [],
      });
      return [];
    }
    const refusal = judge(errors[0] ?? {}, keyOf(row));
    if (refusal.kind === 'present') {
      results.set(row.name, { status: 'written', id: refusal.id, leftOut: dropped.get(row.name) ?? [] });
      return [];
    }
    if (
      refusal.kind === 'fields' &&
      round < MAX_ROUNDS &&
      refusal.fields.some((field) => isDroppable(field, row))
    ) {
      return [without(row, refusal.fields, refusal.code)];
    }
    results.set(row.name, { status: 'refused', refusal });
    return [];
  };

  const halve = async (some: readonly Row[], refusal: Refusal, round: number): Promise<void> => {
    if (some.length === 1) {
      results.set(some[0]!.name, { status: 'refused', refusal });
      return;
    }
    const middle = Math.ceil(some.length / 2);
    await settle(some.slice(0, middle), round);
    await settle(some.slice(middle), round);
  };

  const without = (row: Row, fields: readonly string[], code: string): Row => {
    const gone = fields.filter((field) => isDroppable(field, row));
    if (gone.length > 0) {
      dropped.set(row.name, [...(dropped.get(row.name) ?? []), ...gone.map((field) => ({ field, code }))]);
    }
    const kept = Object.entries(row.fields).filter(([name]) => !gone.includes(name));
    return { ...row, fields: Object.fromEntries(kept) };
  };

  /** Rows that failed because their person did are sent again together with it. */
  const withParents = (again: readonly Row[], sent: readonly Row[]): Row[] => {
    const names = new Set(again.map(({ name }) => name));
    const orphans = sent.filter(({ name, parent }) => {
      const result = results.get(name);
      const orphaned = result?.status === 'refused' && result.refusal.kind === 'orphan';
      return orphaned && parent !== undefined && names.has(parent);
    });
    return [...again, ...orphans];
  };

  await settle(rows, 1);
  return results;
}

interface RecordAnswer {
  readonly success?: boolean;
  readonly id?: string;
  readonly errors?: readonly SalesforceError[];
}

const keyOf = ({ sobject }: Row) => (sobject === 'Task' ? TASK_KEY : PERSON_KEY);

function isDroppable(field: string, { fields }: Row): boolean {
  return field in fields && !INDISPENSABLE.includes(field);
}
