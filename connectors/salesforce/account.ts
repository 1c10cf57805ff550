/** The org that we are signed in to, and where its users open records. */
import type { CrmAccount, CrmObject } from '../connector.ts';
import type { CompositeApi } from './composite.ts';
import { isQueryRejected, runQueries } from './query.ts';
import { isLeadId, toId18 } from './record-id.ts';
import type { Session } from './session.ts';
import { quote } from './soql.ts';

/**
 * One request. A user who may not see Organization gets the id that the sign-in names, and the host as the name. Throws
 * CrmError. https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_organization.htm
 */
export async function readAccount(api: CompositeApi, session: Session): Promise<CrmAccount> {
  const [org] = await runQueries(api, ['SELECT Id, Name FROM Organization']).catch(unlessHidden);
  // My Domain, as the sign-in names it: it leads to the org's pages as well as to its API.
  const { origin, host } = new URL((await session.connection()).instanceUrl);
  const id = toId18(org?.Id ?? (await session.orgId()) ?? host);
  const name = typeof org?.Name === 'string' && org.Name !== '' ? org.Name : host;
  return { id, name, url: origin };
}

/** The user name of who is signed in; undefined where that cannot be read. One request. */
export async function readUserName(api: CompositeApi, session: Session): Promise<string | undefined> {
  const userId = await session.userId();
  if (userId === undefined) return undefined;
  const query = `SELECT Id, Username FROM User WHERE Id = ${quote(userId)}`;
  const [user] = await runQueries(api, [query]).catch(unlessHidden);
  return typeof user?.Username === 'string' ? user.Username : undefined;
}

function unlessHidden(error: unknown): [] {
  if (isQueryRejected(error)) return [];
  throw error;
}

/** https://developer.salesforce.com/docs/atlas.en-us.lightning.meta/lightning/components_navigation_page_definitions.htm */
export function recordUrl({ url }: CrmAccount, object: CrmObject, id: string): string | undefined {
  if (url === undefined) return undefined;
  const personObject = isLeadId(id) ? 'Lead' : 'Contact';
  return `${url}/lightning/r/${object === 'person' ? personObject : 'Task'}/${encodeURIComponent(id)}/view`;
}
