/** Whether the CRM has these calls, no matter who wrote them. Reads only. */
import type { CrmClient } from './crm.ts';
import { fitKey } from './keys.ts';

/** The record id of each call, in order; undefined where there is none. All calls share the requests. */
export async function findCalls(
  client: CrmClient,
  callIds: readonly string[],
  signal?: AbortSignal,
): Promise<readonly (string | undefined)[]> {
  const keyField = client.schema.call.get(client.keyFields.call);
  const keys = callIds.map((callId) => fitKey(callId, keyField));
  // No call is written without a key, and CRMs reject a look-up that holds an empty one.
  const asked = [...new Set(keys)].filter((key) => key !== '');
  if (asked.length === 0) return keys.map(() => undefined);
  const found = await client.findActivities('call', asked, signal);
  return keys.map((key) => found.get(key));
}
