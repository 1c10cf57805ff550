/** Semantic validation of a field rule. */
import type { FieldType } from '../../../connectors/connector.ts';
import { coerce } from '../coerce/coerce.ts';
import { fixedValues } from '../fixed-values.ts';
import { type FieldRule, fieldRule } from '../schema/field-rule.ts';
import type { Localized } from '../schema/values.ts';
import { checkCallOutcomes } from './call-outcomes.ts';
import { checkConditions } from './condition-semantics.ts';
import type { Place } from './content.ts';
import type { MappingIssue } from './issue.ts';

export function checkFieldRule(content: unknown, place: Place): MappingIssue[] {
  const conditions = checkConditions(content, place);
  const rule = fieldRule.safeParse(content).data;
  if (!rule) return conditions;
  const { from, template, values = {} } = rule;
  return [
    ...conditions,
    ...checkOptions(rule, place),
    ...checkText(template, [...place, 'template']),
    ...checkFixedValues(rule, place),
    ...checkCallOutcomes([from ?? []].flat(), Object.keys(values), (value) => [...place, 'values', value]),
  ];
}

/** Options that have no effect beside the others. */
function checkOptions(
  { from, as, values, otherwise, format, formats, decimal, when }: FieldRule,
  place: Place,
): MappingIssue[] {
  const without: (readonly [key: string, isWithout: unknown, message: string])[] = [
    ['values', from === undefined && values, 'is for `from`: a template or a constant is written as it is'],
    [
      'otherwise',
      from !== undefined && otherwise !== undefined && !values,
      'is for values that `values` does not name: add `values`, or use `default` for an event without a value',
    ],
    [
      'formats',
      formats && as !== undefined && as !== 'date' && as !== 'datetime',
      `is for dates, not for ${as}: set \`as: date\`, or remove it`,
    ],
    [
      'format',
      format && as !== 'phone',
      formats || as === 'date' || as === 'datetime' || as === undefined
        ? 'is for phone numbers: set `as: phone`; formats of dates are `formats: [DD/MM/YYYY]`'
        : 'is for phone numbers: set `as: phone`, or remove it',
    ],
    ['decimal', decimal && as !== 'money', 'is for money: set `as: money`'],
    [
      'when',
      when === 'append' && as !== undefined && as !== 'text' && as !== 'options',
      `\`append\` adds to a list, such as tags, not to a ${as}`,
    ],
  ];
  return without
    .filter(([, isWithout]) => isWithout)
    .map(([key, , message]) => ({ code: 'NO_EFFECT', place: [...place, key], message }));
}

/** A text, in each language, must not be blank. */
function checkText(text: Localized | undefined, place: Place): MappingIssue[] {
  if (text === undefined) return [];
  const texts = typeof text === 'object' ? Object.entries(text) : [[undefined, text] as const];
  return texts.flatMap(([language, each]): MappingIssue[] => {
    if (each.trim() !== '') return [];
    const where = language === undefined ? place : [...place, language];
    return [{ code: 'EMPTY_VALUE', place: where, message: 'must not be empty' }];
  });
}

/** A value in the file that the rule's own `as` cannot read would be skipped for every call. */
function checkFixedValues(rule: FieldRule, place: Place): MappingIssue[] {
  const { as, formats, decimal } = rule;
  if (as === undefined || as === 'text' || as === 'option' || as === 'options') return [];
  const type: FieldType = as === 'money' ? 'number' : as === 'phone' ? 'text' : as;
  const field = { name: '', label: '', type, createable: true, updateable: true };
  return fixedValues(rule).flatMap(({ place: where, value }): MappingIssue[] => {
    if (value === '') return [];
    const coerced = coerce(value, field, { as, formats, decimal, timeZone: 'UTC', country: 'MX' });
    if ('value' in coerced) return [];
    return [{ code: 'INVALID_VALUE', place: [...place, ...where], message: coerced.reason }];
  });
}
