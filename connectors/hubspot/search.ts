/** HubSpot's search: seconds behind, and narrow. https://developers.hubspot.com/docs/api-reference/search/guide */
import type { ApiRequest } from '../engine/http/transport.ts';
import type { ObjectType } from './api.ts';
import { ask, type FoundRecord, type HubSpot, type Page } from './records.ts';

/** A record is found when this property holds this value. */
export interface SearchTerm {
  readonly property: string;
  readonly value: string;
}

export interface Search {
  readonly type: ObjectType;
  /** A record is found by any of them. */
  readonly terms: readonly SearchTerm[];
  /** Wanted of the records found. */
  readonly properties?: readonly string[];
  readonly sort?: { readonly propertyName: string; readonly direction: string };
  readonly after?: string;
}

/** Characters of a body, hits of a page, groups of filters. */
const MAX_LENGTH = 3_000;
export const MAX_PAGE = 200;
const MAX_GROUPS = 5;
/** Of the body without terms: sorting, a cursor, a property. */
const FRAME = 150;
/** Of a group without values. */
const GROUP = '{"filters":[{"propertyName":"","operator":"IN","values":[]}]},'.length;

export async function searchPage(hubspot: HubSpot, search: Search, signal?: AbortSignal): Promise<Page> {
  const { type, terms, properties = [], sort, after } = search;
  const groups = Map.groupBy(terms, ({ property }) => property);
  const body = {
    filterGroups: [...groups].map(([propertyName, some]) => ({
      filters: [{ propertyName, operator: 'IN', values: some.map(({ value }) => value) }],
    })),
    properties,
    limit: MAX_PAGE,
    ...(sort && { sorts: [sort] }),
    ...(after !== undefined && { after }),
  };
  const request: ApiRequest = { method: 'POST', path: hubspot.api.search(type), body, reads: true };
  const page = await ask(hubspot.transport, request, `${type} by ${[...groups.keys()].join(' or ')}`, signal);
  return { ...page, results: page.results.filter(({ id }) => id != null) };
}

/** All hits, of as few requests as hold the terms. */
export async function searchRecords(
  hubspot: HubSpot,
  search: Omit<Search, 'after'>,
  signal?: AbortSignal,
): Promise<FoundRecord[]> {
  const found: FoundRecord[] = [];
  for (const terms of packTerms(search.terms)) {
    let after: string | undefined;
    do {
      const page = await searchPage(
        hubspot,
        { ...search, terms, ...(after !== undefined && { after }) },
        signal,
      );
      found.push(...page.results);
      after = page.paging?.next?.after;
    } while (after !== undefined);
  }
  return found;
}

/** The terms of each request. `optional` ones use the room that the others leave, and fill up to `requests` in all. */
export function packTerms(
  required: readonly SearchTerm[],
  optional: readonly SearchTerm[] = [],
  requests = 1,
): readonly (readonly SearchTerm[])[] {
  const packed: Packed[] = [];
  const addRequest = (term: SearchTerm) => {
    const next = new Packed();
    next.add(term);
    packed.push(next);
  };
  for (const term of required) if (!packed.at(-1)?.add(term)) addRequest(term);
  for (const term of optional) {
    if (packed.some((request) => request.add(term))) continue;
    if (packed.length >= requests) break;
    addRequest(term);
  }
  return packed.map(({ terms }) => terms);
}

class Packed {
  readonly terms: SearchTerm[] = [];
  readonly #properties = new Set<string>();
  #length = FRAME;

  /** False when there is no room for it. */
  add(term: SearchTerm): boolean {
    const { property, value } = term;
    const isNew = !this.#properties.has(property);
    const length = JSON.stringify(value).length + 1 + (isNew ? GROUP + property.length : 0);
    const fits = this.#length + length <= MAX_LENGTH && (!isNew || this.#properties.size < MAX_GROUPS);
    if (!fits && this.terms.length > 0) return false;
    this.#properties.add(property);
    this.#length += length;
    this.terms.push(term);
    return true;
  }
}
