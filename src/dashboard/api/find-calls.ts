/** The search box: one text that may be a call id, the customer's own id or a phone number. */
import type { CallSearch, CallSummary } from '../../monitoring/call-history.ts';
import type { CallStatus } from '../../monitoring/call-status.ts';
import type { DashboardData } from '../dashboard-data.ts';

export interface FoundCalls {
  /** The text is the id of this call. */
  readonly callId?: string;
  /** Latest change first. */
  readonly calls: readonly CallSummary[];
}

/** A phone number has at least as many digits, and nothing but what people write between digits. */
const PHONE = /^(?=(?:\D*\d){7})[+\d\s().-]+$/;

export async function findCalls(
  data: Pick<DashboardData, 'call' | 'search'>,
  text: string,
  filters: Omit<CallSearch, 'fId' | 'phone'>,
): Promise<FoundCalls> {
  if (text === '') return { calls: await data.search(filters) };
  const [status, ...found] = await Promise.all([
    data.call(text),
    data.search({ ...filters, fId: text }),
    ...(PHONE.test(text) ? [data.search({ ...filters, phone: text })] : []),
  ]);
  const byId = new Map(found.flat().map((call) => [call.callId, call]));
  const calls = [...byId.values()].toSorted((a, b) => b.updatedAt - a.updatedAt).slice(0, filters.limit);
  return isKnown(status) ? { callId: status.callId, calls } : { calls };
}

/** Refused deliveries alone make no call, but there is something to say about the id. */
function isKnown({ state, refused }: CallStatus): boolean {
  return state !== 'unknown' || refused !== undefined;
}
