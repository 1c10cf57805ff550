/** The sections `followUps` and `businessHours`. */
import { z } from 'zod';
import { conditions } from './condition.ts';
import { ownerRule } from './owner-rule.ts';
import { dateFormats, localizedText, paths, timeOfDay } from './values.ts';

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
  ...conditions,
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

export type FollowUpRule = z.output<typeof followUpRule>;
export type BusinessHours = z.output<typeof businessHours>;
