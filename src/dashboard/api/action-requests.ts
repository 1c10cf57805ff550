/** The bodies of actions. */
import { z } from 'zod';

/** More are never on a page. */
const MAX_CALLS = 1_000;

const callIds = z.array(z.string().min(1).max(1_000)).min(1).max(MAX_CALLS);
const object = z.enum(['person', 'call', 'task']);
const field = z.string().min(1).max(255);

export const selectionRequest = z.union([
  z.strictObject({ group: z.string().min(1).max(2_000) }),
  z.strictObject({ callIds }),
]);
export const resyncRequest = z.strictObject({ callIds });
/** The last days; more are reported by the command. */
export const statementsRequest = z.strictObject({ days: z.int().min(1).max(31) });
export const checkRequest = z.strictObject({ callId: z.string().min(1).max(1_000) });
export const fieldRequest = z.strictObject({ object, field });
export const optionRequest = z.strictObject({ object, field, option: z.string().trim().min(1).max(255) });
