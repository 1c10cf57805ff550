/** The checks of `doctor` that need a query: does this user see all people, and are the mapping's owners active? */
import type { Finding } from '../connector.ts';
import { warning } from '../engine/doctor.ts';
import type { CompositeApi } from './composite.ts';
import type { PersonObject } from './person-objects.ts';
import { isQueryRejected, runQueries } from './query.ts';
import { toId18 } from './record-id.ts';
import { conditionsOf, quote } from './soql.ts';

/** Not every user may ask for permissions: what cannot be asked is not reported. */
async function ask(api: CompositeApi, queries: readonly string[]) {
  return runQueries(api, queries).catch((error: unknown) => {
    if (isQueryRejected(error)) return undefined;
    throw error;
  });
}

/** https://help.salesforce.com/s/articleView?id=000384762: who is hidden by sharing is not found. */
export async function checkSharing(
  api: CompositeApi,
  persons: readonly PersonObject[],
  userId: string | undefined,
): Promise<readonly Finding[]> {
  if (userId === undefined) return [];
  const sets = `(SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = ${quote(userId)})`;
  const all = await ask(api, [
    `SELECT Id FROM PermissionSet WHERE PermissionsViewAllData = true AND Id IN ${sets}`,
  ]);
  if (all === undefined || all.length > 0) return [];
  const objects = await ask(api, [
    `SELECT Id, SobjectType FROM ObjectPermissions WHERE PermissionsViewAllRecords = true AND ParentId IN ${sets}`,
  ]);
  if (objects === undefined) return [];
  return persons
    .filter(({ name }) => !objects.some(({ SobjectType }) => SobjectType === name))
    .map(({ name }) => {
      const message =
        'this user lacks View All: people that sharing hides from it are not found, and are created again';
      return warning(
        `${name} (sharing)`,
        message,
        `give this user View All for ${name}, in a permission set`,
      );
    });
}

/** https://help.salesforce.com/s/articleView?id=sf.users_deactivate.htm: an inactive user cannot be made an owner. */
export async function checkOwners(api: CompositeApi, owners: readonly string[]): Promise<readonly Finding[]> {
  const ids = [...new Set(owners.filter((id) => /^005[a-zA-Z0-9]{12}([A-Z0-5]{3})?$/.test(id)).map(toId18))];
  const queries = conditionsOf('Id', ids).map((each) => `SELECT Id, IsActive FROM User WHERE ${each}`);
  const found = ids.length === 0 ? undefined : await ask(api, queries);
  if (found === undefined) return [];
  const active = new Set(found.filter(({ IsActive }) => IsActive === true).map(({ Id }) => toId18(Id)));
  const unusable = ids.filter((id) => !active.has(id));
  if (unusable.length === 0) return [];
  const message =
    'the mapping names them as owners, and they are not active users: their records get no owner of the mapping’s';
  return [warning(`OwnerId ${unusable.join(', ')}`, message, 'name active users in the mapping')];
}
