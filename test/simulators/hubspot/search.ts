/** https://developers.hubspot.com/docs/api-reference/search/guide */
import { invalid } from './api-error.ts';
import { readable } from './batch-read.ts';
import type { CrmRecord } from './crm-record.ts';
import type { ObjectStore } from './object-store.ts';
import type { TypeName } from './object-type.ts';
import type { Portal } from './portal.ts';
import { type Answer, recordAnswer } from './record-answer.ts';
import { type Body, objectOf, textsOf } from './request-body.ts';
import { type Filter, filterOf, matches } from './search-filter.ts';

const MAX_BODY_LENGTH = 3_000;
const MAX_GROUPS = 5;
const MAX_FILTERS = 6;
const MAX_PAGE = 200;
const MAX_RESULTS = 10_000;

export function search(portal: Portal, type: TypeName, body: unknown, text: string): Answer {
  const store = portal.of(type);
  if (text.length > MAX_BODY_LENGTH) {
    throw invalid(`The request body has ${text.length} characters, at most ${MAX_BODY_LENGTH} are allowed.`);
  }
  const request = objectOf(body, 'request');
  const groups = groupsOf(store, request);
  const { start, limit } = pageOf(request);
  store.index.showDue();
  const hits = sorted(store, request, [...hitsOf(store, groups, request.query)]);
  const names = readable(store, textsOf(request.properties, 'properties'));
  const page = hits.slice(start, start + limit);
  const end = start + page.length;
  return {
    status: 200,
    body: {
      total: hits.length,
      results: page.map((record) => recordAnswer(store.type, portal.settings, record, names)),
      ...(end < hits.length && { paging: { next: { after: String(end) } } }),
    },
  };
}

function groupsOf(store: ObjectStore, { filterGroups = [] }: Body): Filter[][] {
  if (!Array.isArray(filterGroups)) throw invalid('filterGroups must be a list');
  if (filterGroups.length > MAX_GROUPS) throw invalid(`At most ${MAX_GROUPS} filterGroups are allowed.`);
  return filterGroups.map((group) => {
    const { filters = [] } = objectOf(group, 'filterGroups');
    if (!Array.isArray(filters)) throw invalid('filters must be a list');
    if (filters.length > MAX_FILTERS) throw invalid(`At most ${MAX_FILTERS} filters are allowed in a group.`);
    return filters.map((filter) => filterOf(store.registry, filter));
  });
}

function pageOf({ limit = 10, after = '0' }: Body) {
  if (!Number.isInteger(limit) || (limit as number) < 1 || (limit as number) > MAX_PAGE) {
    throw invalid(`limit must be between 1 and ${MAX_PAGE}`);
  }
  const start = after === '' ? 0 : Number(after);
  if (!Number.isInteger(start) || start < 0) throw invalid('after must be a cursor of an earlier page');
  if (start + (limit as number) > MAX_RESULTS)
    throw invalid(`At most ${MAX_RESULTS} results can be paged through.`);
  return { start, limit: limit as number };
}

/** A record matches when all filters of any group do; without groups every record matches. */
function hitsOf(store: ObjectStore, groups: readonly Filter[][], query: unknown): Set<CrmRecord> {
  const hits = new Set<CrmRecord>();
  for (const filters of groups.length > 0 ? groups : [[]]) {
    for (const record of candidates(store, filters)) {
      if (filters.every((filter) => matches(store, filter, record)) && mentions(record, query))
        hits.add(record);
    }
  }
  return hits;
}

/** The records to test. The index finds them when a filter compares whole values. */
function candidates({ index }: ObjectStore, filters: readonly Filter[]): Iterable<CrmRecord> {
  const exact = filters.find(({ operator }) => operator === 'EQ' || operator === 'IN');
  if (!exact) return index.all();
  const { name, operator, values } = exact;
  return index.withValue(
    name,
    operator === 'EQ' ? values.map((value) => index.indexed(name, value)) : values,
  );
}

const QUERIED = ['firstname', 'lastname', 'email', 'phone', 'company', 'hs_call_title', 'hs_task_subject'];

function mentions({ properties }: CrmRecord, query: unknown): boolean {
  if (typeof query !== 'string' || query === '') return true;
  return QUERIED.some((name) => properties[name]?.toLowerCase().includes(query.toLowerCase()));
}

/** Default: by creation. */
function sorted({ type }: ObjectStore, { sorts = [] }: Body, records: CrmRecord[]): CrmRecord[] {
  if (!Array.isArray(sorts) || sorts.length > 1) throw invalid('One sort is allowed.');
  const [sort = type.createdProperty] = sorts as (string | { propertyName: string; direction?: string })[];
  const name = typeof sort === 'string' ? sort.replace(/^-/, '') : sort.propertyName;
  const isDescending = typeof sort === 'string' ? sort.startsWith('-') : sort.direction === 'DESCENDING';
  const sign = isDescending ? -1 : 1;
  return records.sort((a, b) => {
    const order = compare(a.properties[name] ?? '', b.properties[name] ?? '');
    return sign * (order || compare(a.id, b.id));
  });
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
