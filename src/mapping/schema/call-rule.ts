/** The section `calls`: which calls are written to the CRM. */
import { z } from 'zod';

export const CALL_OUTCOMES = [
  'connected',
  'voicemail',
  'no-answer',
  'busy',
  'failed',
  'wrong-number',
] as const;

const callOutcome = z.enum(CALL_OUTCOMES);

export const callRule = z.strictObject({
  outcome: z.union([callOutcome, z.array(callOutcome).min(1)]).optional(),
  direction: z.enum(['inbound', 'outbound']).optional(),
  shorterThan: z.number().positive().optional().describe('Seconds'),
  longerThan: z.number().nonnegative().optional().describe('Seconds'),
  do: z
    .enum(['log', 'log-only', 'skip'])
    .describe('log-only: the call is linked to the person, who is neither updated nor created'),
});

export type CallOutcome = z.output<typeof callOutcome>;
export type CallRule = z.output<typeof callRule>;
