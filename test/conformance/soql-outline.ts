/** What a query says, in order, in a form that two parsers can be compared by. */
import type { Query as ParsedQuery, WhereClause } from '@jetstreamapp/soql-parser-js';
import type { Condition, Literal, Query } from '../simulators/salesforce/soql-query-tree.ts';

export interface Outline {
  readonly object: string;
  readonly fields: readonly string[];
  /** Fields with operator and values, and the words between them: `AND`, `OR`, `NOT`. */
  readonly conditions: readonly (string | Comparison)[];
  readonly order: readonly string[];
  readonly limit: number | undefined;
}

interface Comparison {
  readonly field: string;
  readonly operator: string;
  readonly values: readonly string[] | Outline;
}

/** Of the simulator's parser. */
export function outlineOf({ object, fields, where, order, limit }: Query): Outline {
  return {
    object,
    fields: fields.length === 0 ? ['COUNT()'] : fields,
    conditions: where ? conditionsOf(where) : [],
    order: order.map(({ field, descending }) => `${field} ${descending ? 'DESC' : 'ASC'}`),
    limit,
  };
}

function conditionsOf(condition: Condition): readonly (string | Comparison)[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap((part, index) => {
        const word = index === 0 ? [] : [condition.kind.toUpperCase()];
        return [...word, ...conditionsOf(part)];
      });
    case 'not':
      return ['NOT', ...conditionsOf(condition.part)];
    case 'compare': {
      const { field, operator, value } = condition;
      return [{ field, operator, values: [textOf(value)] }];
    }
    case 'in': {
      const { field, negated, values } = condition;
      return [{ field, operator: negated ? 'NOT IN' : 'IN', values: values.map(textOf) }];
    }
    case 'in-select': {
      const { field, negated, select } = condition;
      return [{ field, operator: negated ? 'NOT IN' : 'IN', values: outlineOf(select) }];
    }
    default:
      return condition satisfies never;
  }
}

function textOf({ kind, value }: Literal): string {
  return kind === 'string' ? `'${value}'` : String(value).toUpperCase();
}

/** Of soql-parser-js. */
export function outlineOfParsed({ sObject = '', fields = [], where, orderBy, limit }: ParsedQuery): Outline {
  return {
    object: sObject,
    fields: fields.map((field) => {
      if (field.type === 'Field') return field.field;
      return 'rawValue' in field ? String(field.rawValue) : field.type;
    }),
    conditions: where ? parsedConditions(where) : [],
    order: [orderBy ?? []].flat().map((each) => {
      return `${'field' in each ? each.field : ''} ${each.order ?? 'ASC'}`;
    }),
    limit,
  };
}

function parsedConditions(where: WhereClause): readonly (string | Comparison)[] {
  const { left, operator, right } = where as { left: Left | null; operator?: string; right?: WhereClause };
  const word = operator === undefined ? [] : [operator];
  return [...(left ? [parsedComparison(left)] : []), ...word, ...(right ? parsedConditions(right) : [])];
}

interface Left {
  readonly field?: string;
  readonly operator: string;
  readonly value?: string | readonly string[];
  readonly valueQuery?: ParsedQuery;
}

function parsedComparison({ field = '', operator, value, valueQuery }: Left): Comparison {
  if (valueQuery) return { field, operator, values: outlineOfParsed(valueQuery) };
  const values = [value ?? []].flat().map((text) => {
    return text.startsWith("'") ? text.replace(/\\(['"\\])/g, '$1') : text.toUpperCase();
  });
  return { field, operator: operator === '<>' ? '!=' : operator, values };
}

/** Every field that a query names, by object; paths through a relationship under their first part. */
export function fieldsIn(outline: Outline): readonly (readonly [object: string, field: string])[] {
  const { object, fields, conditions, order } = outline;
  const comparisons = conditions.filter((each) => typeof each !== 'string');
  const own = [
    ...fields.filter((field) => field !== 'COUNT()'),
    ...comparisons.map(({ field }) => field),
    ...order.map((each) => each.split(' ')[0]!),
  ];
  const inner = comparisons.flatMap(({ values }) => ('object' in values ? fieldsIn(values) : []));
  return [...own.map((field) => [object, field] as const), ...inner];
}
