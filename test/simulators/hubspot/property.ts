/** A property's definition. https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide */

export interface Property {
  readonly name: string;
  readonly label: string;
  readonly type: PropertyType;
  readonly fieldType: string;
  readonly groupName: string;
  readonly description: string;
  readonly options: readonly Option[];
  readonly hasUniqueValue: boolean;
  readonly dataSensitivity: DataSensitivity;
  readonly calculated: boolean;
  readonly externalOptions: boolean;
  readonly hidden: boolean;
  readonly formField: boolean;
  readonly displayOrder: number;
  readonly hubspotDefined: boolean;
  readonly archived: boolean;
  readonly modificationMetadata: {
    readonly archivable: boolean;
    readonly readOnlyDefinition: boolean;
    readonly readOnlyOptions: boolean;
    readonly readOnlyValue: boolean;
  };
}

export type DataSensitivity = 'non_sensitive' | 'sensitive' | 'highly_sensitive';

export interface Option {
  readonly label: string;
  readonly value: string;
  readonly displayOrder: number;
  readonly hidden: boolean;
  readonly description?: string;
}

/** The field types that each type allows. */
export const FIELD_TYPES = {
  string: ['text', 'textarea', 'phonenumber', 'html', 'file'],
  number: ['number'],
  bool: ['booleancheckbox'],
  enumeration: ['select', 'radio', 'checkbox', 'booleancheckbox'],
  date: ['date'],
  datetime: ['date'],
  phone_number: ['phonenumber'],
} as const;

export type PropertyType = keyof typeof FIELD_TYPES;

interface PropertyInput extends Partial<Omit<Property, 'options' | 'modificationMetadata'>> {
  readonly name: string;
  readonly type: PropertyType;
  readonly fieldType: string;
  readonly groupName: string;
  /** Options, or values that serve as labels too. */
  readonly options?: readonly (string | Partial<Option>)[];
  readonly readOnly?: boolean;
  /** By default those of HubSpot's own properties are. */
  readonly readOnlyOptions?: boolean;
}

export function property({
  readOnly = false,
  readOnlyOptions,
  options = [],
  ...given
}: PropertyInput): Property {
  const { hubspotDefined = false } = given;
  return {
    label: given.name,
    description: '',
    hasUniqueValue: false,
    dataSensitivity: 'non_sensitive',
    calculated: false,
    externalOptions: false,
    hidden: false,
    formField: false,
    displayOrder: -1,
    archived: false,
    ...given,
    hubspotDefined,
    options: options.map(option),
    modificationMetadata: {
      archivable: !hubspotDefined,
      readOnlyDefinition: hubspotDefined,
      readOnlyOptions: readOnlyOptions ?? hubspotDefined,
      readOnlyValue: readOnly,
    },
  };
}

function option(given: string | Partial<Option>, displayOrder: number): Option {
  if (typeof given === 'string') return { label: given, value: given, displayOrder, hidden: false };
  return { label: '', value: '', displayOrder, hidden: false, ...given };
}
