/** The account or open opportunity that calls are related to (`WhatId`), by the people they are linked to. */
import type { PersonMatch } from '../engine/persons/match.ts';
import type { Org } from './org.ts';
import { conditionsOf, type Found, QueryRefused, runQueries } from './query.ts';
import type { Dropped } from './row.ts';
import { quote } from './soql.ts';
import type { Transport } from './transport.ts';

export interface Related {
  /** What the calls of a contact are related to, by the contact's id. */
  readonly whatIds: ReadonlyMap<string, string>;
  /** Why there is nothing where there should be. */
  readonly skippedFields: readonly Dropped[];
}

export type Relate = (
  org: Pick<Org, 'transport' | 'policy'>,
  targets: readonly PersonMatch[],
  signal?: AbortSignal,
) => Promise<Related>;

const NOTHING: Related = { whatIds: new Map(), skippedFields: [] };
const HIDDEN: Dropped = {
  field: 'WhatId',
  reason: 'this user may not see opportunities, or the accounts of contacts',
};
/** After a refusal nothing is asked for this long: calls are written all the same. */
const REFUSED_MS = 5 * 60_000;

/** One API request for a batch. Only contacts have accounts; who is created in this batch has none yet. */
export function openRelations(): Relate {
  let refusedUntil = 0;
  let joins = true;

  const ask = async (
    transport: Transport,
    ids: readonly string[],
    opportunities: boolean,
    signal?: AbortSignal,
  ) => {
    const contacts = conditionsOf('Id', ids).map(
      (each) => `FROM Contact WHERE AccountId != null AND ${each}`,
    );
    const people = contacts.map((from) => `SELECT Id, AccountId ${from}`);
    // Of very many opportunities the ones changed last come first.
    const run = (queries: readonly string[]) => runQueries(transport, queries, signal, { partly: true });
    if (!opportunities) return run(people);
    if (joins) {
      const open = contacts.map((from) => openOf(`SELECT AccountId ${from}`));
      try {
        return await run([...people, ...open]);
      } catch (error) {
        if (!(error instanceof QueryRefused)) throw error;
        joins = false;
      }
    }
    const found = await run(people);
    const accounts = [...new Set(found.map(({ AccountId }) => String(AccountId)))];
    const open = accounts.length === 0 ? [] : [openOf(accounts.map(quote).join(','))];
    return [...found, ...(await run(open))];
  };

  return async ({ transport, policy: { associate = [] } }, targets, signal) => {
    const ids = targets.flatMap(({ id }) => (id?.startsWith('003') ? id : []));
    if (associate.length === 0 || ids.length === 0) return NOTHING;
    if (Date.now() < refusedUntil) return { ...NOTHING, skippedFields: [HIDDEN] };
    try {
      const found = await ask(transport, ids, associate.includes('opportunity'), signal);
      return { whatIds: whatIdsOf(found, associate.includes('company')), skippedFields: [] };
    } catch (error) {
      if (!(error instanceof QueryRefused)) throw error;
      [refusedUntil, joins] = [Date.now() + REFUSED_MS, true];
      return { ...NOTHING, skippedFields: [HIDDEN] };
    }
  };
}

/** `accounts`: ids, or a query for them (https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_comparisonoperators.htm). */
function openOf(accounts: string): string {
  return `SELECT Id, AccountId, LastModifiedDate FROM Opportunity WHERE IsClosed = false AND AccountId IN (${accounts}) ORDER BY LastModifiedDate DESC`;
}

function whatIdsOf(found: readonly Found[], orAccount: boolean): ReadonlyMap<string, string> {
  const opportunities = new Map<string, string>();
  const newestFirst = found
    .filter(({ Id }) => Id.startsWith('006'))
    .toSorted((a, b) => Date.parse(String(b.LastModifiedDate)) - Date.parse(String(a.LastModifiedDate)));
  for (const { Id, AccountId } of newestFirst) {
    if (!opportunities.has(String(AccountId))) opportunities.set(String(AccountId), Id);
  }
  return new Map(
    found.flatMap(({ Id, AccountId }): [string, string][] => {
      if (!Id.startsWith('003') || typeof AccountId !== 'string') return [];
      const whatId = opportunities.get(AccountId) ?? (orAccount ? AccountId : undefined);
      return whatId === undefined ? [] : [[Id, whatId]];
    }),
  );
}
