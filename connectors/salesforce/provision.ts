/**
 * Creates the fields through the Metadata API, and a permission set that shows them: a new field is invisible until
 * somebody is given it. https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_calls_intro.htm
 */
import type { Connection } from 'jsforce/lib/core.js';
import type { Change, CrmObject, FieldDefinition, FieldType } from '../connector.ts';
import { PERSON_KEY, TASK_KEY } from './keys.ts';

const PERMISSION_SET = 'Altur_CRM_Sync';
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
): Promise<Change[]> {
  // Loaded here: nothing but provisioning needs it.
  const { MetadataApi } = await import('jsforce/lib/api/metadata.js');
  const metadata = new MetadataApi(connection) as unknown as Metadata;
  const wanted = [
    {
      object: 'person' as const,
      field: { fullName: `${personObject}.${PERSON_KEY}`, label: 'Altur Person Key', ...KEY },
    },
    { object: 'call' as const, field: { fullName: `Activity.${TASK_KEY}`, label: 'Altur Call Id', ...KEY } },
    ...fields.flatMap((definition) => toCustomField(definition, personObject)),
  ];
  const changes: Change[] = [];
  for (let start = 0; start < wanted.length; start += MAX_UPSERTS) {
    const some = wanted.slice(start, start + MAX_UPSERTS);
    const results = [
      await metadata.upsert(
        'CustomField',
        some.map(({ field }) => field),
      ),
    ].flat();
    changes.push(...some.map(({ object, field }, index) => toChange(object, field, results[index])));
  }
  const visible = wanted
    .filter((_, index) => changes[index]!.action !== 'failed')
    .map(({ field }) => field.fullName);
  changes.push(await permit(connection, metadata, personObject, visible));
  return changes;
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

interface UpsertResult {
  readonly success?: boolean;
  readonly created?: boolean;
  readonly errors?: { readonly message?: string } | readonly { readonly message?: string }[];
}

interface Metadata {
  upsert(type: string, metadata: readonly object[] | object): Promise<UpsertResult | UpsertResult[]>;
}

function toChange(object: CrmObject, { fullName }: CustomField, result: UpsertResult | undefined): Change {
  if (result?.success) return { action: result.created ? 'created' : 'exists', object, name: fullName };
  const [error] = [result?.errors ?? []].flat();
  return { action: 'failed', object, name: fullName, detail: error?.message ?? 'Salesforce did not say why' };
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_permissionset.htm */
async function permit(
  connection: Connection,
  metadata: Metadata,
  personObject: string,
  fields: readonly string[],
): Promise<Change> {
  const object: CrmObject = 'person';
  const name = `permission set ${PERMISSION_SET}`;
  const access = {
    allowCreate: true,
    allowRead: true,
    allowEdit: true,
    allowDelete: false,
    modifyAllRecords: false,
    viewAllRecords: false,
  };
  const permissionSet = {
    fullName: PERMISSION_SET,
    label: 'Altur CRM Sync',
    fieldPermissions: fields.map((field) => ({ field, editable: true, readable: true })),
    objectPermissions: [{ object: personObject, ...access }],
  };
  const results = [await metadata.upsert('PermissionSet', [permissionSet])].flat();
  const change = toChange(object, { fullName: name, label: name }, results[0]);
  if (change.action === 'failed') return change;
  const detail = await assign(connection);
  return { ...change, ...(detail !== undefined && { detail }) };
}

/** To the user we are signed in as; answers what to do where that is not allowed. */
async function assign(connection: Connection): Promise<string | undefined> {
  const { user_id: userId } = (await connection.identity()) as { user_id: string };
  const sets = await connection.query<{ Id: string }>(
    `SELECT Id FROM PermissionSet WHERE Name = '${PERMISSION_SET}'`,
  );
  const [set] = sets.records;
  if (!set?.Id) return 'assign it to the integration user';
  const assigned = `SELECT Id FROM PermissionSetAssignment WHERE PermissionSetId = '${set.Id}' AND AssigneeId = '${userId}'`;
  if ((await connection.query(assigned)).records.length > 0) return undefined;
  const created = await connection
    .sobject('PermissionSetAssignment')
    .create({ PermissionSetId: set.Id, AssigneeId: userId });
  return created.success ? 'assigned to this user' : 'assign it to the integration user';
}
