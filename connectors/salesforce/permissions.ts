/** The permission set that shows our fields: a new field is invisible until somebody is given it. */
import type { Connection } from 'jsforce/lib/core.js';
import type { Change } from '../connector.ts';
import { describeOf, type Metadata, type OrgFields, toChange } from './metadata.ts';

const PERMISSION_SET = 'Altur_CRM_Sync';

/** https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_permissionset.htm */
export function permissionSet(personObject: string, fields: readonly string[], there?: OrgFields) {
  const access = {
    allowCreate: true,
    allowRead: true,
    allowEdit: true,
    allowDelete: false,
    modifyAllRecords: false,
    viewAllRecords: false,
  };
  return {
    fullName: PERMISSION_SET,
    label: 'Altur CRM Sync',
    fieldPermissions: fields.map((field) => {
      // Nobody can be given the right to edit a formula.
      const describe = describeOf(field, there);
      const editable = describe === undefined || describe.createable || describe.updateable;
      return { field, editable, readable: true };
    }),
    objectPermissions: [{ object: personObject, ...access }],
    userPermissions: [{ enabled: true, name: 'EditTask' }],
  };
}

export async function permit(
  connection: Connection,
  metadata: Metadata,
  permissions: ReturnType<typeof permissionSet>,
): Promise<Change> {
  const name = `permission set ${PERMISSION_SET}`;
  const results = [await metadata.upsert('PermissionSet', [permissions])].flat();
  const change = toChange('person', name, results[0]);
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
