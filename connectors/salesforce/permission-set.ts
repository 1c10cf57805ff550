/** The permission set that shows our fields: a new field is invisible until somebody is given it. */
import type { Connection } from 'jsforce/lib/core.js';
import type { Change } from '../connector.ts';
import type { Describe } from './describe.ts';
import { provisionFailure } from './http-failures.ts';
import { toChange, upsertMetadata } from './metadata.ts';
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
export function permissionSet(personObjects: readonly string[], fields: readonly ShownField[]) {
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
    objectPermissions: personObjects.map((object) => ({ object, ...access })),
    userPermissions: [{ enabled: true, name: 'EditTask' }],
  };
}

/**
 * Creates the permission set, and assigns it to the user we are signed in as. Never throws: the fields are there by
 * now, and are to be reported whatever fails here.
 */
export async function assignPermissionSet(session: Session, permissions: Permissions): Promise<Change> {
  const name = `permission set ${PERMISSION_SET}`;
  try {
    const connection = await session.connection();
    const { change, form } = await save(connection, name, permissions);
    if (change.action === 'failed') return change;
    const assigned = await assign(connection, await session.userId()).catch(byHand);
    const detail = [assigned, form].filter((each) => each !== undefined).join('; ');
    return { ...change, ...(detail !== '' && { detail }) };
  } catch (cause) {
    return { action: 'failed', object: 'person', name, detail: provisionFailure(cause).message };
  }
}

/**
 * Public permission sets name the fields of activities `Activity.X__c` or `Task.X__c`; which of them an org accepts is
 * not documented. The other form is tried when one is rejected. `form`: the one used, when there was a choice.
 */
async function save(
  connection: Connection,
  name: string,
  permissions: Permissions,
): Promise<{ readonly change: Change; readonly form?: string }> {
  const upsert = async (some: Permissions) => {
    const [result] = await upsertMetadata(connection, 'PermissionSet', [some]);
    return toChange('person', name, result);
  };
  const first = await upsert(permissions);
  if (!permissions.fieldPermissions.some(({ field }) => field.startsWith('Activity.')))
    return { change: first };
  if (first.action !== 'failed') return { change: first, form: 'activity fields granted as Activity.…' };
  const second = await upsert(asTaskFields(permissions));
  if (second.action === 'failed') return { change: first };
  return { change: second, form: 'activity fields granted as Task.…: this org rejects Activity.…' };
}

type Permissions = ReturnType<typeof permissionSet>;

function asTaskFields(permissions: Permissions): Permissions {
  const fieldPermissions = permissions.fieldPermissions.map((each) => {
    return { ...each, field: each.field.replace(/^Activity\./, 'Task.') };
  });
  return { ...permissions, fieldPermissions };
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
