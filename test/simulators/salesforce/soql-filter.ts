import { sameCase } from '../kit/unique-keys.ts';
import { ApiError } from './api-error.ts';
import type { Field } from './field.ts';
import { isRecordId, shortId } from './record-id.ts';
import type { Row, Value } from './row.ts';
import type { Condition, Literal, Query } from './soql-query-tree.ts';

export type Test = (row: Row) => boolean;

/** Resolves names in a condition: the fields that the user sees, and the column of a subquery. */
export interface Scope {
  fieldOf(name: string): Field;
  select(query: Query): readonly Value[];
}

/** Turns a condition into a test of rows. */
export function rowTest(condition: Condition, scope: Scope): Test {
  const { fieldOf } = scope;
  switch (condition.kind) {
    case 'and': {
      const parts = condition.parts.map((part) => rowTest(part, scope));
      return (row) => parts.every((part) => part(row));
    }
    case 'or': {
      const parts = condition.parts.map((part) => rowTest(part, scope));
      return (row) => parts.some((part) => part(row));
    }
    case 'not': {
      const part = rowTest(condition.part, scope);
      return (row) => !part(row);
    }
    case 'in': {
      const field = filterable(fieldOf(condition.field));
      const values = new Set(condition.values.map((value) => operand(field, value)));
      return (row) => values.has(comparable(field, row[field.name] ?? null)) !== condition.negated;
    }
    case 'in-select': {
      const field = filterable(fieldOf(condition.field));
      if (field.type !== 'id' && field.type !== 'reference') {
        throw new ApiError(400, 'INVALID_FIELD', `field '${field.name}' is not an id, as semi-joins need`);
      }
      const values = new Set(scope.select(condition.select).map((value) => comparable(field, value)));
      values.delete(null);
      return (row) => values.has(comparable(field, row[field.name] ?? null)) !== condition.negated;
    }
    case 'compare':
      return comparison(filterable(fieldOf(condition.field)), condition);
  }
}

function comparison(field: Field, condition: Extract<Condition, { kind: 'compare' }>): Test {
  const wanted = operand(field, condition.value);
  const value = (row: Row) => comparable(field, row[field.name] ?? null);
  switch (condition.operator) {
    case '=':
      return (row) => value(row) === wanted;
    case '!=':
      return (row) => value(row) !== wanted;
    case 'LIKE': {
      const pattern = likePattern(String(wanted));
      return (row) => pattern.test(String(value(row) ?? ''));
    }
    case '<':
      return (row) => ordered(value(row), wanted, (sign) => sign < 0);
    case '<=':
      return (row) => ordered(value(row), wanted, (sign) => sign <= 0);
    case '>':
      return (row) => ordered(value(row), wanted, (sign) => sign > 0);
    case '>=':
      return (row) => ordered(value(row), wanted, (sign) => sign >= 0);
  }
}

function ordered(a: Value, b: Value, holds: (sign: number) => boolean): boolean {
  if (a === null || b === null) return false;
  return holds(a < b ? -1 : a > b ? 1 : 0);
}

/** Text is compared without case unless the field is case-sensitive; ids by their first 15 characters. */
function comparable(field: Field, value: Value): Value {
  if (typeof value !== 'string') return value;
  if (field.type === 'datetime') return Date.parse(value);
  if (field.type === 'id' || field.type === 'reference') return shortId(value);
  return sameCase(field.caseSensitive, value);
}

function operand(field: Field, literal: Literal): Value {
  if (literal.kind === 'null') return null;
  if (literal.kind !== literalKind(field)) throw wrongType(field, literal);
  if (
    (field.type === 'id' || field.type === 'reference') &&
    literal.value !== '' &&
    !isRecordId(literal.value)
  ) {
    throw new ApiError(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${literal.value}`);
  }
  // Salesforce stores an empty text as null.
  return literal.value === '' ? null : comparable(field, literal.value);
}

function literalKind(field: Field): Literal['kind'] {
  if (field.type === 'boolean') return 'boolean';
  if (field.type === 'date' || field.type === 'datetime') return 'date';
  return ['int', 'double', 'currency', 'percent'].includes(field.type) ? 'number' : 'string';
}

function wrongType(field: Field, literal: Literal): ApiError {
  const quotes = literalKind(field) === 'string' ? 'should be' : 'should not be';
  const message = `${field.name} = ${literal.value}: value of filter criterion for field '${field.name}' must be of type ${field.type} and ${quotes} enclosed in quotes`;
  return new ApiError(400, 'INVALID_FIELD', message);
}

function filterable(field: Field): Field {
  if (field.filterable) return field;
  throw new ApiError(400, 'INVALID_FIELD', `field '${field.name}' can not be filtered in a query call`);
}

/** `%` any text, `_` any character, unless escaped. */
function likePattern(like: string): RegExp {
  const source = like.replace(/\\[_%]|[%_]|[.*+?^${}()|[\]\\]/g, (part) => {
    if (part === '%') return '[^]*';
    if (part === '_') return '[^]';
    return part.length === 2 ? part[1]! : `\\${part}`;
  });
  return new RegExp(`^${source}$`, 'i');
}
