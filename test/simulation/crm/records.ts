/** The simulated CRM's records and rules. Keys are unique, if a record has one. */
import type { CrmObject } from '../../../connectors/connector.ts';
import type { RejectionKind } from '../../../connectors/engine/rows/rejection.ts';
import type { Row } from '../../../connectors/engine/rows/row.ts';
import type { RowResponse } from '../../../connectors/engine/rows/row-sender.ts';

export const KEY = 'key';

export interface CrmRecord {
  readonly id: string;
  readonly object: CrmObject;
  readonly createdAt: number;
  fields: Record<string, string>;
  /** Of an activity: the records of persons. */
  readonly persons: Set<string>;
}

export class CrmRecords {
  readonly #now: () => number;
  readonly #byId = new Map<string, CrmRecord>();

  constructor(now: () => number) {
    this.#now = now;
  }

  all(object: CrmObject): readonly CrmRecord[] {
    return [...this.#byId.values()].filter((record) => record.object === object);
  }

  get(id: string): CrmRecord | undefined {
    return this.#byId.get(id);
  }

  withKey(object: CrmObject, key: string | undefined): CrmRecord | undefined {
    if (key === undefined) return undefined;
    return this.all(object).find(({ fields }) => fields[KEY] === key);
  }

  add(object: CrmObject, fields: Record<string, string>, createdAt = this.#now()): CrmRecord {
    const id = `${object[0]}${this.#byId.size + 1}`;
    const record: CrmRecord = { id, object, createdAt, fields: { ...fields }, persons: new Set() };
    this.#byId.set(id, record);
    return record;
  }

  /** Its id is never given again. */
  delete(id: string): void {
    const record = this.#byId.get(id);
    if (record) this.#byId.set(id, { ...record, object: 'gone' as CrmObject });
  }

  write(row: Row): RowResponse {
    const { object, operation, id } = row;
    const fields = row.fields as Record<string, string>;
    if (fields.rejected) return rejected('permanent', fields.rejected);
    const parent = this.#parentOf(row);
    if (parent === 'missing')
      return rejected(row.parentId === undefined ? 'parent-missing' : 'gone', 'NO_PERSON');
    const holder = this.withKey(object, fields[KEY]);
    let record = operation === 'update' ? this.#present(object, id!) : holder;
    if (operation === 'update' && !record) return rejected('gone', 'GONE');
    if (operation === 'update' && holder && holder.id !== id) return rejected('conflict', 'KEY_TAKEN');
    // With or without the id, as CRMs do.
    if (operation === 'create' && record)
      return rejected('exists', 'EXISTS', object === 'task' ? record.id : undefined);
    record ??= this.add(object, {});
    Object.assign(record.fields, fields);
    if (parent) record.persons.add(parent.id);
    return { status: 'written', id: record.id };
  }

  #present(object: CrmObject, id: string): CrmRecord | undefined {
    const record = this.#byId.get(id);
    return record?.object === object ? record : undefined;
  }

  #parentOf({ parentId, parentKey }: Row): CrmRecord | 'missing' | undefined {
    if (parentId !== undefined) return this.#present('person', parentId) ?? 'missing';
    if (parentKey !== undefined) return this.withKey('person', parentKey) ?? 'missing';
    return undefined;
  }
}

function rejected(kind: RejectionKind, code: string, id?: string): RowResponse {
  return { status: 'rejected', rejection: { kind, code, fields: [], id } };
}
