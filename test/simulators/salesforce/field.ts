/** The REST API's names of the field types that the simulator's objects have. */
export type FieldType =
  | 'id'
  | 'string'
  | 'textarea'
  | 'phone'
  | 'email'
  | 'url'
  | 'picklist'
  | 'multipicklist'
  | 'boolean'
  | 'int'
  | 'double'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'reference';

export interface PicklistValue {
  readonly value: string;
  readonly label: string;
  readonly active: boolean;
  readonly defaultValue: boolean;
}

/** A field in the form of `describe`. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  readonly length: number;
  readonly custom: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly nillable: boolean;
  readonly defaultedOnCreate: boolean;
  readonly defaultValue: string | number | boolean | null;
  readonly unique: boolean;
  readonly caseSensitive: boolean;
  readonly externalId: boolean;
  readonly idLookup: boolean;
  readonly filterable: boolean;
  /** Classic or Shield encryption; usually not filterable then. */
  readonly encrypted?: boolean;
  readonly precision: number;
  readonly scale: number;
  readonly picklistValues: readonly PicklistValue[];
  readonly restrictedPicklist: boolean;
  /** The global value set that its values are. */
  readonly valueSetName?: string;
  readonly controllerName?: string;
  readonly relationshipName: string | null;
  readonly referenceTo: readonly string[];
}

export interface SObject {
  readonly name: string;
  readonly keyPrefix: string;
  readonly fields: Map<string, Field>;
}

const LENGTHS: Partial<Record<FieldType, number>> = {
  id: 18,
  string: 255,
  phone: 40,
  email: 80,
  url: 255,
  picklist: 255,
  multipicklist: 4099,
  reference: 18,
};

/** A writable field of the type that may be empty; `but` overrides its properties. */
export function field(name: string, type: FieldType, but: Partial<Field> = {}): Field {
  const length = but.length ?? LENGTHS[type] ?? 0;
  return {
    name,
    label: name.replace(/__c$/, '').replaceAll('_', ' '),
    type,
    length,
    custom: name.endsWith('__c'),
    createable: true,
    updateable: true,
    nillable: type !== 'boolean',
    defaultedOnCreate: type === 'boolean',
    defaultValue: type === 'boolean' ? false : null,
    unique: false,
    caseSensitive: false,
    externalId: false,
    idLookup: false,
    filterable: !(type === 'textarea' && length > 255),
    precision: type === 'double' || type === 'currency' ? 18 : 0,
    scale: 0,
    picklistValues: [],
    restrictedPicklist: false,
    relationshipName: null,
    referenceTo: [],
    ...but,
  };
}

export function readOnly(name: string, type: FieldType, but: Partial<Field> = {}): Field {
  return field(name, type, { createable: false, updateable: false, ...but });
}

export function picklist(name: string, values: readonly string[], but: Partial<Field> = {}): Field {
  return field(name, 'picklist', { picklistValues: values.map((value) => option(value)), ...but });
}

export function reference(name: string, referenceTo: readonly string[], but: Partial<Field> = {}): Field {
  return field(name, 'reference', { referenceTo, relationshipName: name.replace(/Id$/, ''), ...but });
}

export function ownerField(): Field {
  return reference('OwnerId', ['User'], { nillable: false, defaultedOnCreate: true });
}

export function option(value: string, defaultValue = false): PicklistValue {
  return { value, label: value, active: true, defaultValue };
}
