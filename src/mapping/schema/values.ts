/** The values that several sections of a mapping file hold. */
import { z } from 'zod';

export const path = z.string().min(1).describe('A path of the event, such as customer.status or duration');

export const paths = z.union([path, z.array(path).min(1)]);

export const scalar = z.union([z.string(), z.number(), z.boolean()]);

export const localizedText = z
  .union([z.string(), z.strictObject({ en: z.string(), es: z.string() })])
  .describe('Text, or one text per LANGUAGE');

export const dateFormats = z.array(z.string()).min(1);

export const decimalSign = z.enum(['.', ',']);

export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:00');

/** The rule of a zod refinement: exactly one of these keys is present. */
export function exactlyOne<Key extends string>(keys: readonly Key[]) {
  return [
    (object: { readonly [key in Key]?: unknown }) =>
      keys.filter((key) => object[key] !== undefined).length === 1,
    {
      message: `needs exactly one of ${keys.slice(0, -1).join(', ')} and ${keys.at(-1)}`,
      params: { code: 'MISSING_KEY', keys },
    },
  ] as const;
}

export type Scalar = z.output<typeof scalar>;
export type Localized = z.output<typeof localizedText>;
