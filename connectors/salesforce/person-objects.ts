/** The objects whose records people are: Contact, Lead, or both in the mapping's order. */
import type { CrmField, MatchPolicy } from '../connector.ts';
import type { CompositeApi } from './composite.ts';
import type { Describe } from './describe.ts';
import { isIdOf } from './record-id.ts';

export interface PersonObject {
  /** Contact or Lead. */
  readonly name: string;
  readonly describes: ReadonlyMap<string, Describe>;
}

/** Where people are looked for. */
export interface PersonTable {
  readonly api: CompositeApi;
  /** In the order of the mapping. */
  readonly objects: readonly PersonObject[];
}

const PHONES = ['Phone', 'MobilePhone', 'HomePhone', 'OtherPhone'];
/** Leads have the first two. */
const LEAD_PHONES = PHONES.slice(0, 2);

export type ObjectsPolicy = Pick<MatchPolicy, 'personObject' | 'personObjects'>;

/** In the order they are looked for; people who are not found are created in the first. */
export function personObjectsOf({
  personObject = 'Contact',
  personObjects,
}: ObjectsPolicy): readonly string[] {
  return personObjects && personObjects.length > 0 ? personObjects : [personObject];
}

/** The standard phone fields of an object, whether or not this user sees them. */
export function phonesOf(object: string): readonly string[] {
  return object === 'Lead' ? LEAD_PHONES : PHONES;
}

/** The object that has this record; the first one for a record that is created. */
export function objectOf<T extends { readonly name: string }>(
  objects: readonly T[],
  id: string | undefined,
): T {
  const found = id === undefined ? undefined : objects.find(({ name }) => isIdOf(name, id));
  return found ?? objects[0]!;
}

/** The fields of all the objects, by name; the first object's description decides. */
export function union<T extends Describe | CrmField>(
  each: readonly ReadonlyMap<string, T>[],
): Map<string, T> {
  return new Map(each.toReversed().flatMap((fields) => [...fields]));
}

/** Encrypted fields cannot be searched: https://help.salesforce.com/s/articleView?id=xcloud.security_pe_considerations_general.htm */
export function isFilterable({ describes }: PersonObject, field: string): boolean {
  const describe = describes.get(field);
  return describe !== undefined && describe.filterable !== false;
}

/** The phone fields that people are searched by. */
export function searchablePhones(object: PersonObject): readonly string[] {
  return phonesOf(object.name).filter((field) => isFilterable(object, field));
}
