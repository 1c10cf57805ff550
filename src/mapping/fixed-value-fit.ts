/** A value that the mapping itself names, compared with the CRM's field: its type, its length, its options. */
import type { CrmField, FieldType } from '../../connectors/connector.ts';
import type { Coerced } from './coerce/coerced.ts';
import { fold, LIST_SEPARATOR, toList, toText } from './coerce/text.ts';
import type { FixedValue } from './fixed-values.ts';
import { measureWith } from './shorten.ts';
import { nearest } from './validate/nearest.ts';

/** `skip`: it is not written. `differs`: something else is written. `note`: it is written as meant, though not as it stands in the mapping. */
export interface Mismatch {
  readonly level: 'skip' | 'differs' | 'note';
  readonly message: string;
  /** Absent where nothing is to be done. */
  readonly fix?: string;
}

export const skip = (message: string, fix: string): Mismatch => ({ level: 'skip', message, fix });

/** The types of the CRM's fields, in messages. */
export const TITLES: Readonly<Record<FieldType, string>> = {
  text: 'a text',
  number: 'a number',
  boolean: 'yes or no',
  date: 'a date',
  datetime: 'a time',
  option: 'a list from which it takes one option',
  options: 'a list of options',
};

/** `coerce`: as it is done with every call. An empty text clears the field. */
export function checkFixedValue(
  value: FixedValue['value'],
  field: CrmField,
  coerce: (raw: unknown) => Coerced,
): Mismatch | undefined {
  const text = toText(value);
  if (text === undefined || text === '') return undefined;
  const coerced = coerce(value);
  if ('value' in coerced) return noteOf(text, field);
  switch (coerced.code) {
    case 'OPTION_MISSING':
      return missingOption(value, field);
    case 'VALUE_AMBIGUOUS':
      if (field.options === undefined) break;
      return skip(
        `\`${text}\` matches more than one option`,
        `write the value of one: ${optionList(field.options)}`,
      );
    default:
  }
  return skip(
    `\`${text}\` ${coerced.reason}`,
    `write a value that is ${TITLES[field.type]}, or map another field`,
  );
}

function missingOption(value: FixedValue['value'], field: CrmField): Mismatch {
  const { options = [], inactiveOptions = [] } = field;
  const items = field.type === 'options' ? (toList(value) ?? []) : [String(value)];
  const item = items.find((each) => !isOption(each, options)) ?? items.join(LIST_SEPARATOR);
  if (inactiveOptions.includes(item))
    return skip(
      `\`${item}\` is an inactive option of the CRM’s field`,
      `activate it, or write one of ${optionList(options)}`,
    );
  const near = nearestOption(item, options);
  const message = `\`${item}\` is not an option of the CRM’s field`;
  if (near !== undefined) return skip(message, `write \`${near}\`; the field has ${optionList(options)}`);
  return skip(message, `write one of ${optionList(options)}, or add the option in the CRM`);
}

type Options = NonNullable<CrmField['options']>;

function isOption(text: string, options: Options): boolean {
  return options.some(({ value, label }) => [value, label].some((each) => fold(each) === fold(text)));
}

function nearestOption(text: string, options: Options): string | undefined {
  const names = options.flatMap(({ value, label }) => [fold(value), fold(label)]);
  const near = nearest(fold(text), names, Math.max(1, Math.floor(text.length / 4)));
  return options.find((option) => near !== undefined && isOption(near, [option]))?.value;
}

/** Written, but not as a reader of the mapping expects. */
function noteOf(text: string, field: CrmField): Mismatch | undefined {
  const { type, maxLength, lineBreakLength, options, valueLabels } = field;
  if (type === 'text') {
    const length = measureWith(lineBreakLength)(text);
    if (maxLength === undefined || length <= maxLength) return undefined;
    return {
      level: 'differs',
      message: `has ${length} characters, the CRM’s field takes ${maxLength}: the rest is cut`,
      fix: 'shorten it',
    };
  }
  if (options) return labelNote(text, type === 'options', options);
  if (type === 'option' && valueLabels) return newValue(text, valueLabels);
  return undefined;
}

function labelNote(text: string, isList: boolean, options: Options): Mismatch | undefined {
  const items = isList ? (toList(text) ?? []) : [text];
  const item = items.find((each) => !options.some(({ value }) => value === each));
  const meant = item === undefined ? undefined : options.find((option) => isOption(item, [option]));
  if (item === undefined || !meant) return undefined;
  const message = meant.label === item ? `\`${item}\` is the label` : `there is no \`${item}\``;
  return { level: 'note', message: `${message}; the value \`${meant.value}\` is written` };
}

/** A picklist that takes any text: a value that differs in case or by a letter is counted as another one. */
function newValue(text: string, valueLabels: NonNullable<CrmField['valueLabels']>): Mismatch | undefined {
  const options = Object.entries(valueLabels).map(([value, label]) => ({ value, label }));
  if (options.some(({ value }) => value === text)) return undefined;
  const alike = options.find((option) => isOption(text, [option]))?.value;
  const near = alike ?? nearest(text, text.length < 4 ? [] : Object.keys(valueLabels), 1);
  if (near === undefined) return undefined;
  const message = `\`${text}\` becomes a new value of the picklist, beside its \`${near}\``;
  return { level: 'differs', message, fix: `write \`${near}\`` };
}

const MAX_OPTIONS = 8;

/** `won` (Won), `lost` (Lost) … */
export function optionList(options: Options): string {
  const named = options
    .slice(0, MAX_OPTIONS)
    .map(({ value, label }) => (label === value ? `\`${value}\`` : `\`${value}\` (${label})`));
  const more = options.length - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
