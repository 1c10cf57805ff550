/** One condition of a search. https://developers.hubspot.com/docs/api-reference/search/guide#filter-search-results */
import { invalid } from './api-error.ts';
import type { CrmRecord } from './crm-record.ts';
import type { ObjectStore } from './object-store.ts';
import type { PropertyRegistry } from './property-registry.ts';
import { objectOf, textOf, textsOf } from './request-body.ts';

const OPERATORS = [
  ...['EQ', 'NEQ', 'LT', 'LTE', 'GT', 'GTE', 'BETWEEN', 'IN', 'NOT_IN'],
  ...['HAS_PROPERTY', 'NOT_HAS_PROPERTY', 'CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN'],
];

const NEGATIONS: Readonly<Record<string, string>> = {
  NEQ: 'EQ',
  NOT_IN: 'IN',
  NOT_HAS_PROPERTY: 'HAS_PROPERTY',
  NOT_CONTAINS_TOKEN: 'CONTAINS_TOKEN',
};

export interface Filter {
  readonly name: string;
  readonly operator: string;
  /** One value; two for BETWEEN, any number for IN. */
  readonly values: readonly string[];
}

export function filterOf(registry: PropertyRegistry, filter: unknown): Filter {
  const { propertyName, operator, value, values, highValue } = objectOf(filter, 'filters');
  const name = textOf(propertyName, 'propertyName') ?? '';
  if (!registry.get(name)) throw invalid(`There was a problem with the request: unknown property ${name}.`);
  if (!OPERATORS.includes(String(operator))) throw invalid(`${operator} is not an operator`);
  const single = textOf(value, 'value');
  const many = textsOf(values, 'values');
  if (String(operator).endsWith('HAS_PROPERTY')) return { name, operator: String(operator), values: [] };
  if (operator === 'IN' || operator === 'NOT_IN') {
    if (!many?.length) throw invalid(`${operator} needs values`);
    return { name, operator, values: many };
  }
  if (single === undefined) throw invalid(`${operator} needs a value`);
  const high = operator === 'BETWEEN' ? [textOf(highValue, 'highValue') ?? ''] : [];
  return { name, operator: String(operator), values: [single, ...high] };
}

export function matches(store: ObjectStore, filter: Filter, record: CrmRecord): boolean {
  const { name, operator, values } = filter;
  const positive = NEGATIONS[operator];
  if (positive) return !matches(store, { ...filter, operator: positive }, record);
  const raw = record.properties[name];
  if (raw === undefined) return false;
  if (operator === 'HAS_PROPERTY') return true;
  const value = store.index.indexed(name, raw);
  // IN compares with the indexed form, so text must be given in lower case.
  if (operator === 'IN') return values.includes(value);
  if (operator === 'EQ') return value === store.index.indexed(name, values[0]!);
  if (operator === 'CONTAINS_TOKEN') return hasToken(value, values[0]!.toLowerCase());
  const rank = (text: string) => rankOf(store.registry.get(name)?.type, text);
  const [low, high] = [rank(values[0]!), rank(values[1] ?? '')];
  switch (operator) {
    case 'LT':
      return rank(raw) < low;
    case 'LTE':
      return rank(raw) <= low;
    case 'GT':
      return rank(raw) > low;
    case 'GTE':
      return rank(raw) >= low;
    default:
      return rank(raw) >= low && rank(raw) <= high;
  }
}

function hasToken(value: string, token: string): boolean {
  const pattern = token.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '\\S*');
  return value.split(/[\s;,@]+/).some((each) => new RegExp(`^${pattern}$`).test(each));
}

function rankOf(type: string | undefined, text: string): number | string {
  if (type === 'number') return Number(text);
  if (type !== 'date' && type !== 'datetime') return text.toLowerCase();
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text);
}
