/**
 * Writes rows of people and tasks in as few API requests as Salesforce allows: one `POST /composite` for two hundred
 * calls. Every row gets its own result; rows that Salesforce refuses for a field are sent again without it, and a
 * request it refuses as a whole is halved until the culprit is alone.
 */
import { CrmError } from '../connector.ts';
import { failureOf } from './errors.ts';
import { PERSON_KEY, TASK_KEY } from './keys.ts';
import { codeOf, judge, type Refusal, type SalesforceError } from './refusals.ts';
import { dispensable, type Row, type RowResult, suspect, without } from './row.ts';
import { requestsOf, toSubrequest } from './row-requests.ts';
import type { Subanswer, Transport } from './transport.ts';

const MAX_ROUNDS = 6;
/** These are about the whole org, although it is a record that meets them. */
const ORG_WIDE = /^(STORAGE_LIMIT_EXCEEDED|REQUEST_LIMIT_EXCEEDED)$/;

/** People before the tasks that name them. Throws CrmError when Salesforce as a whole fails. */
export async function writeRows(
  transport: Transport,
  rows: readonly Row[],
  signal?: AbortSignal,
): Promise<Map<string, RowResult>> {
  const results = new Map<string, RowResult>();
  const refuse = ({ name }: Row, refusal: Refusal) => results.set(name, { status: 'refused', refusal });

  const settle = async (some: readonly Row[], round: number): Promise<void> => {
    for (const request of requestsOf(some)) await settleRequest(request, round);
  };

  const settleRequest = async (collections: readonly (readonly Row[])[], round: number): Promise<void> => {
    const answers = await transport.composite(collections.map(toSubrequest), signal);
    const sent = collections.flat();
    if (answers.refused !== undefined)
      return halve(sent, { kind: 'final', code: answers.refused, fields: [] }, round);
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
  ): Promise<readonly Row[]> => {
    const { status, body } = answer ?? { status: 0, body: undefined };
    const list = Array.isArray(body) ? body : [];
    if (status >= 200 && status < 300 && list.length === collection.length) {
      return collection.flatMap((row, index) => note(row, list[index] as RecordAnswer, round));
    }
    const errors = list as readonly SalesforceError[];
    const failure = errors[0] && failureOf(codeOf(errors[0]), errors[0].message ?? '', PART);
    if (failure) throw failure;
    if (status < 400 || status >= 500)
      throw new CrmError('unavailable', `Salesforce did not say what became of ${PART}`);
    const refusal = judge(errors, keyOf(collection[0]!));
    if (refusal.kind === 'passing') {
      for (const row of collection) refuse(row, refusal);
      return [];
    }
    if (refusal.kind === 'fields' && round < MAX_ROUNDS) {
      const lighter = collection.map((row) => without(row, dispensable(row, refusal), refusal.code));
      if (lighter.some((row, index) => row !== collection[index])) return lighter;
    }
    // The form in which tasks name their people may be what is refused: those are put aside for the other form.
    const suspects = collection.map((row) => suspect(row, refusal));
    for (const [index, row] of collection.entries()) if (suspects[index]) refuse(row, suspects[index]);
    const others = collection.filter((_, index) => suspects[index] === undefined);
    if (others.length < collection.length) return others;
    await halve(collection, refusal, round);
    return [];
  };

  const note = (row: Row, { success, id, errors = [] }: RecordAnswer, round: number): readonly Row[] => {
    const { skippedFields = [] } = row;
    if (success) {
      results.set(row.name, {
        status: 'written',
        id: id ?? (row.fields.Id as string | undefined),
        skippedFields,
      });
      return [];
    }
    const orgWide = errors.find((error) => ORG_WIDE.test(codeOf(error)));
    if (orgWide) throw failureOf(codeOf(orgWide), orgWide.message ?? '', PART)!;
    const refusal = judge(errors, keyOf(row));
    if (refusal.kind === 'present') {
      if (row.sobject === 'Task') {
        results.set(row.name, { status: 'written', id: refusal.id, skippedFields, already: true });
        return [];
      }
      // Somebody created the person at the same moment: once more, and it is an update. Or another has the key.
      if (row.operation === 'upsert' && round === 1) return [row];
      refuse(row, { kind: 'gone', code: 'DUPLICATE_VALUE' });
      return [];
    }
    const fields = dispensable(row, refusal);
    if (fields.length > 0 && round < MAX_ROUNDS) return [without(row, fields, codeOf(errors[0] ?? {}))];
    refuse(row, suspect(row, refusal) ?? refusal);
    return [];
  };

  const halve = async (some: readonly Row[], refusal: Refusal, round: number): Promise<void> => {
    if (some.length === 1) {
      refuse(some[0]!, suspect(some[0]!, refusal) ?? refusal);
      return;
    }
    const middle = Math.ceil(some.length / 2);
    await settle(some.slice(0, middle), round);
    await settle(some.slice(middle), round);
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

const PART = 'a part of POST /composite';

interface RecordAnswer {
  readonly success?: boolean;
  readonly id?: string;
  readonly errors?: readonly SalesforceError[];
}

const keyOf = ({ sobject }: Row) => (sobject === 'Task' ? TASK_KEY : PERSON_KEY);
