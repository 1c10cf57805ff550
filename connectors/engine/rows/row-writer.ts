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
 *   its group or request rejected whole    → to send, in half the company (bisect), until it is alone
 *   not reported                           → to send once more, then rejected as `unreported`
 *   otherwise                              → rejected
 *
 * Invariants:
 * - Each row is sent at most MAX_ROUNDS times with fewer fields, and each request is taken from the batch's budget, so
 *   no failure costs hundreds of requests. Rows the budget does not reach are rejected as `not-tried`.
 * - A row whose result is unknown is sent again only when its key makes that harmless.
 * - A required field is never dropped.
 */
import { CrmError } from '../../connector.ts';
import { halves } from '../bisect.ts';
import { PROVISION } from '../commands.ts';
import { packRequests, type RowGroup } from './pack.ts';
import { NOT_TRIED, type Rejection, type RejectionKind, UNREPORTED } from './rejection.ts';
import type { RequestBudget } from './request-budget.ts';
import { type Row, type RowResults, rejectionOf, withoutFields } from './row.ts';
import type { GroupResponse, RowSender } from './row-sender.ts';

/** How often a row is sent with fewer fields: a CRM may name one rejected field at a time. */
const MAX_ROUNDS = 10;
/** Rejections that a row may survive by losing a field. */
const FIELD_FAULTS: readonly RejectionKind[] = ['field', 'field-missing', 'conflict', 'gone', 'permanent'];

export class RowWriter {
  readonly results: RowResults = new Map();
  /** The CRM reported a field as missing: the schema that the rows were made by is outdated. */
  sawMissingField = false;
  readonly #sender: RowSender;
  readonly #budget: RequestBudget;
  readonly #signal: AbortSignal | undefined;

  constructor(sender: RowSender, budget: RequestBudget, signal?: AbortSignal) {
    this.#sender = sender;
    this.#budget = budget;
    this.#signal = signal;
  }

  /** Gives each row a result. Rows of one name are one record: the last one is written. Throws CrmError. */
  async write(rows: readonly Row[]): Promise<void> {
    await this.#sendAll([...new Map(rows.map((row) => [row.name, row])).values()], 1);
  }

  async #sendAll(rows: readonly Row[], round: number): Promise<void> {
    for (const request of packRequests(rows, this.#sender.limits)) await this.#sendRequest(request, round);
  }

  async #sendRequest(groups: readonly RowGroup[], round: number): Promise<void> {
    const rows = groups.flat();
    if (!this.#budget.take()) return this.#rejectAll(rows, NOT_TRIED);
    const response = await this.#sender.send(groups, this.#signal);
    if ('rejected' in response) return this.#bisect(rows, response.rejected, round);
    const again: Row[] = [];
    for (const [index, group] of groups.entries())
      again.push(...(await this.#readGroup(group, response[index]!, round)));
    if (again.length > 0) await this.#sendAll(this.#withChildren(again, rows), round + 1);
  }

  /** Notes the results of a group; resolves with the rows that are to be sent again together. */
  async #readGroup(group: RowGroup, response: GroupResponse, round: number): Promise<readonly Row[]> {
    if ('rejected' in response) return this.#groupRejected(group, response.rejected, round);
    const again: Row[] = [];
    const unreported: Row[] = [];
    for (const row of group) {
      const result = response.rows.get(row.name);
      if (result === undefined) unreported.push(row);
      else if (result.status === 'rejected') again.push(...this.#rowRejected(row, result.rejection, round));
      else this.#written(row, result.id);
    }
    await this.#sendUnreported(unreported, response.unattributed === true && group.length > 1, round);
    return again;
  }

  /** `oneIsRejected`: bisecting them shows which one. */
  async #sendUnreported(rows: readonly Row[], oneIsRejected: boolean, round: number): Promise<void> {
    // Sent again, a record without a unique key could be doubled.
    const repeatable = rows.filter(({ operation }) => operation !== 'create');
    this.#rejectAll(
      rows.filter((row) => !repeatable.includes(row)),
      UNREPORTED,
    );
    if (oneIsRejected) for (const half of halves(repeatable)) await this.#sendAll(half, round + 1);
    else if (round === 1) await this.#sendAll(repeatable, round + 1);
    else this.#rejectAll(repeatable, UNREPORTED);
  }

  async #groupRejected(group: RowGroup, rejection: Rejection, round: number): Promise<readonly Row[]> {
    if (rejection.kind === 'temporary') {
      this.#rejectAll(group, rejection);
      return [];
    }
    // No row can have a field that does not exist: it is dropped everywhere, without searching for the row.
    if (rejection.kind === 'field-missing' && round < MAX_ROUNDS) {
      const lighter = group.map((row) => this.#withoutRejected(row, rejection));
      if (lighter.some((row, index) => row !== group[index])) return lighter;
    }
    const suspects = group.filter((row) => this.#mayBeParentKey(row, rejection));
    if (suspects.length > 0) {
      this.#rejectAll(suspects, { ...rejection, kind: 'parent-reference' });
      return group.filter((row) => !suspects.includes(row));
    }
    await this.#bisect(group, rejection, round);
    return [];
  }

  async #bisect(rows: readonly Row[], rejection: Rejection, round: number): Promise<void> {
    const [row] = rows;
    if (rows.length > 1) for (const half of halves(rows)) await this.#sendAll(half, round);
    else if (row) await this.#sendAll(this.#rowRejected(row, rejection, round), round + 1);
  }

  /** The row to send again, or none when the rejection is its result. */
  #rowRejected(row: Row, rejection: Rejection, round: number): readonly Row[] {
    if (rejection.kind === 'exists') return this.#exists(row, rejection, round);
    const lighter = round < MAX_ROUNDS ? this.#withoutRejected(row, rejection) : row;
    if (lighter !== row) return [lighter];
    const kind = this.#mayBeParentKey(row, rejection) ? 'parent-reference' : rejection.kind;
    this.#reject(row, { ...rejection, kind });
    return [];
  }

  #exists(row: Row, rejection: Rejection, round: number): readonly Row[] {
    if (row.object !== 'person') {
      const { id } = rejection;
      const { skipped } = row;
      this.results.set(row.name, { status: 'written', ...(id && { id }), skipped, alreadyThere: true });
      return [];
    }
    // Created at the same moment by another writer: sent again it is an update. Or the key is another record's.
    if (row.operation === 'upsert' && round === 1) return [row];
    this.#reject(row, { ...rejection, kind: 'gone' });
    return [];
  }

  /** The row without the fields that are, or may be, to blame; the same row when it can lose none. */
  #withoutRejected(row: Row, rejection: Rejection): Row {
    if (!FIELD_FAULTS.includes(rejection.kind)) return row;
    const sender = this.#sender;
    const required = sender.requiredFields(row);
    if (rejection.kind === 'field-missing') {
      // A field that the row does not have tells nothing about the schema: it may be how the row names its person.
      const { fields } = rejection;
      this.sawMissingField ||= fields.length === 0 || fields.some((name) => name in row.fields);
      const lost = fields.find((name) => required.includes(name));
      if (lost) throw keyFieldMissing(sender.crm, row, lost);
    }
    const droppable = (names: readonly string[]) =>
      names.filter((name) => name in row.fields && !required.includes(name));
    const named = droppable(rejection.fields);
    const blamed = named.length > 0 ? named : droppable(sender.suspectedFields?.(row, rejection) ?? []);
    return withoutFields(row, blamed, sender.crm, rejection.code);
  }

  #mayBeParentKey(row: Row, rejection: Rejection): boolean {
    return row.parentKey !== undefined && this.#sender.mayRejectParentKey?.(row, rejection) === true;
  }

  /** Rows that failed because their person's row did are sent again together with it. */
  #withChildren(again: readonly Row[], sent: readonly Row[]): readonly Row[] {
    const names = new Set(again.map(({ name }) => name));
    const children = sent.filter(({ name, parent }) => {
      const orphaned = rejectionOf(this.results, name)?.kind === 'parent-missing';
      return orphaned && parent !== undefined && names.has(parent);
    });
    return [...again, ...children];
  }

  #written({ name, id: asked, skipped }: Row, id: string | undefined = asked): void {
    this.results.set(name, { status: 'written', ...(id !== undefined && { id }), skipped });
  }

  #reject({ name }: Row, rejection: Rejection): void {
    this.results.set(name, { status: 'rejected', rejection });
  }

  #rejectAll(rows: readonly Row[], rejection: Rejection): void {
    for (const row of rows) this.#reject(row, rejection);
  }
}

function keyFieldMissing(crm: string, { object }: Row, field: string): CrmError {
  const fix = `it is created again when the token may, else run ${PROVISION}`;
  return new CrmError('unauthorized', `${crm} no longer has the ${object} field ${field}: ${fix}`, {
    code: 'KEY_FIELD_MISSING',
  });
}
