/**
 * Creates the fields through the Metadata API, and a permission set that shows them: a new field is invisible until
 * somebody is given it. https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_calls_intro.htm
 */
import type { CrmField, FieldDefinition, FieldType } from '../connector.ts';
import type { Provisioner } from '../engine/crm.ts';
import type { Describe } from './describe.ts';
import { provisionFailure } from './http-failures.ts';
import { KEYS } from './keys.ts';
import { toChange, upsertMetadata } from './metadata.ts';
import { assignPermissionSet, permissionSet } from './permission-set.ts';
import { addPicklistValue } from './picklist-value.ts';
import type { OrgSchema } from './schema.ts';
import type { Session } from './session.ts';

export interface CustomField {
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

/** Standard fields are there; only `…__c` can be created. */
const CUSTOM_NAME = /^[A-Za-z]\w{0,39}__c$/;

/** A field of a person, on one of the objects that people are. */
interface ObjectField extends FieldDefinition {
  readonly on?: string;
}

export function fieldProvisioner(session: Session, personObjects: readonly string[]): Provisioner<OrgSchema> {
  const personObject = personObjects[0]!;
  const nameOf = (field: ObjectField) => fullNameOf(field, personObject);
  return {
    keys: KEYS,
    expand: (field) => (field.object === 'person' ? personObjects.map((on) => ({ ...field, on })) : [field]),
    nameOf,
    obstacle: ({ name }) => (CUSTOM_NAME.test(name) ? undefined : 'none'),
    find: findField,
    async create(fields) {
      const items = fields.map((field) => customField(field, personObject));
      const results = await orFailure(async () => {
        return items.length === 0 ? [] : upsertMetadata(await session.connection(), 'CustomField', items);
      });
      return fields.map((field, index) => toChange(field.object, nameOf(field), results[index]));
    },
    addOption: (added, schema) => addPicklistValue(session, added, schema),
    async finish(fields, schema) {
      const shown = fields.map((field) => ({
        name: nameOf(field),
        describe: schema && describeOf(field, schema),
      }));
      const permissions = permissionSet(personObjects, shown);
      return [await assignPermissionSet(session, permissions)];
    },
  };
}

async function orFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw provisionFailure(cause);
  }
}

/** As the Metadata API knows it: calls and tasks are activities. */
export function fullNameOf({ object, name, on = '' }: ObjectField, personObject: string): string {
  return `${object === 'person' ? on || personObject : 'Activity'}.${name}`;
}

export function customField(field: ObjectField, personObject: string): CustomField {
  const { name, label, type, unique } = field;
  const kind = KEYS.some((key) => key.name === name) ? KEY : unique ? UNIQUE : TYPES[type];
  return { fullName: fullNameOf(field, personObject), label: label.slice(0, 40), ...kind };
}

/** A field that is there stays as the org has made it, unless it is to be a key and is none. */
function findField(field: FieldDefinition, schema: OrgSchema): CrmField | undefined {
  const describe = describeOf(field, schema);
  const isKey = describe?.unique === true && describe.externalId === true;
  if (!describe || (field.unique && !isKey)) return undefined;
  return schema.fields[field.object].get(field.name);
}

function describeOf(
  { object, name, on }: ObjectField,
  { describes, persons }: OrgSchema,
): Describe | undefined {
  if (object !== 'person') return describes.task.get(name);
  const own = persons.find((each) => each.name === on) ?? persons[0];
  return own?.describes.get(name);
}
