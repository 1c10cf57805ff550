/** Conditions on an event. Texts are compared without regard to case and accents: they were heard, not typed. */

import { coerce } from './coerce/coerce.ts';
import { fold, lookUp, type View } from './event-view.ts';
import type { Condition } from './schema.ts';

interface Conditions {
  readonly all?: readonly Condition[] | undefined;
  readonly any?: readonly Condition[] | undefined;
}

/** Every one of `all`, and one of `any`; what is not given holds. */
export function holds({ all, any }: Conditions, view: View): boolean {
  const every = all?.every((condition) => meets(condition, view)) ?? true;
  return every && (any?.some((condition) => meets(condition, view)) ?? true);
}

function meets(condition: Condition, view: View): boolean {
  const { path, equals, in: among = [equals], contains, exists, atLeast, atMost, decimal } = condition;
  const value = lookUp(view, path);
  if (exists !== undefined) return isPresent(value) === exists;
  if (contains !== undefined) return holdsText(value, contains);
  if (atLeast !== undefined || atMost !== undefined) {
    const amount = amountOf(value, decimal);
    if (amount === undefined) return false;
    return amount >= (atLeast ?? Number.NEGATIVE_INFINITY) && amount <= (atMost ?? Number.POSITIVE_INFINITY);
  }
  return isPlain(value) && among.some((each) => fold(String(each)) === fold(String(value)));
}

function holdsText(value: unknown, text: string): boolean {
  if (Array.isArray(value)) return value.some((each) => isPlain(each) && fold(String(each)) === fold(text));
  return isPlain(value) && fold(String(value)).includes(fold(text));
}

const AMOUNT = { name: '', label: '', type: 'number', createable: true, updateable: true } as const;

/** Undefined for what is no number, or could be two. */
function amountOf(value: unknown, decimal: Condition['decimal']): number | undefined {
  const read = coerce(value, AMOUNT, { as: 'money', decimal, timeZone: 'UTC' });
  return 'value' in read ? (read.value as number) : undefined;
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isPresent(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'string') return value.trim() !== '';
  return !Array.isArray(value) || value.length > 0;
}
