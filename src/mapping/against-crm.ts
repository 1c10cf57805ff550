/**
 * Compares the mapping with the CRM's own fields, before a call needs them: what the mapping itself sets a field to, and
 * what the event is known to hold. The coercion of calls decides what fits, so nothing is reported that would be written.
 */
import type { CrmField, CrmObject, CrmSchema } from '../../connectors/connector.ts';
import type { CompiledRule } from './field-rules.ts';
import { checkFixedValue, type Mismatch, optionList, skip, TITLES } from './fixed-value-fit.ts';
import { fixedValues } from './fixed-values.ts';
import { type KnownPath, knownPath, LIST } from './known-paths.ts';
import { PLACEHOLDER, pathsOf } from './template.ts';
import type { Place } from './validate/content.ts';

export interface CrmMismatch extends Mismatch {
  readonly object: CrmObject;
  /** Of the value in the mapping file. */
  readonly place: Place;
}

/** Fields that the CRM lacks, or that may not be written, are not compared. */
export function compareWithCrm(rules: readonly CompiledRule[], schema: CrmSchema): readonly CrmMismatch[] {
  return rules.flatMap((rule) => {
    const { object, name, definition } = rule;
    const field = schema[object].get(name);
    if (!field || (!field.createable && !field.updateable)) return [];
    const at = (place: Place, mismatch: Mismatch | undefined): CrmMismatch[] =>
      mismatch === undefined ? [] : [{ ...mismatch, object, place: [object, name, ...place] }];
    const fixed = fixedValues(definition).flatMap(({ place, value }) =>
      at(
        place,
        checkFixedValue(value, field, (raw) => rule.coerce(raw, field)),
      ),
    );
    return [
      ...fixed,
      ...at(['when'], checkAppend(rule, field)),
      ...at(definition.from === undefined ? [] : ['from'], checkSource(rule, field)),
    ];
  });
}

function checkAppend({ when }: CompiledRule, { type }: CrmField): Mismatch | undefined {
  if (when !== 'append' || type === 'text' || type === 'options') return undefined;
  return skip(
    `\`append\` adds to a list, the CRM’s field is ${TITLES[type]}`,
    'write `when: newest`, or use a text or multi-select field',
  );
}

/** What the event is known to hold, or what `as` makes of it: can it be written at all? */
function checkSource(rule: CompiledRule, field: CrmField): Mismatch | undefined {
  const { from, template, values, as } = rule.definition;
  if (template !== undefined) return checkTemplate(template, field);
  // A table makes something else of it.
  if (from === undefined || values !== undefined || field.type === 'text') return undefined;
  const paths = [from].flat().map(knownPath);
  const held = paths.every((path) => path !== undefined) ? paths : asExamples(as);
  if (!held) return undefined;
  const what = `${rule.source} is ${held.map(({ kind }) => kind).join(' or ')}`;
  if (field.type === 'option' && held.some(({ kind }) => kind === LIST.kind))
    return skip(
      `${what}, the CRM’s field takes one option: a call with two of them is skipped`,
      'use a multi-select field, or choose one of them with `values`',
    );
  const rejected = held.filter((path) => isRejected(path, rule, field));
  if (rejected.length < held.length) return undefined;
  if (field.options && held.every(({ isComplete }) => isComplete)) {
    const missing = held.flatMap(({ examples }) => examples.filter((raw) => !fits(raw, rule, field)));
    return skip(
      `the CRM’s field has no option for ${missing.map((raw) => `\`${raw}\``).join(', ')}`,
      `translate them with \`values\`; the field has ${optionList(field.options)}`,
    );
  }
  return skip(
    `${what}, the CRM’s field is ${TITLES[field.type]}`,
    'map it to another field, or translate it with `values`',
  );
}

/** Of what the customer defines, such as the names of agents, a list may have an option for each. */
function isRejected({ examples, kind, isComplete }: KnownPath, rule: CompiledRule, field: CrmField): boolean {
  if (isComplete) return examples.some((raw) => !fits(raw, rule, field));
  const isNamed = ['a text', 'a number', LIST.kind].includes(kind);
  return !(isNamed && field.options) && examples.every((raw) => !fits(raw, rule, field));
}

function fits(raw: unknown, rule: CompiledRule, field: CrmField): boolean {
  return 'value' in rule.coerce(raw, field);
}

/** Text around placeholders is neither a number nor a date. */
function checkTemplate(
  template: string | Readonly<Record<string, string>>,
  { type }: CrmField,
): Mismatch | undefined {
  const texts = typeof template === 'string' ? [template] : Object.values(template);
  const isText = texts.some(
    (text) => pathsOf(text).length === 0 || /\p{L}/u.test(text.replace(PLACEHOLDER, '')),
  );
  if (!isText || !['number', 'boolean', 'date', 'datetime'].includes(type)) return undefined;
  return skip(
    `the template makes a text, the CRM’s field is ${TITLES[type]}`,
    'use a text field, or `from` in place of the template',
  );
}

type As = NonNullable<CompiledRule['definition']['as']>;

/** What a value is once `as` has read it. */
const AS_PATHS: Readonly<Partial<Record<As, string>>> = {
  number: 'duration',
  money: 'duration',
  datetime: 'call.at',
  phone: 'customer.phone',
};
const AS_DATE: KnownPath = { kind: 'a date', examples: ['2026-03-04'] };
const AS_BOOLEAN: KnownPath = { kind: 'yes or no', examples: [true, false] };

function asExamples(as: As | undefined): readonly KnownPath[] | undefined {
  if (as === 'date') return [AS_DATE];
  if (as === 'boolean') return [AS_BOOLEAN];
  const path = as && AS_PATHS[as];
  return path === undefined ? undefined : [knownPath(path)!];
}
