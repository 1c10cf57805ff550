/**
 * Finds people whose number is written in a way that no list of forms has: `LIKE '%5%5%1%2%…'`, the digits in their
 * order with anything between them. What it finds is judged by digits. SOSL would ask an index, but splits numbers
 * where they are written apart, ignores operators beyond 4,000 characters, and does not know who was created a moment
 * ago: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_find.htm
 *
 * States: asked → not asked until `#pausedUntil`, after the org rejected the look-up or did not answer in time (no
 * index helps here). People are found by exact forms alone then, which is logged once.
 */
import { CrmError, type Log, type Person, type Phone } from '../connector.ts';
import { chunks } from '../engine/bisect.ts';
import type { Candidate } from '../engine/persons/match.ts';
import { candidatesOf, selects } from './lookup.ts';
import { type PersonTable, searchablePhones } from './person-objects.ts';
import { isQueryRejected, isQueryTimeout, MAX_QUERIES, runQueries } from './query.ts';

const TIMEOUT_MS = 10_000;
const PAUSE_MS = 60 * 60_000;
/** More than one look-up needs; of one page each, so that there is one request. */
const MAX_RECORDS = 2_000;
/** Shorter numbers would match half the org. */
const MIN_DIGITS = 7;

export class PhonePatterns {
  #pausedUntil = 0;
  #log: Pick<Log, 'warn'> | undefined;

  constructor(log?: Pick<Log, 'warn'>) {
    this.#log = log;
  }

  /** One API request at most; none for people without a number. */
  async find(
    table: PersonTable,
    people: readonly Person[],
    fields: readonly string[],
    signal?: AbortSignal,
  ): Promise<Candidate[]> {
    const patterns = [
      ...new Set(
        people.flatMap(({ identities }) =>
          identities.flatMap((each) => {
            return each.by === 'phone' ? (patternOf(each.phone) ?? []) : [];
          }),
        ),
      ),
    ];
    if (patterns.length === 0 || Date.now() < this.#pausedUntil) return [];
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
      const found = await runQueries(table.api, queriesFor(table, patterns, fields), either);
      return await candidatesOf(table, found, fields, signal);
    } catch (error) {
      const isTooSlow = timeout.aborted && !signal?.aborted;
      if (!isTooSlow && !isQueryRejected(error) && !isQueryTimeout(error)) throw error;
      this.#pause(error);
      return [];
    }
  }

  #pause(error: unknown): void {
    this.#pausedUntil = Date.now() + PAUSE_MS;
    this.#log?.warn(
      'the org does not answer look-ups of phone numbers by pattern: people are found by the common ways of writing a number only',
      { code: error instanceof CrmError ? error.code : 'TIMEOUT' },
    );
    this.#log = undefined;
  }
}

function queriesFor(
  { objects }: PersonTable,
  patterns: readonly string[],
  fields: readonly string[],
): string[] {
  const queriesEach = Math.floor(MAX_QUERIES / objects.length);
  return objects.flatMap((object) => {
    const phones = searchablePhones(object);
    if (phones.length === 0) return [];
    const conditions = chunks(patterns, Math.ceil(patterns.length / queriesEach)).map((some) => {
      return some.flatMap((pattern) => phones.map((field) => `${field} LIKE '${pattern}'`)).join(' OR ');
    });
    return selects(object, conditions, fields).map(
      (query) => `${query} ORDER BY CreatedDate DESC LIMIT ${MAX_RECORDS}`,
    );
  });
}

/** Of the shortest national number, which the longer ones contain. */
function patternOf({ national }: Phone): string | undefined {
  const [shortest] = national.toSorted((a, b) => a.length - b.length);
  if (shortest === undefined || shortest.length < MIN_DIGITS || /\D/.test(shortest)) return undefined;
  return `%${[...shortest].join('%')}%`;
}
