/** The values that a field rule itself names: whatever the event holds, a field is set to one of these. */
import type { FieldRule } from './schema/field-rule.ts';
import type { Scalar } from './schema/values.ts';
import type { Place } from './validate/content.ts';

export interface FixedValue {
  /** Below the rule: `['constant']`, `['values', 'converted']`. */
  readonly place: Place;
  readonly value: Scalar | readonly string[];
}

export function fixedValues({
  constant,
  values = {},
  otherwise,
  default: fallback,
}: FieldRule): readonly FixedValue[] {
  const named: (readonly [Place, FixedValue['value'] | undefined])[] = [
    [['constant'], constant],
    ...Object.entries(values).map(([name, value]) => [['values', name], value] as const),
    [['otherwise'], otherwise],
    [['default'], fallback],
  ];
  return named.flatMap(([place, value]) => (value === undefined ? [] : [{ place, value }]));
}
