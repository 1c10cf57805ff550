/** The permission set that shows our fields: a new field is invisible until somebody is given it. */
import type { Connection } from 'jsforce/lib/core.js';
import type { Change } from '../connector.ts';
import { provisionFailure } from './http-failures.ts';
import { toChange, upsertMetadata } from './metadata.ts';
import type { Describe } from './schema.ts';
import type { Session } from './session.ts';
import { quote } from './soql.ts';

const PERMISSION_SET = 'Altur_CRM_Sync';
const BY_HAND = 'assign it to the integration user';

export interface ShownField {
  /** With its object: `Contact.Altur_Status__c`. */
  readonly name: string;
  /** As the org describes it, when it was there before. */
  readonly describe?: Describe | undefined;
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_permissionset.htm */
export function permissionSet(personObject: string, fields: readonly ShownField[]) {
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
    fieldPermissions: fields.map(({ name, describe }) => {
      // Nobody can be given the right to edit a formula.
      const editable = describe === undefined || describe.createable || describe.updateable;
      return { field: name, editable, readable: true };
    }),
    objectPermissions: [{ object: personObject, ...access }],
    userPermissions: [{ enabled: true, name: 'EditTask' }],
  };
}

/**
 * Creates the permission set, and assigns it to the user we are signed in as. Never throws: the fields are there by
 * now, and are to be reported whatever fails here.
 */
export async function assignPermissionSet(
  session: Session,
  permissions: ReturnType<typeof permissionSet>,
): Promise<Change> {
  const name = `permission set ${PERMISSION_SET}`;
  try {
    const connection = await session.connection();
    const [result] = await upsertMetadata(connection, 'PermissionSet', [permissions]);
    const change = toChange('person', name, result);
    if (change.action === 'failed') return change;
    const detail = await assign(connection, await session.userId()).catch(byHand);
    return { ...change, ...(detail !== undefined && { detail }) };
  } catch (cause) {
    return { action: 'failed', object: 'person', name, detail: provisionFailure(cause).message };
  }
}

function byHand({ errorCode = 'it failed' }: Error & { errorCode?: string }): string {
  return `${BY_HAND} (${errorCode})`;
}

/** Undefined when it was assigned before; else what happened, or what to do. */
async function assign(connection: Connection, userId: string | undefined): Promise<string | undefined> {
  if (userId === undefined) return BY_HAND;
  const { records: sets } = await connection.query<{ Id: string }>(
    `SELECT Id FROM PermissionSet WHERE Name = ${quote(PERMISSION_SET)}`,
  );
  const setId = sets[0]?.Id;
  if (setId === undefined) return BY_HAND;
  const assignment = { PermissionSetId: setId, AssigneeId: userId };
  const assigned = `SELECT Id FROM PermissionSetAssignment WHERE PermissionSetId = ${quote(setId)} AND AssigneeId = ${quote(userId)}`;
  if ((await connection.query(assigned)).records.length > 0) return undefined;
  const created = await connection.sobject('PermissionSetAssignment').create(assignment);
  return created.success ? 'assigned to this user' : BY_HAND;
}
