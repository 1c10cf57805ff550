/**
 * The results of a batch's rows, and what they show: which objects were written at all, and which codes are hopeless.
 */
import type { CrmObject } from '../../connector.ts';
import type { CrmHealth } from './crm-health.ts';
import type { Rejection } from './rejection.ts';
import { type Row, type RowResults, rejectionOf, valueNotStored } from './row.ts';
import type { WrittenRow } from './row-sender.ts';

/** So many rows have one code as their result, and none was written. */
const HOPELESS = 3;

export class ResultLog {
  readonly results: RowResults = new Map();
  readonly #crm: string;
  readonly #health: Pick<CrmHealth, 'systemicCode'>;
  readonly #written = new Set<CrmObject>();
  /** By object and code: how many rows have it as their result. */
  readonly #rejections = new Map<string, number>();

  constructor(crm: string, health: Pick<CrmHealth, 'systemicCode'>) {
    this.#crm = crm;
    this.#health = health;
  }

  confirmed({ name, object, id: asked, skipped }: Row, { id = asked, unstored = [] }: WrittenRow): void {
    this.#written.add(object);
    const further = unstored.map((field) => valueNotStored(this.#crm, field));
    this.results.set(name, {
      status: 'written',
      ...(id !== undefined && { id }),
      skipped: [...skipped, ...further],
    });
  }

  alreadyThere({ name, object, skipped }: Row, { id }: Rejection): void {
    this.#written.add(object);
    this.results.set(name, { status: 'written', ...(id && { id }), skipped, alreadyThere: true });
  }

  /** Counts the code, which may turn out to be hopeless. */
  rejectedItself(row: Row, rejection: Rejection): void {
    const key = `${row.object} ${rejection.code}`;
    this.#rejections.set(key, (this.#rejections.get(key) ?? 0) + 1);
    this.rejected(row, rejection);
  }

  rejected({ name }: Row, rejection: Rejection): void {
    this.results.set(name, { status: 'rejected', rejection });
  }

  allRejected(rows: readonly Row[], rejection: Rejection): void {
    for (const row of rows) this.rejected(row, rejection);
  }

  /** Would other rows of this object be rejected with this code as well? Not when calls are written, in the case of tasks. */
  isHopeless({ object }: Row, { code }: Rejection): boolean {
    if (this.#written.has(object) || (object === 'task' && this.#written.has('call'))) return false;
    const rejected = this.#rejections.get(`${object} ${code}`) ?? 0;
    return rejected >= HOPELESS || this.#health.systemicCode(object) === code;
  }

  /** Rows that failed because their person's row did are sent again together with it. */
  withChildren(again: readonly Row[], sent: readonly Row[]): readonly Row[] {
    const names = new Set(again.map(({ name }) => name));
    const children = sent.filter(({ name, parent }) => {
      const orphaned = rejectionOf(this.results, name)?.kind === 'parent-missing';
      return orphaned && parent !== undefined && names.has(parent);
    });
    return [...again, ...children];
  }
}
