import { z } from 'zod';
import { paths } from './values.ts';

const userId = z.union([z.string().min(1), z.number()]);

export const ownerRule = z
  .union([
    userId,
    z.strictObject({
      from: paths,
      values: z
        .record(z.string(), userId)
        .optional()
        .describe('A table: the id of the CRM’s user for a value of the event'),
      otherwise: userId.optional(),
    }),
  ])
  .describe('The id of the CRM’s user: a constant, a field of the event, or one per assistant, for example');

export type OwnerRule = z.output<typeof ownerRule>;
