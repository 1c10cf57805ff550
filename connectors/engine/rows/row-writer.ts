/**
 * Writes the rows of one batch so that each gets its own result, whatever the CRM does to its neighbours.
 *
 * A row is in one of these states:
 *   to send    in no result yet. It is sent in a request with others
 *   written    the CRM confirmed it; `skipped` names the fields it had to lose on the way
 *   rejected   final for this batch; the rejection says whether a later batch may succeed
 *
 * Transitions of a row that was sent:
 *   confirmed                              → written
 *   rejected, with a field it can lose     → to send, without that field
 *   its group or request rejected whole    → to send, with half of its neighbours (bisect), until the poison row is alone
 *   all rows of its group rejected alike   → to send, in smaller groups: automation of the CRM may not be bulk-safe
 *   not reported                           → to send once more, then rejected as `unreported`; an update of a person at
 *                                            once: its record may have been merged into another one
 *   otherwise                              → rejected
 *
 * Invariants:
 * - Each row is sent at most MAX_ROUNDS times with fewer fields, and each request is taken from the batch's budget, so
 *   no failure costs hundreds of requests. Rows the budget does not reach are rejected as `not-tried`.
 * - A hopeless code (known to hit everybody, or the result of several rows while none was written) ends the search: the
 *   other rows are presumed to be rejected with it, and `systemic-rejection.ts` decides about the batch by its results.
 * - A row whose result is unknown is sent again only when its key makes that harmless. Required fields are never skipped.
 */
import { halvedSizes, halves } from '../split.ts';
import type { CrmHealth } from './crm-health.ts';
import { packRequests, type RowGroup } from './pack.ts';
import { withoutRejectedFields } from './rejected-fields.ts';
import { NOT_TRIED, type Rejection, UNREPORTED } from './rejection.ts';
import type { RequestBudget } from './request-budget.ts';
import { ResultLog } from './result-log.ts';
import type { Row, RowResults } from './row.ts';
import type { GroupResponse, RowSender } from './row-sender.ts';
import { uniformRejection } from './uniform-rejection.ts';

/** How often a row is sent with fewer fields: a CRM may name one rejected field at a time. */
const MAX_ROUNDS = 10;

export interface WriterParts {
  readonly budget: RequestBudget;
  readonly health: CrmHealth;
  readonly signal?: AbortSignal | undefined;
}

export class RowWriter {
  /** The CRM reported a field as missing: the schema that the rows were made by is outdated. */
  sawMissingField = false;
  readonly #sender: RowSender;
  readonly #parts: WriterParts;
  readonly #log: ResultLog;

  constructor(sender: RowSender, parts: WriterParts) {
    this.#sender = sender;
    this.#parts = parts;
    this.#log = new ResultLog(sender.crm, parts.health);
  }

  get results(): RowResults {
    return this.#log.results;
  }

  /** Gives each row a result. Rows of one name are one record: the last one is written. Throws CrmError. */
  async write(rows: readonly Row[]): Promise<void> {
    await this.#sendAll([...new Map(rows.map((row) => [row.name, row])).values()], 1);
  }

  async #sendAll(rows: readonly Row[], round: number): Promise<void> {
    const { limits } = this.#sender;
    const sizeOf = (group: string) => this.#parts.health.groupSize(group, limits.rowsPerGroup);
    for (const request of packRequests(rows, limits, sizeOf)) await this.#sendRequest(request, round);
  }

  async #sendRequest(groups: readonly RowGroup[], round: number): Promise<void> {
    const rows = groups.flat();
    if (!this.#parts.budget.take()) return this.#log.allRejected(rows, NOT_TRIED);
    const response = await this.#sender.send(groups, this.#parts.signal);
    if ('rejected' in response) {
      if (response.rejected.kind === 'temporary') return this.#log.allRejected(rows, response.rejected);
      return this.#bisect(rows, response.rejected, round);
    }
    const again: Row[] = [];
    for (const [index, group] of groups.entries())
      again.push(...(await this.#readGroup(group, response[index]!, round)));
    if (again.length > 0) await this.#sendAll(this.#log.withChildren(again, rows), round + 1);
  }

  /** Notes the results of a group; resolves with the rows that are to be sent again together. */
  async #readGroup(group: RowGroup, response: GroupResponse, round: number): Promise<readonly Row[]> {
    if ('rejected' in response) return this.#groupRejected(group, response.rejected, round);
    const alike = uniformRejection(group, response, this.#sender);
    if (alike) return this.#sendSmaller(group, alike, round);
    const again: Row[] = [];
    const unreported: Row[] = [];
    for (const row of group) {
      const result = response.rows.get(row.name);
      if (result === undefined) unreported.push(row);
      else if (result.status === 'rejected') again.push(...this.#rowRejected(row, result.rejection, round));
      else this.#log.confirmed(row, result);
    }
    await this.#sendUnreported(unreported, response.unattributed === true && group.length > 1, round);
    return again;
  }

  /** `oneIsRejected`: bisecting them shows which one. */
  async #sendUnreported(rows: readonly Row[], oneIsRejected: boolean, round: number): Promise<void> {
    // Sent again, a record without a unique key could be doubled, and one that is gone would be passed over again.
    const repeatable = rows.filter(
      ({ object, operation }) =>
        operation !== 'create' && (oneIsRejected || `${object} ${operation}` !== 'person update'),
    );
    this.#log.allRejected(
      rows.filter((row) => !repeatable.includes(row)),
      UNREPORTED,
    );
    if (oneIsRejected) for (const half of halves(repeatable)) await this.#sendAll(half, round + 1);
    else if (round === 1) await this.#sendAll(repeatable, round + 1);
    else this.#log.allRejected(repeatable, UNREPORTED);
  }

  async #groupRejected(group: RowGroup, rejection: Rejection, round: number): Promise<readonly Row[]> {
    if (rejection.kind === 'temporary') {
      this.#log.allRejected(group, rejection);
      return [];
    }
    // No row can have a missing or denied field: all rows lose it, without a search for the row to blame.
    const hitsAll = rejection.kind === 'field-missing' || rejection.kind === 'field-denied';
    if (hitsAll && round < MAX_ROUNDS) {
      const lighter = group.map((row) => this.#withoutRejected(row, rejection));
      if (lighter.some((row, index) => row !== group[index])) return lighter;
    }
    const suspects = group.filter((row) => this.#mayBeParentKey(row, rejection));
    if (suspects.length > 0) {
      this.#log.allRejected(suspects, { ...rejection, kind: 'parent-reference' });
      return group.filter((row) => !suspects.includes(row));
    }
    await this.#bisect(group, rejection, round);
    return [];
  }

  /** Looks for the size of group that the CRM accepts, from half to one; the rest is sent in groups of that size. */
  async #sendSmaller(group: RowGroup, rejection: Rejection, round: number): Promise<readonly Row[]> {
    const [{ object }] = group as readonly [Row, ...Row[]];
    const { health, budget, signal } = this.#parts;
    const isKnown = health.systemicCode(object) === rejection.code;
    for (const size of isKnown ? [] : halvedSizes(group.length)) {
      const some = group.slice(0, size);
      if (!budget.take()) break;
      const response = await this.#sender.send([some], signal);
      const [first] = 'rejected' in response ? [response] : response;
      if (uniformRejection(some, first!, this.#sender, rejection.code)) continue;
      health.reduceGroupSize(this.#sender.limits.groupOf(some[0]!), size);
      const again = await this.#readGroup(some, first!, round);
      await this.#sendAll(group.slice(size), round);
      return again;
    }
    this.#log.allRejected(group, rejection);
    return [];
  }

  async #bisect(rows: readonly Row[], rejection: Rejection, round: number): Promise<void> {
    const [row] = rows;
    if (!row) return;
    if (rows.length > 1 && this.#log.isHopeless(row, rejection))
      return this.#log.allRejected(rows, { ...rejection, presumed: true });
    if (rows.length > 1) for (const half of halves(rows)) await this.#sendAll(half, round);
    else await this.#sendAll(this.#rowRejected(row, rejection, round), round + 1);
  }

  /** The row to send again, or none when the rejection is its result. */
  #rowRejected(row: Row, rejection: Rejection, round: number): readonly Row[] {
    if (rejection.kind === 'exists') return this.#exists(row, rejection, round);
    const lighter = round < MAX_ROUNDS ? this.#withoutRejected(row, rejection) : row;
    if (lighter !== row) return [lighter];
    const kind = this.#mayBeParentKey(row, rejection) ? 'parent-reference' : rejection.kind;
    this.#log.rejectedItself(row, { ...rejection, kind });
    return [];
  }

  #exists(row: Row, rejection: Rejection, round: number): readonly Row[] {
    if (row.object !== 'person') {
      this.#log.alreadyThere(row, rejection);
      return [];
    }
    // Created at the same moment by another writer: sent again it is an update. Or the key is another record's.
    if (row.operation === 'upsert' && round === 1) return [row];
    this.#log.rejected(row, { ...rejection, kind: 'gone' });
    return [];
  }

  #withoutRejected(row: Row, rejection: Rejection): Row {
    // A field that the row does not have says nothing about the schema: it may be how the row names its person.
    const { kind, fields } = rejection;
    const ofThisRow = fields.length === 0 || fields.some((name) => name in row.fields);
    this.sawMissingField ||= kind === 'field-missing' && ofThisRow;
    return withoutRejectedFields(row, rejection, this.#sender);
  }

  #mayBeParentKey(row: Row, rejection: Rejection): boolean {
    return row.parentKey !== undefined && this.#sender.mayRejectParentKey?.(row, rejection) === true;
  }
}
