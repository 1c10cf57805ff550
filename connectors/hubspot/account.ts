/** The portal that the token belongs to, and where its users open records. */
import { type CrmAccount, CrmError, type CrmObject } from '../connector.ts';
import type { Transport } from '../engine/http/transport.ts';
import { ACCOUNT_DETAILS } from './api.ts';
import { readRejection } from './rejections.ts';

/** Versions from 2027-03 on name the portal; where users sign in depends on where its data is. */
interface AccountDetails {
  readonly portalId?: unknown;
  readonly portalName?: unknown;
  readonly uiDomain?: unknown;
}

/** One request, as a rule. The scope `oauth` is every app’s; of service keys it is not documented. Throws CrmError. */
export async function readAccount(transport: Transport): Promise<CrmAccount> {
  for (const path of ACCOUNT_DETAILS) {
    const response = await transport.send({ method: 'GET', path });
    // A version that is not served.
    if (response.status === 404 || response.status === 410) continue;
    if (response.status >= 400) throw unnamed(readRejection(response.body).code);
    const { portalId, portalName, uiDomain } = (response.body ?? {}) as AccountDetails;
    if (typeof portalId !== 'number' && typeof portalId !== 'string') throw unnamed('no portal id');
    const id = String(portalId);
    const name = typeof portalName === 'string' && portalName !== '' ? portalName : id;
    return { id, name, ...(isHost(uiDomain) && { url: `https://${uiDomain}` }) };
  }
  throw unnamed('it knows none of the API’s versions');
}

function unnamed(why: string): CrmError {
  const message = `HubSpot does not say which portal the token belongs to (${why}): records cannot be linked`;
  return new CrmError('unavailable', message, { code: 'ACCOUNT_UNKNOWN' });
}

function isHost(domain: unknown): domain is string {
  return typeof domain === 'string' && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(domain);
}

/** https://developers.hubspot.com/docs/api-reference/latest/crm/understanding-the-crm#object-type-ids */
const TYPE_IDS: Readonly<Record<CrmObject, string>> = { person: '0-1', call: '0-48', task: '0-27' };

/** HubSpot's own answers name contacts so; of calls and tasks it is how public integrations open them. */
export function recordUrl({ id: portalId, url }: CrmAccount, object: CrmObject, id: string) {
  if (url === undefined) return undefined;
  return `${url}/contacts/${portalId}/record/${TYPE_IDS[object]}/${encodeURIComponent(id)}`;
}
