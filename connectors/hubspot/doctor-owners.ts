/** For `doctor`: are the owners that the mapping names owners in this portal? HubSpot rejects the field of any other. */
import { CrmError, type Finding, type NamedOwner } from '../connector.ts';
import { warning } from '../engine/doctor.ts';
import type { Transport } from '../engine/http/transport.ts';
import { OWNERS } from './api.ts';

const OWNER_FIELD = 'hubspot_owner_id';
/** Of 100 owners each. */
const MAX_PAGES = 20;

export async function checkOwners(
  transport: Transport,
  named: readonly NamedOwner[],
): Promise<readonly Finding[]> {
  const isOwner = ({ field = OWNER_FIELD }: NamedOwner) => field === OWNER_FIELD;
  const ids = [...new Set(named.filter(isOwner).map(({ id }) => id))];
  if (ids.length === 0) return [];
  const owners = await readOwners(transport);
  if (owners === undefined) {
    const message = `HubSpot does not list all its owners to this key: not checked are ${ids.join(', ')}`;
    return [
      warning('owners', message, 'give the key the scope crm.objects.owners.read to have them checked'),
    ];
  }
  const unknown = ids.filter((id) => !owners.has(id));
  if (unknown.length === 0) return [];
  const message = `the mapping names ${unknown.join(', ')} as owner: not an active owner of this portal, so the field is skipped`;
  const fix =
    'name the owner id of an active user (not the user id): HubSpot shows it in the link of a user’s records, or by GET /crm/v3/owners';
  return [warning('owners', message, fix)];
}

interface OwnersPage {
  readonly results?: readonly { readonly id?: unknown }[];
  readonly paging?: { readonly next?: { readonly after?: string } };
}

/** Of active users; undefined where the key may not ask, or there are too many. */
async function readOwners(transport: Transport): Promise<ReadonlySet<string> | undefined> {
  for (const path of OWNERS) {
    const owners = await readPages(transport, path);
    if (owners !== 'unknown version') return owners;
  }
  return undefined;
}

async function readPages(
  transport: Transport,
  path: string,
): Promise<ReadonlySet<string> | 'unknown version' | undefined> {
  const owners = new Set<string>();
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams({ limit: '100', ...(after !== undefined && { after }) });
    const body = await readPage(transport, `${path}?${query}`);
    if (body === 'unknown version') return body;
    if (!Array.isArray(body?.results)) return undefined;
    for (const { id } of body.results) owners.add(String(id));
    after = body.paging?.next?.after;
    if (after === undefined) return owners;
  }
  return undefined;
}

async function readPage(
  transport: Transport,
  path: string,
): Promise<OwnersPage | 'unknown version' | undefined> {
  try {
    const { status, body } = await transport.send({ method: 'GET', path });
    if (status === 404 || status === 410) return 'unknown version';
    return status < 400 ? ((body ?? {}) as OwnersPage) : undefined;
  } catch (error) {
    if (error instanceof CrmError && error.kind === 'unauthorized') return undefined;
    throw error;
  }
}
