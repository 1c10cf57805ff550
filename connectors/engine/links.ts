/** Links activities to their persons, for CRMs in which a link is not a field of the activity. */
import type { ActivityObject } from './activity-rows.ts';
import type { CrmClient } from './crm.ts';
import type { Link, Linker, LinkResults, RejectedLink } from './linker.ts';
import type { Rejection } from './rows/rejection.ts';
import type { RequestBudget } from './rows/request-budget.ts';
import { type Row, type RowResults, type SkippedRowField, writtenId } from './rows/row.ts';
import { chunks, halves } from './split.ts';

export interface WrittenRows {
  readonly rows: readonly Row[];
  readonly results: RowResults;
  /** Ids of persons' records by row name. */
  readonly personIds: ReadonlyMap<string, string>;
}

/** Links that failed, by the row name of their activity. Activities in neither have all of their links. */
export interface ActivityLinks {
  /** One of their links was not confirmed: it is to be tried again. */
  readonly unconfirmed: Set<string>;
  /** Links that the CRM rejects, which another try would not change. */
  readonly rejected: Map<string, readonly SkippedRowField[]>;
}

export async function linkActivities(
  client: CrmClient,
  object: ActivityObject,
  { rows, results, personIds }: WrittenRows,
  budget: RequestBudget,
  signal?: AbortSignal,
): Promise<ActivityLinks> {
  const outcome: ActivityLinks = { unconfirmed: new Set(), rejected: new Map() };
  const linkable = rows.flatMap(({ name, parent }) => {
    const from = writtenId(results, name);
    const to = parent === undefined ? undefined : personIds.get(parent);
    return from === undefined || to === undefined ? [] : [{ name, from, to }];
  });
  if (linkable.length === 0) return outcome;
  const names = Map.groupBy(linkable, ({ from }) => from);
  for (const linker of client.linkers?.(object) ?? []) {
    const links = distinct(linkable);
    const targets = linker.targets ? await linker.targets(links, signal) : links;
    const { unconfirmed, rejected } = await linkAll(linker, distinct(targets), budget, signal);
    for (const { from } of unconfirmed)
      for (const { name } of names.get(from) ?? []) outcome.unconfirmed.add(name);
    // A record that is not there may be new to this part of the CRM, or gone: another look shows it.
    for (const { from, rejection } of rejected)
      for (const { name } of names.get(from) ?? [])
        if (rejection.kind === 'gone') outcome.unconfirmed.add(name);
        else
          outcome.rejected.set(name, [
            ...(outcome.rejected.get(name) ?? []),
            skippedLink(client.crm, linker.target, rejection),
          ]);
  }
  return outcome;
}

function skippedLink(crm: string, target: string, { code, text }: Rejection): SkippedRowField {
  const why = text === undefined ? code : `${code}: ${text}`;
  const reason = `${crm} rejects the link to the ${target}: ${why}`;
  return { field: target, code: 'LINK_REJECTED', reason };
}

/** Requests of one link each were rejected for so many persons, and no link of the batch was made. */
const HOPELESS = 3;

/**
 * A record that is gone makes some CRMs reject all links: they are bisected until it is alone. The budget bounds the
 * bisecting only: activities that are written are linked, whatever their rejected neighbours have cost.
 */
async function linkAll(
  linker: Linker,
  links: readonly Link[],
  budget: RequestBudget,
  signal?: AbortSignal,
): Promise<LinkResults> {
  const unconfirmed: Link[] = [];
  const alone: RejectedLink[] = [];
  const rejected: RejectedLink[] = [];
  let madeSome = false;
  const isHopeless = () => !madeSome && new Set(alone.map(({ to }) => to)).size >= HOPELESS;
  const work: (readonly Link[])[] = chunks(links, linker.linksPerRequest);
  const first = work.length;
  for (let sent = 0; work.length > 0; sent += 1) {
    const some = work.shift()!;
    if (sent >= first && (isHopeless() || !budget.take())) {
      unconfirmed.push(...some);
      continue;
    }
    const response = await linker.link(some, signal);
    if ('rejected' in response) {
      unconfirmed.push(...response.unconfirmed);
      rejected.push(...response.rejected);
      madeSome ||= response.unconfirmed.length + response.rejected.length < some.length;
    } else if (response.kind === 'temporary') unconfirmed.push(...some);
    else if (some.length > 1) work.push(...halves(some));
    else alone.push({ ...some[0]!, rejection: response });
  }
  // A request that is rejected whatever it holds says nothing of the links in it.
  if (isHopeless()) unconfirmed.push(...alone.map(linkOf));
  else rejected.push(...alone);
  return { unconfirmed, rejected };
}

function linkOf({ from, to }: Link): Link {
  return { from, to };
}

/** A pair twice in one request is an error. */
function distinct(links: readonly Link[]): readonly Link[] {
  return [...new Map(links.map((link) => [`${link.from} ${link.to}`, linkOf(link)])).values()];
}
