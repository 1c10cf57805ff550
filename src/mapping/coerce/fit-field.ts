/** A value of the right type, made to fit the CRM's field: an option it has, a text no longer than it takes. */
import type { CrmField, FieldValue } from '../../../connectors/connector.ts';
import { measureWith, shortenList, shortenText } from '../shorten.ts';
import { AMBIGUOUS, type Coerced, type Read } from './coerced.ts';
import { fold, LIST_SEPARATOR } from './text.ts';

/** `items`: of a list that the field keeps as text. */
export function fitField(value: FieldValue, field: CrmField, items?: readonly string[]): Coerced {
  if (field.type === 'option') return fitOption(String(value), field);
  if (field.type === 'options') return fitOptions(value as readonly string[], field);
  if (field.type === 'text' && typeof value === 'string') return fitText(value, field, items);
  return { value };
}

function fitText(text: string, { maxLength, lineBreakLength }: CrmField, items?: readonly string[]): Coerced {
  const measure = measureWith(lineBreakLength);
  if (maxLength === undefined || measure(text) <= maxLength) return { value: text };
  // Half an address leads nowhere.
  if (/^https?:\/\/\S+$/i.test(text)) return tooLong(maxLength);
  if (!items) return { value: shortenText(text, maxLength, measure) };
  const value = shortenList(items, LIST_SEPARATOR, maxLength);
  // An empty text would clear the field.
  return value === '' ? tooLong(maxLength) : { value };
}

function tooLong(maxLength: number): Coerced {
  return { code: 'VALUE_TOO_LONG', reason: `is longer than the ${maxLength} characters of the CRM’s field` };
}

function fitOption(text: string, field: CrmField): Coerced {
  const option = findOption(text, field);
  if (option === AMBIGUOUS) return AMBIGUOUS_OPTION;
  if (option !== undefined) return { value: option };
  return { code: 'OPTION_MISSING', reason: 'is not one of the options of the CRM’s field' };
}

const AMBIGUOUS_OPTION = {
  code: 'VALUE_AMBIGUOUS',
  reason: 'matches more than one option of the CRM’s field',
} as const;

function fitOptions(list: readonly string[], field: CrmField): Coerced {
  const options: string[] = [];
  for (const text of list) {
    const option = findOption(text, field);
    if (option === AMBIGUOUS) return AMBIGUOUS_OPTION;
    if (option === undefined)
      return {
        code: 'OPTION_MISSING',
        reason: 'holds something that is not among the options of the CRM’s field',
      };
    options.push(option);
  }
  return { value: options };
}

/** By value, then by label, then by either without regard to case and accents. */
function findOption(text: string, { options }: CrmField): Read<string> {
  if (!options) return text;
  const exact = options.find(({ value }) => value === text) ?? options.find(({ label }) => label === text);
  if (exact) return exact.value;
  const folded = fold(text);
  const alike = options.filter(({ value, label }) => fold(value) === folded || fold(label) === folded);
  return alike.length > 1 ? AMBIGUOUS : alike[0]?.value;
}
