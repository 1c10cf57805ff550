/**
 * Creates the fields through the Metadata API, and a permission set that shows them: a new field is invisible until
 * somebody is given it. https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_calls_intro.htm
 */
import type { Connection } from 'jsforce/lib/core.js';
import type { Change, CrmObject, FieldDefinition, FieldType } from '../connector.ts';
import { PERSON_KEY, TASK_KEY } from './keys.ts';
import { describeOf, type Metadata, type OrgFields, toChange } from './metadata.ts';
import { permissionSet, permit } from './permissions.ts';

/** https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_upsertMetadata.htm */
const MAX_UPSERTS = 10;

interface CustomField {
  readonly fullName: string;
  readonly label: string;
  readonly [property: string]: unknown;
}

const UNIQUE = { type: 'Text', length: 255, externalId: true, unique: true };
const KEY = { ...UNIQUE, caseSensitive: true };

const TYPES: Readonly<Record<FieldType, object>> = {
  text: { type: 'Text', length: 255 },
  number: { type: 'Number', precision: 18, scale: 2 },
  boolean: { type: 'Checkbox', defaultValue: false },
  date: { type: 'Date' },
  datetime: { type: 'DateTime' },
  option: { type: 'Text', length: 255 },
  options: { type: 'Text', length: 255 },
};

export async function provision(
  connection: Connection,
  personObject: string,
  fields: readonly FieldDefinition[],
  there?: OrgFields,
): Promise<Change[]> {
  // Loaded here: nothing but provisioning needs it.
  const { MetadataApi } = await import('jsforce/lib/api/metadata.js');
  const metadata = new MetadataApi(connection) as unknown as Metadata;
  const wanted = wantedFields(personObject, fields);
  const changes = new Map<string, Change>();
  for (const { object, field } of wanted) {
    if (isThere(field, there))
      changes.set(field.fullName, { action: 'exists', object, name: field.fullName });
  }
  const missing = wanted.filter(({ field }) => !changes.has(field.fullName));
  for (let start = 0; start < missing.length; start += MAX_UPSERTS) {
    const some = missing.slice(start, start + MAX_UPSERTS);
    const results = [
      await metadata.upsert(
        'CustomField',
        some.map(({ field }) => field),
      ),
    ].flat();
    for (const [index, { object, field }] of some.entries())
      changes.set(field.fullName, toChange(object, field.fullName, results[index]));
  }
  const names = wanted.map(({ field }) => field.fullName);
  const visible = names.filter((name) => changes.get(name)?.action !== 'failed');
  const permissions = permissionSet(personObject, visible, there);
  return [...names.map((name) => changes.get(name)!), await permit(connection, metadata, permissions)];
}

export interface WantedField {
  readonly object: CrmObject;
  readonly field: CustomField;
}

/** The keys, then the mapping's own fields; each once, though a call and a follow-up share it. */
export function wantedFields(personObject: string, fields: readonly FieldDefinition[]): WantedField[] {
  const key = (object: CrmObject, fullName: string, label: string): WantedField => {
    return { object, field: { fullName, label, ...KEY } };
  };
  const wanted = [
    key('person', `${personObject}.${PERSON_KEY}`, 'Altur Person Key'),
    key('call', `Activity.${TASK_KEY}`, 'Altur Call Id'),
    ...fields.flatMap((definition) => toCustomField(definition, personObject)),
  ];
  return [...new Map(wanted.toReversed().map((each) => [each.field.fullName, each])).values()].toReversed();
}

/** A field that is there stays as the org has made it, unless it is a key that is not one. */
function isThere({ fullName, unique }: CustomField, there: OrgFields | undefined): boolean {
  const describe = describeOf(fullName, there);
  if (!describe) return false;
  return unique !== true || (describe.unique === true && describe.externalId === true);
}

/** Standard fields are there; only `…__c` can be created. */
function toCustomField({ object, name, label, type, unique }: FieldDefinition, personObject: string) {
  if (!/^[A-Za-z]\w{0,39}__c$/.test(name) || name === TASK_KEY || name === PERSON_KEY) return [];
  const owner = object === 'person' ? personObject : 'Activity';
  const field: CustomField = {
    fullName: `${owner}.${name}`,
    label: label.slice(0, 40),
    ...(unique ? UNIQUE : TYPES[type]),
  };
  return [{ object, field }];
}
