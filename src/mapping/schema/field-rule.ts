/** The sections `person`, `call` and `task`: a rule for each field of the CRM. */
import { z } from 'zod';
import { PHONE_FORMATS } from '../coerce/phone.ts';
import { conditions } from './condition.ts';
import { dateFormats, decimalSign, exactlyOne, localizedText, path, paths, scalar } from './values.ts';

export const writeRule = z
  .enum(['always', 'newest', 'if-empty', 'append'])
  .describe(
    'newest: unless a later call has written the field. if-empty: only where the CRM’s field is empty. append: added to a list',
  );

export const fieldRule = z
  .strictObject({
    from: paths.optional().describe('A path of the event, or several: the first that holds a value counts'),
    template: localizedText.optional().describe('Text with {{path}} in it'),
    constant: z.union([scalar, z.array(z.string())]).optional(),
    as: z
      .enum(['text', 'number', 'money', 'date', 'datetime', 'boolean', 'option', 'options', 'phone'])
      .optional()
      .describe('The type of the value; by default the type of the CRM’s field'),
    formats: dateFormats.optional().describe('Date formats besides ISO 8601, such as DD/MM/YYYY'),
    format: z
      .enum(PHONE_FORMATS)
      .optional()
      .describe(
        'For phone numbers: e164 (+525512345678, the default), national (5512345678) or international (+52 55 1234 5678)',
      ),
    decimal: decimalSign.optional().describe('For money: the decimal sign'),
    values: z
      .record(z.string(), scalar)
      .optional()
      .describe('A table: the CRM’s value for a value of the event, or for each item of a list'),
    otherwise: scalar.optional().describe('For a value that `values` does not name, or a list of such'),
    default: scalar.optional().describe('For an event that holds no value'),
    ...conditions,
    when: writeRule.optional(),
    label: z.string().optional().describe('The label of the field when `provision` creates it'),
  })
  .refine(...exactlyOne(['from', 'template', 'constant']));

/** By the CRM's name of the field. `null` removes a field of the default mapping. */
export const fieldRules = z.record(z.string().min(1), z.union([fieldRule, path, z.null()]));

export type FieldRule = z.output<typeof fieldRule>;
export type FieldRules = z.output<typeof fieldRules>;
