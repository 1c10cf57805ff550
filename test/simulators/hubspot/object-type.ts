/** The object types of the portal. */

export type TypeName = 'contacts' | 'calls' | 'tasks';

export interface ObjectType {
  readonly name: TypeName;
  readonly typeId: string;
  /** The name in error messages. */
  readonly label: string;
  /** Without these a record is not created. */
  readonly required: readonly string[];
  readonly createdProperty: string;
  readonly modifiedProperty: string;
}

const ACTIVITY = {
  required: ['hs_timestamp'],
  createdProperty: 'hs_createdate',
  modifiedProperty: 'hs_lastmodifieddate',
};

export const OBJECT_TYPES: Readonly<Record<TypeName, ObjectType>> = {
  contacts: {
    name: 'contacts',
    typeId: '0-1',
    label: 'CONTACT',
    required: [],
    createdProperty: 'createdate',
    modifiedProperty: 'lastmodifieddate',
  },
  calls: { name: 'calls', typeId: '0-48', label: 'CALL', ...ACTIVITY },
  tasks: { name: 'tasks', typeId: '0-27', label: 'TASK', ...ACTIVITY },
};

export const TYPE_NAMES = Object.keys(OBJECT_TYPES) as TypeName[];

/** Paths name types in the plural, the singular, or by id. */
export function objectTypeOf(segment: string): ObjectType | undefined {
  return Object.values(OBJECT_TYPES).find(
    ({ name, typeId }) => segment === name || segment === name.slice(0, -1) || segment === typeId,
  );
}
