/**
 * Searches contacts by phone, in few requests: five a second are allowed for a whole account. A number that thousands
 * of contacts have (a switchboard, a placeholder) must not cost the others of its batch more than a moment: it is
 * searched for alone, and of its contacts only those are looked at that `onMany` prefers.
 */
import { CrmError, type MatchPolicy, type Phone } from '../connector.ts';
import { halves } from '../engine/split.ts';
import { furtherPhones } from './contacts.ts';
import { type HubSpot, readRecords } from './records.ts';
import { MAX_PAGE, packTerms, type SearchTerm, searchPage } from './search.ts';

/**
 * HubSpot standardises numbers into these as area code and local number, without the country's:
 * https://developers.hubspot.com/docs/api-reference/search/guide#search-through-phone-numbers
 */
const SEARCHABLE_PHONES = ['hs_searchable_calculated_phone_number', 'hs_searchable_calculated_mobile_number'];
/** More hits than this are one number's, which is then searched for alone. */
const MAX_PAGES = 3;
/** As many as a full batch of people takes. A smaller one may use them for further ways to write a number. */
const MAX_REQUESTS = 3;
/** Enough to see whose hits they are. */
const SAMPLE = 100;

/** The ids of contacts that have one of these numbers. */
export async function searchByPhone(
  hubspot: HubSpot,
  phones: readonly Phone[],
  onMany: MatchPolicy['onMany'],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const distinct = [...new Map(phones.map((phone) => [phone.e164, phone])).values()];
  const further = furtherPhones(hubspot.schema.person);
  try {
    return await new PhoneSearch(hubspot, further, onMany, signal).find(distinct);
  } catch (error) {
    // A property that cannot be searched costs the finds in it, not everybody's calls.
    if (further.length === 0 || !(error instanceof CrmError) || error.code !== 'LOOKUP_REJECTED') throw error;
    return new PhoneSearch(hubspot, [], onMany, signal).find(distinct);
  }
}

class PhoneSearch {
  readonly #hubspot: HubSpot;
  readonly #further: readonly string[];
  readonly #direction: 'ASCENDING' | 'DESCENDING';
  readonly #signal: AbortSignal | undefined;

  constructor(
    hubspot: HubSpot,
    further: readonly string[],
    onMany: MatchPolicy['onMany'],
    signal: AbortSignal | undefined,
  ) {
    this.#hubspot = hubspot;
    this.#further = further;
    this.#direction = onMany === 'oldest' ? 'ASCENDING' : 'DESCENDING';
    this.#signal = signal;
  }

  async find(phones: readonly Phone[]): Promise<readonly string[]> {
    const found: string[] = [];
    const { required, optional } = this.#terms(phones);
    for (const terms of packTerms(required, optional, MAX_REQUESTS)) {
      const { ids, complete } = await this.#hits(terms);
      found.push(...ids);
      if (complete) continue;
      const searched = phones.filter((phone) =>
        this.#terms([phone]).required.some((term) => includes(terms, term)),
      );
      if (searched.length < 2) continue;
      for (const some of await this.#apart(searched, ids)) found.push(...(await this.find(some)));
    }
    return [...new Set(found)];
  }

  /** The first hits; all of them unless there are very many. */
  async #hits(terms: readonly SearchTerm[]): Promise<{ ids: readonly string[]; complete: boolean }> {
    const ids: string[] = [];
    let after: string | undefined;
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const sort = { propertyName: 'createdate', direction: this.#direction };
      const {
        results,
        paging,
        total = 0,
      } = await searchPage(
        this.#hubspot,
        { type: 'contacts', terms, sort, ...(after !== undefined && { after }) },
        this.#signal,
      );
      ids.push(...results.map(({ id }) => String(id)));
      after = paging?.next?.after;
      if (after === undefined) return { ids, complete: true };
      if (total > MAX_PAGES * MAX_PAGE) break;
    }
    return { ids, complete: false };
  }

  /** The number that most of these hits have, and the others; without one, half of the numbers each. */
  async #apart(phones: readonly Phone[], ids: readonly string[]): Promise<readonly (readonly Phone[])[]> {
    const read = { values: ids.slice(0, SAMPLE), properties: SEARCHABLE_PHONES };
    const sample = await readRecords(this.#hubspot, 'contacts', read, this.#signal);
    const count = ({ national }: Phone) =>
      sample.filter(({ properties = {} }) =>
        SEARCHABLE_PHONES.some((name) => national.includes(properties[name] ?? '')),
      ).length;
    const [crowded, ...rest] = phones.toSorted((a, b) => count(b) - count(a));
    return count(crowded!) > sample.length / 2 ? [[crowded!], rest] : halves(phones);
  }

  /**
   * A search asks for ids only: every property it names takes the room of a number, and what it says is seconds old. A
   * contact adopted a moment ago must not look as if it were nobody's. `optional`: further ways to write a number, as
   * far as there is room.
   */
  #terms(phones: readonly Phone[]): { required: readonly SearchTerm[]; optional: readonly SearchTerm[] } {
    const canonical = phones.flatMap(({ national }) => national.slice(0, 1));
    const legacy = phones.flatMap(({ national }) => national.slice(1));
    const required = [...canonical, ...legacy].flatMap((value) =>
      SEARCHABLE_PHONES.map((property) => ({ property, value })),
    );
    const forms = phones.map(({ e164, national, textForms }) => [
      ...new Set([e164, ...textForms, ...national]),
    ]);
    const nth = (n: number) =>
      forms
        .flatMap((some) => some.slice(n, n + 1))
        .flatMap((value) => this.#further.map((property) => ({ property, value })));
    const longest = Math.max(0, ...forms.map(({ length }) => length));
    const optional = Array.from({ length: Math.max(0, longest - 1) }, (_, n) => nth(n + 1)).flat();
    return { required: [...required, ...nth(0)], optional };
  }
}

function includes(terms: readonly SearchTerm[], { property, value }: SearchTerm): boolean {
  return terms.some((each) => each.property === property && each.value === value);
}
