/** Logs why the calls of a batch were not written. A pause is logged where the queue is paused. */
import type { Log } from '../../connectors/connector.ts';
import type { Delivery } from '../queue/job.ts';
import type { FinalDecision } from './job-decision.ts';

/** So that a line stays readable; further calls follow on lines of their own. */
const MAX_IDS_PER_LINE = 25;

export function logDecisions(
  log: Log,
  crm: string,
  calls: readonly Delivery[],
  decisions: readonly FinalDecision[],
): void {
  for (const { decision, callIds } of alike(calls, decisions)) {
    for (const ids of chunks(callIds)) logDecision(log, crm, decision, ids);
  }
}

function logDecision(log: Log, crm: string, decision: FinalDecision, callIds: readonly string[]): void {
  const about = { ...idsOf(callIds), crm };
  switch (decision.action) {
    case 'retry': {
      const { code, reason, attempt, of, delayMs } = decision;
      const message = callIds.length === 1 ? 'call will be retried' : 'calls will be retried';
      log.warn(message, { ...about, code, reason, attempt, of, inMs: delayMs });
      return;
    }
    case 'delay': {
      const { code, reason, delayMs } = decision;
      log.info(callIds.length === 1 ? 'call delayed' : 'calls delayed', {
        ...about,
        code,
        reason,
        inMs: delayMs,
      });
      return;
    }
    case 'fail': {
      const { action: _, ...cause } = decision;
      for (const callId of callIds) log.error('call is a dead letter', { callId, crm, ...cause });
      return;
    }
    case 'requeue':
      log.debug('calls go back into the queue', about);
      return;
    default:
  }
}

/** The ids of a line about several calls. */
export function idsOf(callIds: readonly string[]): object {
  const [callId] = callIds;
  return callIds.length === 1 ? { callId } : { callIds, calls: callIds.length };
}

export function chunks(callIds: readonly string[]): string[][] {
  const count = Math.ceil(callIds.length / MAX_IDS_PER_LINE);
  return Array.from({ length: count }, (_, index) => {
    return callIds.slice(index * MAX_IDS_PER_LINE, (index + 1) * MAX_IDS_PER_LINE);
  });
}

/** Groups the calls whose lines would differ in their ids only. */
function alike(calls: readonly Delivery[], decisions: readonly FinalDecision[]) {
  const groups = new Map<string, { decision: FinalDecision; callIds: string[] }>();
  for (const [index, { event }] of calls.entries()) {
    const decision = decisions[index]!;
    const { delayMs: _, ...same } = { delayMs: 0, ...decision };
    const key = JSON.stringify(same);
    const group = groups.get(key) ?? { decision, callIds: [] };
    groups.set(key, group);
    group.callIds.push(event.id);
  }
  return groups.values();
}
