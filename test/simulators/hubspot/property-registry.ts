/** The properties and groups of one object type. */
import { ApiError, invalid } from './api-error.ts';
import type { ObjectType } from './object-type.ts';
import type { Property } from './property.ts';
import { STANDARD_GROUPS, STANDARD_PROPERTIES } from './standard-properties.ts';

export interface PropertyGroup {
  readonly name: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly archived: boolean;
}

/** Custom unique properties. https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide */
const MAX_UNIQUE = 10;

export class PropertyRegistry {
  readonly type: ObjectType;
  readonly #properties: Map<string, Property>;
  readonly #archived = new Map<string, Property>();
  readonly #groups = new Map<string, PropertyGroup>();

  /** When a new property begins to exist for lists and writes. */
  readonly #visibleAt = new Map<string, number>();
  readonly #lagMs: () => number;

  constructor(type: ObjectType, lagMs: () => number = () => 0) {
    this.type = type;
    this.#lagMs = lagMs;
    this.#properties = new Map(STANDARD_PROPERTIES[type.name].map((property) => [property.name, property]));
    this.addGroup({ name: STANDARD_GROUPS[type.name], label: STANDARD_GROUPS[type.name] });
  }

  get(name: string): Property | undefined {
    return this.#isVisible(name) ? this.#properties.get(name) : undefined;
  }

  /** Its definition, which can be read at once. */
  definition(name: string): Property | undefined {
    return this.#properties.get(name);
  }

  list(): Property[] {
    return [...this.#properties.values()].filter(({ name }) => this.#isVisible(name));
  }

  /** Whether a value identifies one record. `hs_object_id` does not count: it is the record id. */
  isUnique(name: string): boolean {
    return name !== 'hs_object_id' && this.get(name)?.hasUniqueValue === true;
  }

  /** An archived property with that name is restored unchanged. */
  add(property: Property): Property {
    const { name, groupName } = property;
    if (this.#properties.has(name))
      throw exists(`A property named '${name}' already exists.`, 'PROPERTY_WITH_NAME_EXISTS');
    if (!this.#groups.has(groupName)) throw invalid(`Property group ${groupName} does not exist.`);
    if (property.hasUniqueValue && this.#customUniqueCount() >= MAX_UNIQUE) {
      throw invalid(`There are ${MAX_UNIQUE} properties with unique values already.`);
    }
    const added = this.#archived.get(name) ?? property;
    this.#archived.delete(name);
    this.#properties.set(name, added);
    this.#visibleAt.set(name, Date.now() + this.#lagMs());
    return added;
  }

  replace(property: Property): void {
    this.#properties.set(property.name, property);
  }

  archive(name: string): void {
    const property = this.#properties.get(name);
    if (!property) return;
    this.#properties.delete(name);
    this.#archived.set(name, property);
  }

  groups(): PropertyGroup[] {
    return [...this.#groups.values()];
  }

  addGroup({ name, label }: { readonly name: string; readonly label: string }): PropertyGroup {
    if (this.#groups.has(name))
      throw exists(`Property group ${name} already exists.`, 'GROUP_WITH_NAME_EXISTS');
    const group = { name, label, displayOrder: -1, archived: false };
    this.#groups.set(name, group);
    return group;
  }

  #isVisible(name: string): boolean {
    return (this.#visibleAt.get(name) ?? 0) <= Date.now();
  }

  #customUniqueCount(): number {
    return this.list().filter(({ hasUniqueValue, hubspotDefined }) => hasUniqueValue && !hubspotDefined)
      .length;
  }
}

function exists(message: string, subCategory: string): ApiError {
  return new ApiError({
    status: 409,
    category: 'OBJECT_ALREADY_EXISTS',
    subCategory: `Properties.${subCategory}`,
    message,
  });
}
