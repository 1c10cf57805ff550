import type { Field, SObject } from './field.ts';

export type Access = 'hidden' | 'read' | 'edit';

/**
 * Field-level security. A field created through the Metadata API is invisible until a permission set that is
 * assigned to the user grants it.
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_fieldpermissions.htm
 */
export class FieldAccess {
  readonly #closed = new Set<string>();
  readonly #overrides = new Map<string, Access>();
  readonly #grants = new Map<string, Map<string, Access>>();
  readonly #assigned = new Set<string>();

  /** From now on the field needs a permission set. */
  close(object: string, field: string): void {
    this.#closed.add(`${object}.${field}`);
  }

  /** Set by an administrator; overrides permission sets. */
  set(object: string, field: string, access: Access): void {
    this.#overrides.set(`${object}.${field}`, access);
  }

  grant(permissionSetId: string, fields: ReadonlyMap<string, Access>): void {
    const known = this.#grants.get(permissionSetId) ?? new Map<string, Access>();
    for (const [name, access] of fields) known.set(name, access);
    this.#grants.set(permissionSetId, known);
  }

  grants(permissionSetId: string): ReadonlyMap<string, Access> {
    return this.#grants.get(permissionSetId) ?? new Map();
  }

  assign(permissionSetId: string): void {
    this.#assigned.add(permissionSetId);
  }

  unassign(permissionSetId: string): void {
    this.#assigned.delete(permissionSetId);
  }

  of(object: string, field: string): Access {
    const name = `${object}.${field}`;
    const override = this.#overrides.get(name);
    if (override) return override;
    if (!this.#closed.has(name)) return 'edit';
    const granted = [...this.#assigned].map((set) => this.#grants.get(set)?.get(name) ?? 'hidden');
    return (['edit', 'read'] as const).find((access) => granted.includes(access)) ?? 'hidden';
  }

  /** The field as the user sees it; undefined when it does not. */
  seen(object: SObject, name: string): Field | undefined {
    const field = object.fields.get(name);
    if (!field) return undefined;
    const access = this.of(object.name, name);
    if (access === 'hidden') return undefined;
    return access === 'read' ? { ...field, createable: false, updateable: false } : field;
  }

  allSeen(object: SObject): Field[] {
    return [...object.fields.keys()].flatMap((name) => this.seen(object, name) ?? []);
  }
}
