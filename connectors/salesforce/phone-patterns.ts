/**
 * Finds people whose number is written in a way that no list of forms has: `LIKE '%5%5%1%2%…'`, the digits in their
 * order with anything between them. Its results are compared by digits. SOSL would ask an index, but splits numbers
 * where they are written apart, ignores operators beyond 4,000 characters, and does not know who was created a moment
 * ago: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_find.htm
 *
 * States: asked → not asked until `#pausedUntil`, after the org rejected the look-up or did not answer in time (no
 * index helps here). People are found by exact forms alone then, which is logged once. While asked, it is a request of
 * its own for those that the exact forms do not find; or, after a look-up in which most people were new
 * (`#mostWereNew`), it takes the place of the exact forms, which saves that request.
 */
import { CrmError, type Identity, type Log, type Person, type Phone } from '../connector.ts';
import type { Candidate } from '../engine/persons/match.ts';
import { chunks } from '../engine/split.ts';
import { type ByPhone, candidatesOf, findPeople, selects } from './lookup.ts';
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
  #mostWereNew = false;
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
    const identities = people.flatMap((person) => person.identities);
    if (patternsOf(identities).length === 0 || Date.now() < this.#pausedUntil) return [];
    const queriesEach = Math.floor(MAX_QUERIES / table.objects.length);
    const queries = table.objects.flatMap((object) => {
      const some = selects(object, byPattern(object, identities, queriesEach), fields);
      return some.map((query) => `${query} ORDER BY CreatedDate DESC LIMIT ${MAX_RECORDS}`);
    });
    const find = async (within: AbortSignal) =>
      candidatesOf(table, await runQueries(table.api, queries, within), fields, within);
    const { found, error } = await inTime(find, signal);
    if (!found) this.#pause(error);
    return found ?? [];
  }

  /** Everything in one request, where most people are expected to be new; undefined: to be asked in turn. */
  async findAtOnce(
    table: PersonTable,
    people: readonly Person[],
    fields: readonly string[],
    signal?: AbortSignal,
  ): Promise<Candidate[] | undefined> {
    if (!this.#mostWereNew || Date.now() < this.#pausedUntil) return undefined;
    const { found } = await inTime((within) => findPeople(table, people, fields, within, byPattern), signal);
    if (!found) this.#mostWereNew = false;
    return found;
  }

  /** Notes how many of the people of a look-up were new. */
  note(people: number, newcomers: number): void {
    this.#mostWereNew = newcomers > people / 2;
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

/** The people found, or why the org does not answer such queries. Throws CrmError when it fails otherwise. */
async function inTime(
  find: (signal: AbortSignal) => Promise<Candidate[]>,
  signal: AbortSignal | undefined,
): Promise<{ readonly found?: Candidate[]; readonly error?: unknown }> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return { found: await find(signal ? AbortSignal.any([signal, timeout]) : timeout) };
  } catch (error) {
    const isTooSlow = timeout.aborted && !signal?.aborted;
    if (!isTooSlow && !isQueryRejected(error) && !isQueryTimeout(error)) throw error;
    return { error };
  }
}

const byPattern: ByPhone = (object, identities, queries) => {
  const fields = searchablePhones(object);
  const patterns = patternsOf(identities);
  if (fields.length === 0 || patterns.length === 0) return [];
  return chunks(patterns, Math.ceil(patterns.length / queries)).map((some) =>
    some.flatMap((pattern) => fields.map((field) => `${field} LIKE '${pattern}'`)).join(' OR '),
  );
};

function patternsOf(identities: readonly Identity[]): string[] {
  return [
    ...new Set(identities.flatMap((each) => (each.by === 'phone' ? (patternOf(each.phone) ?? []) : []))),
  ];
}

/** Of the shortest national number, which the longer ones contain. Short ones are looked for as they are. */
function patternOf({ national }: Phone): string | undefined {
  const [shortest] = national.toSorted((a, b) => a.length - b.length);
  if (shortest === undefined || /\D/.test(shortest)) return undefined;
  return shortest.length < MIN_DIGITS ? shortest : `%${[...shortest].join('%')}%`;
}
