/** What HubSpot answers to a batch of links: which were made, which it rejects; of the rest it says nothing. */
import type { Link, LinkResults, RejectedLink } from '../engine/linker.ts';
import { type HubSpotError, readRejection, withText } from './rejections.ts';

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

interface LinkBody {
  readonly results?: readonly LinkResult[];
  readonly errors?: readonly HubSpotError[];
}

export function readLinkResponse(links: readonly Link[], body: unknown): LinkResults {
  let unconfirmed = unconfirmedLinks(links, body);
  const { errors = [] } = (body ?? {}) as LinkBody;
  const rejected: RejectedLink[] = [];
  const reject = (some: readonly Link[], error: HubSpotError) => {
    const rejection = withText(readRejection(error), error);
    // What HubSpot cannot do now, or not find, another look decides.
    if (rejection.kind === 'temporary') return;
    rejected.push(...some.map((link) => ({ ...link, rejection })));
    unconfirmed = unconfirmed.filter((link) => !some.includes(link));
  };
  const unnamed: HubSpotError[] = [];
  for (const error of errors) {
    const some = unconfirmed.filter(isNamedBy(error, links));
    if (some.length === 0) unnamed.push(error);
    else reject(some, error);
  }
  // Errors without a name can only mean the links that are left when there are as many of both.
  if (unnamed.length > 0 && unnamed.length === unconfirmed.length) {
    const open = unconfirmed;
    for (const [index, error] of unnamed.entries()) reject([open[index]!], error);
  }
  return { unconfirmed, rejected };
}

/** Those of the links that the response does not mention, in either direction. */
export function unconfirmedLinks(links: readonly Link[], body: unknown): readonly Link[] {
  const { results = [] } = (body ?? {}) as LinkBody;
  const confirmed = new Set(
    results.flatMap(({ from, fromObjectId, to = {}, toObjectId }) =>
      [to].flat().map((end) => `${from?.id ?? fromObjectId}>${end.id ?? end.toObjectId ?? toObjectId}`),
    ),
  );
  return links.filter(({ from, to }) => !confirmed.has(`${from}>${to}`) && !confirmed.has(`${to}>${from}`));
}

/** What a reading of associations answers: the ids at the other end, by record. */
export function linkedIds(body: unknown): ReadonlyMap<string, readonly string[]> {
  const { results = [] } = (body ?? {}) as LinkBody;
  return new Map(
    results.map(({ from, fromObjectId, to = [] }) => {
      const ends = [to].flat().map(({ id, toObjectId }) => String(toObjectId ?? id));
      return [String(from?.id ?? fromObjectId), ends];
    }),
  );
}

/**
 * Which links an error is about. Its context names both ends, one of them or none, under several keys; then the text
 * may: https://developers.hubspot.com/docs/api-reference/error-handling#multi-status-errors
 */
function isNamedBy({ context = {}, message = '' }: HubSpotError, links: readonly Link[]) {
  const ends = new Set(links.flatMap(({ from, to }) => [from, to]));
  const listed = (names: readonly string[]) =>
    names.flatMap((name) => [context[name] ?? []].flat().map(String));
  const froms = listed(['fromObjectId', 'from']).filter((id) => ends.has(id));
  const tos = listed(['toObjectId', 'to']).filter((id) => ends.has(id));
  if (froms.length > 0 && tos.length > 0)
    return ({ from, to }: Link) =>
      (froms.includes(from) && tos.includes(to)) || (froms.includes(to) && tos.includes(from));
  const named = [...froms, ...tos, ...listed(['id', 'ids'])].filter((id) => ends.has(id));
  if (named.length > 0) return ({ from, to }: Link) => named.includes(from) || named.includes(to);
  const mentioned = (message.match(/\d+/g) ?? []).filter((id) => ends.has(id));
  const mentionedLinks = links.filter(({ from, to }) => mentioned.includes(from) && mentioned.includes(to));
  if (mentionedLinks.length > 0) return (link: Link) => mentionedLinks.includes(link);
  return ({ from, to }: Link) => mentioned.includes(from) || mentioned.includes(to);
}
