/** Links calls and tasks to their contacts, and to those contacts' companies. */

import type { ApiRequest } from '../engine/http/transport.ts';
import type { Link, Linker, LinkResults } from '../engine/linker.ts';
import { chunks } from '../engine/split.ts';
import type { LinkTarget, ObjectType } from './api.ts';
import { unknownPath } from './http-failures.ts';
import { linkedIds, readLinkResponse, unconfirmedLinks } from './link-response.ts';
import { ask, type HubSpot, readRecords } from './records.ts';
import { isPathUnknown, readRejection, withText } from './rejections.ts';

/** 2,000 inputs a request: https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide */
const LINKS_PER_REQUEST = 1_000;

export function contactLinker(hubspot: HubSpot, from: ObjectType): Linker {
  return linkerTo(hubspot, from, 'contacts');
}

/** Links to the companies of the contacts that the activities are linked to. */
export function companyLinker(hubspot: HubSpot, from: ObjectType): Linker {
  return {
    ...linkerTo(hubspot, from, 'companies'),
    targets: (links, signal) => companyLinks(hubspot, links, signal),
  };
}

const TITLES: Readonly<Record<LinkTarget, string>> = { contacts: 'contact', companies: 'company' };

function linkerTo(hubspot: HubSpot, from: ObjectType, to: LinkTarget): Linker {
  const { transport, api } = hubspot;
  return {
    linksPerRequest: LINKS_PER_REQUEST,
    target: TITLES[to],
    async link(links, signal) {
      const inputs = links.map((link) => ({ from: { id: link.from }, to: { id: link.to } }));
      const path = api.associateDefault(from, to);
      const response = await transport.send({ method: 'POST', path, body: { inputs } }, signal);
      if (isPathUnknown(response)) throw unknownPath(path);
      if (response.status >= 400) return withText(readRejection(response.body), response.body);
      const results = readLinkResponse(links, response.body);
      if (results.unconfirmed.length === 0) return results;
      return { ...results, unconfirmed: await stillOpen(results, from, to, signal) };
    },
  };

  /** A response may be terse: the links it does not mention are read. */
  async function stillOpen(
    { unconfirmed }: LinkResults,
    fromType: ObjectType,
    toType: LinkTarget,
    signal: AbortSignal | undefined,
  ): Promise<readonly Link[]> {
    const ids = [...new Set(unconfirmed.map((link) => link.from))].map((id) => ({ id }));
    const path = api.associated(fromType, toType);
    const found = await transport.send({ method: 'POST', path, body: { inputs: ids }, reads: true }, signal);
    return found.status >= 400 ? unconfirmed : unconfirmedLinks(unconfirmed, found.body);
  }
}

/** Id of the contact's primary company: https://knowledge.hubspot.com/properties/hubspots-default-contact-properties */
const PRIMARY_COMPANY = 'associatedcompanyid';

async function companyLinks(
  hubspot: HubSpot,
  links: readonly Link[],
  signal?: AbortSignal,
): Promise<readonly Link[]> {
  const read = { values: links.map(({ to }) => to), properties: [PRIMARY_COMPANY] };
  const contacts = await readRecords(hubspot, 'contacts', read, signal);
  const companies = new Map(contacts.map(({ id, properties }) => [id, properties?.[PRIMARY_COMPANY]]));
  return links.flatMap(({ from, to }) => {
    const company = companies.get(to);
    return company ? [{ from, to: company }] : [];
  });
}

/** The contacts that each of these calls is linked to; absent for those that are linked to none. */
export async function readLinks(
  { transport, api }: HubSpot,
  callIds: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const links = new Map<string, readonly string[]>();
  for (const some of chunks(callIds, LINKS_PER_REQUEST)) {
    const inputs = some.map((id) => ({ id }));
    const path = api.associated('calls', 'contacts');
    const request: ApiRequest = { method: 'POST', path, body: { inputs }, reads: true };
    // A call without links is an error of the response, or is not in it.
    for (const [from, to] of linkedIds(await ask(transport, request, 'links of calls', signal)))
      links.set(from, to);
  }
  return links;
}
