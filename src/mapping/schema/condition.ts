/** The conditions of field rules and follow-ups. */
import { z } from 'zod';
import { decimalSign, exactlyOne, path, scalar } from './values.ts';

export const condition = z
  .strictObject({
    path,
    equals: scalar.optional(),
    in: z.array(scalar).min(1).optional(),
    contains: z.string().optional().describe('A list has this item, or a text contains it'),
    exists: z.boolean().optional(),
    atLeast: z.number().optional().describe('A number or an amount of money, this or more'),
    atMost: z.number().optional().describe('A number or an amount of money, this or less'),
    decimal: decimalSign.optional().describe('For amounts: the decimal sign'),
  })
  .refine(...exactlyOne(['equals', 'in', 'contains', 'exists', 'atLeast', 'atMost']));

/** The keys of a rule that may have conditions. */
export const conditions = {
  all: z.array(condition).min(1).optional().describe('All of these conditions hold'),
  any: z.array(condition).min(1).optional().describe('At least one of these conditions holds'),
};

export type Condition = z.output<typeof condition>;
