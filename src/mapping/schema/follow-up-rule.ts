/** The sections `followUps` and `businessHours`. */
import { z } from 'zod';
import { ownerRule } from './owner-rule.ts';
import {
  dateFormats,
  decimalSign,
  exactlyOne,
  localizedText,
  path,
  paths,
  scalar,
  timeOfDay,
} from './values.ts';

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

const delay = z
  .string()
  .regex(
    /^\d{1,4} (business )?(hours?|days?)$/,
    'must be like `4 hours`, `1 day`, `3 business hours` or `2 business days`',
  );

const due = z.strictObject({
  from: paths.optional(),
  formats: dateFormats.optional(),
  in: delay.optional().describe('After the date, or after the call where there is no date'),
  at: timeOfDay.optional().describe('At this time of that day; by default when business hours begin'),
});

export const followUpRule = z.strictObject({
  all: z.array(condition).min(1).optional().describe('All of these conditions hold'),
  any: z.array(condition).min(1).optional().describe('At least one of these conditions holds'),
  subject: localizedText,
  body: localizedText.optional(),
  due: due
    .optional()
    .describe('By default the end of the call. A time outside business hours moves to when they begin next'),
  priority: z.enum(['low', 'medium', 'high']).optional(),
  owner: ownerRule.optional(),
});

export const businessHours = z
  .strictObject({
    days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
    from: timeOfDay,
    to: timeOfDay,
  })
  .refine(({ from, to }) => from < to, {
    message: 'must be after `from`: business hours begin before they end',
    path: ['to'],
  });

export type Condition = z.output<typeof condition>;
export type FollowUpRule = z.output<typeof followUpRule>;
export type BusinessHours = z.output<typeof businessHours>;
