/** The conditions of field rules and follow-ups. Texts are compared without regard to case and accents. */
import { coerce } from './coerce/coerce.ts';
import { fold } from './coerce/text.ts';
import { type EventView, lookUp } from './event-view.ts';
import type { Condition } from './schema/condition.ts';

interface Conditions {
  readonly all?: readonly Condition[] | undefined;
  readonly any?: readonly Condition[] | undefined;
}

/** All of `all`, and at least one of `any`; a list that is absent holds. */
export function conditionsHold({ all, any }: Conditions, view: EventView): boolean {
  const every = all?.every((condition) => conditionHolds(condition, view)) ?? true;
  return every && (any?.some((condition) => conditionHolds(condition, view)) ?? true);
}

function conditionHolds(condition: Condition, view: EventView): boolean {
  const { path, equals, in: accepted = [equals], contains, exists, atLeast, atMost, decimal } = condition;
  const value = lookUp(view, path);
  if (exists !== undefined) return isPresent(value) === exists;
  if (contains !== undefined) return containsText(value, contains);
  if (atLeast !== undefined || atMost !== undefined) {
    const amount = amountOf(value, decimal);
    if (amount === undefined) return false;
    return amount >= (atLeast ?? Number.NEGATIVE_INFINITY) && amount <= (atMost ?? Number.POSITIVE_INFINITY);
  }
  return isScalar(value) && accepted.some((each) => fold(String(each)) === fold(String(value)));
}

function containsText(value: unknown, text: string): boolean {
  if (Array.isArray(value)) return value.some((each) => isScalar(each) && fold(String(each)) === fold(text));
  return isScalar(value) && fold(String(value)).includes(fold(text));
}

const NUMBER_FIELD = { name: '', label: '', type: 'number', createable: true, updateable: true } as const;

/** Undefined for a value that is no amount, or is ambiguous. */
function amountOf(value: unknown, decimal: Condition['decimal']): number | undefined {
  const coerced = coerce(value, NUMBER_FIELD, { as: 'money', decimal, timeZone: 'UTC' });
  return 'value' in coerced ? (coerced.value as number) : undefined;
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isPresent(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'string') return value.trim() !== '';
  return !Array.isArray(value) || value.length > 0;
}
