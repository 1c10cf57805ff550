/** Links activities to their persons, for CRMs in which a link is not a field of the activity. */
import type { ActivityObject } from './activity-rows.ts';
import { chunks, halves } from './bisect.ts';
import type { CrmClient, Link, Linker } from './crm.ts';
import type { RequestBudget } from './rows/request-budget.ts';
import { type Row, type RowResults, writtenId } from './rows/row.ts';

export interface WrittenRows {
  readonly rows: readonly Row[];
  readonly results: RowResults;
  /** Ids of persons' records by row name. */
  readonly personIds: ReadonlyMap<string, string>;
}

/** Resolves with the names of the rows one of whose links the CRM did not confirm. */
export async function linkActivities(
  client: CrmClient,
  object: ActivityObject,
  { rows, results, personIds }: WrittenRows,
  budget: RequestBudget,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const linkable = rows.flatMap(({ name, parent }) => {
    const from = writtenId(results, name);
    const to = parent === undefined ? undefined : personIds.get(parent);
    return from === undefined || to === undefined ? [] : [{ name, from, to }];
  });
  if (linkable.length === 0) return new Set();
  const unconfirmed = new Set<string>();
  for (const linker of client.linkers?.(object) ?? []) {
    const links = distinct(linkable);
    const targets = linker.targets ? await linker.targets(links, signal) : links;
    for (const some of chunks(distinct(targets), linker.linksPerRequest))
      for (const { from } of await linkAll(linker, some, budget, signal)) unconfirmed.add(from);
  }
  return new Set(linkable.filter(({ from }) => unconfirmed.has(from)).map(({ name }) => name));
}

/**
 * A record that is gone makes some CRMs reject all links: they are bisected until it is alone. The budget bounds
 * the bisecting only: activities that are written are linked, whatever their rejected neighbours have cost.
 */
async function linkAll(
  linker: Linker,
  links: readonly Link[],
  budget: RequestBudget,
  signal?: AbortSignal,
): Promise<readonly Link[]> {
  const open = await linker.link(links, signal);
  if (open !== 'rejected') return open;
  if (links.length === 1) return links;
  const unconfirmed: Link[] = [];
  for (const half of halves(links)) {
    unconfirmed.push(...(budget.take() ? await linkAll(linker, half, budget, signal) : half));
  }
  return unconfirmed;
}

/** A pair twice in one request is an error. */
function distinct(links: readonly Link[]): readonly Link[] {
  return [...new Map(links.map(({ from, to }) => [`${from} ${to}`, { from, to }])).values()];
}
