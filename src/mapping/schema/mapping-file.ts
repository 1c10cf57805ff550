/** The schema of a mapping file. The default mappings of the connectors are such files too. */
import { z } from 'zod';
import { callRule } from './call-rule.ts';
import { fieldRules, writeRule } from './field-rule.ts';
import { businessHours, followUpRule } from './follow-up-rule.ts';
import { ownerRule } from './owner-rule.ts';
import { dateFormats } from './values.ts';

const identity = z.union([
  z.enum(['key', 'phone', 'record-id']),
  z.strictObject({ field: z.string().min(1) }).describe('A unique field of yours that holds f_id'),
]);

/** `object`, `assignmentRules` and `associate`: the connector's match options say what the CRM has. */
const match = z.strictObject({
  by: z.array(identity).min(1).optional().describe('How to find the person, in this order'),
  onMissing: z.enum(['create', 'log-only', 'skip']).optional(),
  onMany: z.enum(['newest', 'oldest', 'skip']).optional(),
  object: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe(
      'The CRM’s object for people, where the CRM has several. Of a list, the first that matches is the person; where none does, the first of the list is created',
    ),
  assignmentRules: z
    .boolean()
    .optional()
    .describe(
      'The CRM’s assignment rules choose the owner of people who are created, where the CRM has such rules',
    ),
  associate: z
    .array(z.string())
    .optional()
    .describe('Further records that calls and follow-ups are linked to, where the CRM has them'),
});

const extractedRule = z.strictObject({
  prefix: z.string().optional().describe('Before the name of the field, such as altur_'),
  suffix: z.string().optional().describe('After the name of the field, for CRMs that mark custom fields'),
  case: z.enum(['snake', 'Capitals']).optional().describe('payment_amount or Payment_Amount'),
  when: writeRule.optional(),
  formats: dateFormats.optional(),
  except: z.array(z.string()).optional().describe('Extracted data that this rule does not write'),
});

export const mappingSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors only'),
  match: match.optional(),
  calls: z.array(callRule).optional().describe('Which calls to log; the first rule that fits decides'),
  person: fieldRules.optional(),
  extracted: z
    .union([extractedRule, z.null()])
    .optional()
    .describe(
      'One rule for all extracted data: each value goes to the field of its name, where the CRM has it',
    ),
  call: fieldRules.optional(),
  task: fieldRules.optional().describe('How a follow-up becomes a task of the CRM'),
  followUps: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'must be a short name of a–z, 0–9, - and _'),
      z.union([followUpRule, z.null()]),
    )
    .optional()
    .describe('Follow-up tasks: one per call and rule whose conditions hold'),
  owner: ownerRule
    .optional()
    .describe('The owner of the call and its follow-ups; a follow-up may name another'),
  businessHours: z
    .union([businessHours, z.null()])
    .optional()
    .describe('In DEFAULT_TIMEZONE; null: at any time. By default Monday to Friday, 09:00 to 18:00'),
});

export type MappingFile = z.output<typeof mappingSchema>;
export type ExtractedRule = z.output<typeof extractedRule>;
