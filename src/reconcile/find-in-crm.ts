/** Asks the CRM for calls, however many: waits while it is busy, and tries again while it is down. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Connector, CrmError } from '../../connectors/connector.ts';

/** Five requests of HubSpot, one of Salesforce: no more than that is asked again after a failure. */
const AT_ONCE = 500;
const ATTEMPTS = 6;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

export interface FindInCrmOptions {
  readonly signal?: AbortSignal | undefined;
  /** How many calls were asked for since the last time. */
  onAsked?(count: number): void;
  readonly firstRetryMs?: number;
}

/** A connector that can be asked for calls. */
export type FindsCalls = Required<Pick<Connector, 'findCalls'>>;

export function canFindCalls<C extends Pick<Connector, 'findCalls'>>(
  connector: C,
): connector is C & FindsCalls {
  return connector.findCalls !== undefined;
}

/** Record ids by call id. Throws CrmError. */
export async function findInCrm(
  connector: FindsCalls,
  callIds: readonly string[],
  { signal, onAsked, firstRetryMs = FIRST_RETRY_MS }: FindInCrmOptions = {},
): Promise<ReadonlyMap<string, string>> {
  const records = new Map<string, string>();
  for (let start = 0; start < callIds.length; start += AT_ONCE) {
    const some = callIds.slice(start, start + AT_ONCE);
    const found = await patiently(() => connector.findCalls(some, signal), firstRetryMs, signal);
    for (const [index, id] of found.entries()) if (id !== undefined) records.set(some[index]!, id);
    onAsked?.(some.length);
  }
  return records;
}

async function patiently<T>(ask: () => Promise<T>, firstRetryMs: number, signal?: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      const mayPass =
        error instanceof CrmError && (error.kind === 'unavailable' || error.kind === 'rate_limited');
      if (!mayPass || attempt === ATTEMPTS || signal?.aborted) throw error;
      const backoffMs = firstRetryMs * 2 ** (attempt - 1);
      const waitMs = Math.min(Math.max(backoffMs, error.retryAfterMs ?? 0), MAX_RETRY_MS);
      await delay(waitMs, undefined, signal && { signal });
    }
  }
}
