import type { Field, SObject } from './field.ts';
import type { Org } from './org.ts';

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm */
export function describeObject(org: Org, object: SObject): Record<string, unknown> {
  return { ...describeBriefly(org, object), fields: org.access.allSeen(object).map(describeField) };
}

export function describeBriefly(org: Org, { name, keyPrefix }: SObject): Record<string, unknown> {
  const writable = !org.settings.readOnlyObjects.includes(name) && !READ_ONLY.has(name);
  return {
    name,
    label: name,
    keyPrefix,
    custom: false,
    queryable: true,
    createable: writable,
    updateable: writable,
    deletable: writable,
    urls: { sobject: `/services/data/v62.0/sobjects/${name}` },
  };
}

const READ_ONLY = new Set(['TaskStatus', 'User', 'Organization', 'PermissionSet']);

/** Every field has the same 57 keys. A long text is neither filterable nor groupable nor aggregatable. */
function describeField({
  picklistValues,
  defaultValue,
  valueSetName: _,
  ...rest
}: Field): Record<string, unknown> {
  const isId = rest.type === 'id' || rest.type === 'reference';
  return {
    ...CONSTANT_KEYS,
    ...rest,
    aggregatable: rest.filterable,
    groupable: rest.filterable,
    byteLength: isId ? rest.length : rest.length * 3,
    htmlFormatted: false,
    nameField: rest.name === 'Name',
    namePointing: rest.referenceTo.length > 1,
    permissionable: rest.createable && rest.nillable,
    defaultValue: picklistValues.length > 0 ? null : defaultValue,
    picklistValues: picklistValues.map((each) => ({ ...each, validFor: null })),
    polymorphicForeignKey: rest.referenceTo.length > 1,
    dependentPicklist: rest.controllerName !== undefined,
    calculated: false,
    deprecatedAndHidden: false,
    digits: rest.type === 'int' ? 8 : 0,
    extraTypeInfo: null,
    soapType: SOAP_TYPES[rest.type] ?? 'xsd:string',
    sortable: rest.filterable,
  };
}

const CONSTANT_KEYS = {
  aiPredictionField: false,
  autoNumber: false,
  calculatedFormula: null,
  cascadeDelete: false,
  compoundFieldName: null,
  controllerName: null,
  defaultValueFormula: null,
  displayLocationInDecimal: false,
  encrypted: false,
  filteredLookupInfo: null,
  formulaTreatNullNumberAsZero: false,
  highScaleNumber: false,
  inlineHelpText: null,
  mask: null,
  maskType: null,
  queryByDistance: false,
  referenceTargetField: null,
  relationshipOrder: null,
  restrictedDelete: false,
  searchPrefilterable: false,
  writeRequiresMasterRead: false,
};

const SOAP_TYPES: Readonly<Record<string, string>> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
};
