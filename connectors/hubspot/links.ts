/** Links calls and tasks to their contacts, and to those contacts' companies. */
import type { Link, Linker } from '../engine/crm.ts';
import type { LinkTarget, ObjectType } from './api.ts';
import { type HubSpot, readRecords } from './records.ts';

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

function linkerTo(hubspot: HubSpot, from: ObjectType, to: LinkTarget): Linker {
  const { transport, api } = hubspot;
  return {
    linksPerRequest: LINKS_PER_REQUEST,
    async link(links, signal) {
      const inputs = links.map((link) => ({ from: { id: link.from }, to: { id: link.to } }));
      const path = api.associateDefault(from, to);
      const response = await transport.send({ method: 'POST', path, body: { inputs } }, signal);
      if (response.status >= 400) return 'rejected';
      const open = unconfirmed(links, response.body);
      if (open.length === 0) return open;
      // A response may be terse: the links it does not mention are read.
      const ids = [...new Set(open.map((link) => link.from))].map((id) => ({ id }));
      const read = { method: 'POST', path: api.associated(from, to), body: { inputs: ids } } as const;
      const found = await transport.send({ ...read, reads: true }, signal);
      return found.status >= 400 ? open : unconfirmed(open, found.body);
    },
  };
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

/** The ends of a link, as the versions of the associations API name them; a reading has several at the other end. */
interface LinkResult {
  readonly from?: { readonly id?: unknown };
  readonly fromObjectId?: unknown;
  readonly to?: LinkEnd | readonly LinkEnd[];
  readonly toObjectId?: unknown;
}

interface LinkEnd {
  readonly id?: unknown;
  readonly toObjectId?: unknown;
}

/** Those of the links that the response does not mention, in either direction. */
function unconfirmed(links: readonly Link[], body: unknown): readonly Link[] {
  const { results = [] } = (body ?? {}) as { results?: readonly LinkResult[] };
  const confirmed = new Set(
    results.flatMap(({ from, fromObjectId, to = {}, toObjectId }) =>
      [to].flat().map((end) => `${from?.id ?? fromObjectId}>${end.id ?? end.toObjectId ?? toObjectId}`),
    ),
  );
  return links.filter(({ from, to }) => !confirmed.has(`${from}>${to}`) && !confirmed.has(`${to}>${from}`));
}
