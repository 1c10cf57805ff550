import type { Table } from '../kit/table.ts';
import { Transactions } from '../kit/transactions.ts';
import { alturFields } from './altur-fields.ts';
import { notFound } from './api-error.ts';
import type { Field, SObject } from './field.ts';
import { FieldAccess } from './field-access.ts';
import { storedDatetime } from './field-value.ts';
import { noFaults } from './record-faults.ts';
import { recordId } from './record-id.ts';
import { type Row, rowTable, type Value } from './row.ts';
import { RowLocks } from './row-locks.ts';
import type { Settings } from './settings.ts';
import { standardObjects } from './standard-objects.ts';
import type { TaskStatus } from './task-fields.ts';

/** One Salesforce org: its objects, their rows, and the user's access to fields. Knows nothing of HTTP. */
export class Org {
  readonly settings: Settings;
  readonly access = new FieldAccess();
  readonly locks = new RowLocks();
  readonly transactions = new Transactions();
  readonly faults = noFaults();
  /** Leads and Accounts whose assignment rules ran because a request did not turn them off. */
  readonly autoAssigned: string[] = [];
  readonly userId: string;
  readonly id: string;
  readonly #objects = new Map<string, SObject>();
  readonly #tables = new Map<string, Table<Row>>();
  #created = 0;

  constructor(settings: Settings, statuses: readonly TaskStatus[], provisioned: boolean) {
    this.settings = settings;
    for (const object of standardObjects(statuses)) {
      this.#objects.set(object.name, object);
      this.#tables.set(object.name, rowTable(object));
    }
    if (provisioned) for (const [object, field] of alturFields()) this.addField(object, field);
    const zone = { TimeZoneSidKey: 'America/Mexico_City' };
    this.id = this.insert('Organization', { Name: 'Simulated', ...zone }).Id;
    this.userId = this.insert('User', {
      Username: settings.username,
      Name: 'Altur',
      IsActive: true,
      ...zone,
    }).Id;
    statuses.forEach((status, i) => {
      const { label } = status;
      const flags = { IsClosed: status.closed === true, IsDefault: status.default === true };
      this.insert('TaskStatus', { MasterLabel: label, ApiName: label, SortOrder: i + 1, ...flags });
    });
  }

  get objects(): SObject[] {
    return [...this.#objects.values()];
  }

  object(name: string): SObject {
    const object = this.#objects.get(name);
    if (!object) throw notFound();
    return object;
  }

  table(name: string): Table<Row> {
    return this.#tables.get(this.object(name).name)!;
  }

  /** The object an id belongs to, by its first three characters. */
  objectOfId(id: string): SObject | undefined {
    return this.objects.find((object) => id.startsWith(object.keyPrefix));
  }

  addField(object: string, field: Field): void {
    this.object(object).fields.set(field.name, field);
  }

  insert(name: string, values: Readonly<Record<string, Value>>): Row {
    const object = this.object(name);
    const now = storedDatetime(Date.now());
    const defaults = [...object.fields.values()].map(({ name, defaultValue }) => [name, defaultValue]);
    const stamps = { IsDeleted: false, CreatedDate: now, LastModifiedDate: now, SystemModstamp: now };
    const owned = object.fields.has('OwnerId') ? { OwnerId: this.userId } : {};
    const row = {
      ...Object.fromEntries(defaults),
      ...stamps,
      CreatedById: this.userId ?? null,
      ...owned,
      ...values,
    };
    if (name === 'PermissionSetAssignment') this.access.assign(String(values.PermissionSetId));
    return this.#store(name, { ...row, Id: recordId(object.keyPrefix, ++this.#created) });
  }

  change(name: string, row: Row, values: Readonly<Record<string, Value>>): Row {
    const now = storedDatetime(Date.now());
    return this.#store(name, { ...row, LastModifiedDate: now, SystemModstamp: now, ...values });
  }

  /** Moves the row to the recycle bin. */
  remove(name: string, row: Row): void {
    if (name === 'PermissionSetAssignment') this.access.unassign(String(row.PermissionSetId));
    this.change(name, row, { IsDeleted: true });
  }

  #store(name: string, values: Readonly<Record<string, Value>> & { Id: string }): Row {
    const row = { ...values, ...derived(name, values, this.#tables) };
    this.transactions.record(this.table(name).put(row));
    return row;
  }
}

/** The fields that Salesforce computes from the rest of a row. */
function derived(
  name: string,
  row: Readonly<Record<string, Value>>,
  tables: ReadonlyMap<string, Table<Row>>,
): Record<string, Value> {
  if (name === 'Contact' || name === 'Lead') {
    return { Name: [row.FirstName, row.LastName].filter(Boolean).join(' ') };
  }
  if (name === 'Opportunity') {
    const stage = String(row.StageName ?? '');
    return { IsClosed: row.IsClosed === true || stage.startsWith('Closed'), IsWon: stage === 'Closed Won' };
  }
  if (name !== 'Task') return {};
  const status = tables.get('TaskStatus')?.matches('ApiName', row.Status ?? null)[0];
  const closed = status?.IsClosed === true;
  const who = typeof row.WhoId === 'string' ? tables.get('Contact')?.get(row.WhoId) : undefined;
  return {
    IsClosed: closed,
    CompletedDateTime: closed ? (row.CompletedDateTime ?? row.LastModifiedDate ?? null) : null,
    AccountId: who?.AccountId ?? null,
  };
}
