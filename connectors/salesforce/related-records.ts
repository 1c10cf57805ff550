/** The account or open opportunity that calls are related to (`WhatId`), by the contacts they are linked to. */
import type { MatchPolicy } from '../connector.ts';
import type { Related } from '../engine/crm.ts';
import type { SkippedRowField } from '../engine/rows/row.ts';
import type { CompositeApi } from './composite.ts';
import { type FoundRecord, isQueryRejected, runQueries } from './query.ts';
import { isContactId, isOpportunityId } from './record-id.ts';
import { conditionsOf, quote } from './soql.ts';

const NONE: Related = { fields: new Map(), skipped: [] };
const HIDDEN: SkippedRowField = {
  field: 'WhatId',
  code: 'RELATION_HIDDEN',
  reason: 'this user may not see opportunities, or the accounts of contacts',
};
/** After a rejection nothing is asked for this long: calls are written all the same. */
const REJECTED_MS = 5 * 60_000;

/**
 * States: semi-joins are tried (`#joins`) → the org rejects them: accounts first, then their opportunities → that is
 * rejected too: nothing is asked until `#rejectedUntil`, and calls report the field as skipped.
 */
export class RelatedRecords {
  #joins = true;
  #rejectedUntil = 0;

  /** One API request for a batch. Only contacts have accounts; who is created in this batch has none yet. */
  async find(
    api: CompositeApi,
    { associate = [] }: Pick<MatchPolicy, 'associate'>,
    personIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<Related> {
    const ids = personIds.filter(isContactId);
    if (associate.length === 0 || ids.length === 0) return NONE;
    if (Date.now() < this.#rejectedUntil) return { ...NONE, skipped: [HIDDEN] };
    try {
      const found = await this.#ask(api, ids, associate.includes('opportunity'), signal);
      return { fields: whatIds(found, associate.includes('company')), skipped: [] };
    } catch (error) {
      if (!isQueryRejected(error)) throw error;
      [this.#rejectedUntil, this.#joins] = [Date.now() + REJECTED_MS, true];
      return { ...NONE, skipped: [HIDDEN] };
    }
  }

  async #ask(
    api: CompositeApi,
    ids: readonly string[],
    opportunities: boolean,
    signal?: AbortSignal,
  ): Promise<readonly FoundRecord[]> {
    // Of very many opportunities the ones changed last come first.
    const run = (queries: readonly string[]) => runQueries(api, queries, signal, { partly: true });
    const contacts = conditionsOf('Id', ids).map(
      (each) => `FROM Contact WHERE AccountId != null AND ${each}`,
    );
    const people = contacts.map((from) => `SELECT Id, AccountId ${from}`);
    if (!opportunities) return run(people);
    if (this.#joins) {
      const open = contacts.map((from) => openOpportunities(`SELECT AccountId ${from}`));
      try {
        return await run([...people, ...open]);
      } catch (error) {
        if (!isQueryRejected(error)) throw error;
        this.#joins = false;
      }
    }
    const found = await run(people);
    const accounts = [...new Set(found.map(({ AccountId }) => String(AccountId)))];
    if (accounts.length === 0) return found;
    return [...found, ...(await run([openOpportunities(accounts.map(quote).join(','))]))];
  }
}

/** `accounts`: ids, or a query for them (https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_comparisonoperators.htm). */
function openOpportunities(accounts: string): string {
  return `SELECT Id, AccountId, LastModifiedDate FROM Opportunity WHERE IsClosed = false AND AccountId IN (${accounts}) ORDER BY LastModifiedDate DESC`;
}

/** `WhatId` by contact: the open opportunity that was changed last, else the account if that is wanted. */
function whatIds(found: readonly FoundRecord[], orAccount: boolean): Related['fields'] {
  const opportunities = new Map<string, string>();
  const newestFirst = found
    .filter(({ Id }) => isOpportunityId(Id))
    .toSorted((a, b) => Date.parse(String(b.LastModifiedDate)) - Date.parse(String(a.LastModifiedDate)));
  for (const { Id, AccountId } of newestFirst) {
    if (!opportunities.has(String(AccountId))) opportunities.set(String(AccountId), Id);
  }
  return new Map(
    found.flatMap(({ Id, AccountId }): [string, { WhatId: string }][] => {
      if (!isContactId(Id) || typeof AccountId !== 'string') return [];
      const whatId = opportunities.get(AccountId) ?? (orAccount ? AccountId : undefined);
      return whatId === undefined ? [] : [[Id, { WhatId: whatId }]];
    }),
  );
}
