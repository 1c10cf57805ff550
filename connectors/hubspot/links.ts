/** Links calls and tasks to their contacts and companies. */
import type { LinkTarget, ObjectType } from './api.ts';
import { type HubSpot, readRecords } from './records.ts';

export interface Link {
  /** Record ids. */
  readonly from: string;
  readonly to: string;
}

/** 2,000 inputs a request: https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide */
const MAX_LINKS = 1_000;

/** Links records of one type to those of another; idempotent. Answers the links HubSpot did not confirm. */
export async function linkRecords(
  { transport, api }: HubSpot,
  from: ObjectType,
  to: LinkTarget,
  links: readonly Link[],
  signal?: AbortSignal,
): Promise<readonly Link[]> {
  const path = api.associateDefault(from, to);

  /** An answer may be terse: whether the links it does not mention are there can be read. */
  const missing = async (some: readonly Link[]): Promise<readonly Link[]> => {
    if (some.length === 0) return [];
    const body = { inputs: [...new Set(some.map(({ from }) => from))].map((id) => ({ id })) };
    const read = { method: 'POST', path: api.associated(from, to), body, reads: true } as const;
    const answer = await transport.send(read, signal);
    return answer.status >= 400 ? some : unconfirmed(some, answer.body);
  };

  const associate = async (some: readonly Link[]): Promise<readonly Link[]> => {
    const body = { inputs: some.map(({ from, to }) => ({ from: { id: from }, to: { id: to } })) };
    const answer = await transport.send({ method: 'POST', path, body }, signal);
    if (answer.status >= 400) {
      // One record that is gone makes HubSpot refuse all links: halve until it is alone.
      if (some.length === 1) return some;
      const middle = Math.ceil(some.length / 2);
      return [...(await associate(some.slice(0, middle))), ...(await associate(some.slice(middle)))];
    }
    return missing(unconfirmed(some, answer.body));
  };

  // A pair twice in one batch is an error.
  const distinct = [...new Map(links.map((link) => [`${link.from}>${link.to}`, link])).values()];
  const open: Link[] = [];
  for (let start = 0; start < distinct.length; start += MAX_LINKS) {
    open.push(...(await associate(distinct.slice(start, start + MAX_LINKS))));
  }
  return open;
}

/** The links a contact has to its company, for activities that are linked to contacts. */
export async function companyLinks(
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

/** Id of the contact's primary company: https://knowledge.hubspot.com/properties/hubspots-default-contact-properties */
const PRIMARY_COMPANY = 'associatedcompanyid';

/** The ends of a link, as the versions of the associations API name them; a reading has several at the other end. */
interface LinkAnswer {
  readonly from?: { readonly id?: unknown };
  readonly fromObjectId?: unknown;
  readonly to?: LinkEnd | readonly LinkEnd[];
  readonly toObjectId?: unknown;
}

interface LinkEnd {
  readonly id?: unknown;
  readonly toObjectId?: unknown;
}

/** Those of the links that the answer does not tell of, in whichever direction. */
function unconfirmed(links: readonly Link[], body: unknown): readonly Link[] {
  const { results = [] } = (body ?? {}) as { results?: readonly LinkAnswer[] };
  const confirmed = new Set(
    results.flatMap(({ from, fromObjectId, to = {}, toObjectId }) =>
      [to].flat().map((end) => `${from?.id ?? fromObjectId}>${end.id ?? end.toObjectId ?? toObjectId}`),
    ),
  );
  return links.filter(({ from, to }) => !confirmed.has(`${from}>${to}`) && !confirmed.has(`${to}>${from}`));
}
