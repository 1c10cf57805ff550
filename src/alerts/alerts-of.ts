/** Decides which alerts there are, from the state of the whole service. The only place that does, but for Redis down. */
import type { Overview } from '../monitoring/overview.ts';
import { isWorker } from '../monitoring/running-processes.ts';
import { NEARLY_FULL_FROM_SHARE } from '../queue/redis-health.ts';
import type { Alert } from './alert.ts';

/** A worker that is deployed again is gone for seconds. */
const NO_WORKER_AFTER_MS = 20_000;
/** A single 5xx pauses the queue for a second. */
const UNAVAILABLE_AFTER_MS = 15_000;
/** At the start the CRM has not answered yet. */
const NOT_CONNECTED_AFTER_MS = 30_000;
/** Short quotas are waited for all day; a daily one ends calls for hours. */
const LONG_PAUSE_MS = 5 * 60_000;
const OLDEST_WAITING_MS = 5 * 60_000;
/** One may fail because Altur is being deployed. */
const FAILED_RECONCILES = 2;
const QUOTA_FROM_SHARE = 0.9;

/** A scanner's few requests are no alert; a sender with another secret makes as many in a minute. */
const REFUSED_IN_A_MINUTE = 5;
/** With few calls a wrong secret shows by this: all deliveries of a quarter of an hour were refused. */
const REFUSED_WITHOUT_ACCEPTED = 5;
const WITHOUT_ACCEPTED_MINUTES = 15;

/** The most urgent first; what explains others before them. */
export function alertsOf(overview: Overview): readonly Alert[] {
  return [
    ...noWorker(overview),
    ...crmWaits(overview),
    ...redisNearlyFull(overview),
    ...signatureFailures(overview),
    ...oldestWaiting(overview),
    ...quota(overview),
    ...reconcileFailing(overview),
    ...deadLetters(overview),
  ];
}

const calls = ({ queue }: Overview) => queue.waiting + queue.active + queue.retrying;

function noWorker(overview: Overview): Alert[] {
  if (overview.processes.some(isWorker)) return [];
  return [{ id: 'no-worker', cause: 'no-worker', afterMs: NO_WORKER_AFTER_MS, calls: calls(overview) }];
}

function crmWaits(overview: Overview): Alert[] {
  const { name: crm, state, kind = 'unavailable', code, reason, until } = overview.crm;
  if (state !== 'waiting' && state !== 'not-connected') return [];
  const facts = {
    crm,
    calls: calls(overview),
    ...(code !== undefined && { code }),
    ...(reason !== undefined && { reason }),
    ...(until !== undefined && { until }),
  };
  switch (kind) {
    case 'unauthorized':
      return [{ id: 'crm-unauthorized', cause: 'crm-unauthorized', afterMs: 0, ...facts }];
    case 'rate_limited': {
      const isLong = until !== undefined && until - overview.now > LONG_PAUSE_MS;
      const afterMs = isLong ? 0 : LONG_PAUSE_MS;
      return [{ id: 'crm-rate-limited', cause: 'crm-rate-limited', afterMs, ...facts }];
    }
    case 'unavailable': {
      const afterMs = state === 'not-connected' ? NOT_CONNECTED_AFTER_MS : UNAVAILABLE_AFTER_MS;
      return [{ id: 'crm-unavailable', cause: 'crm-unavailable', afterMs, ...facts }];
    }
    default:
      throw new Error(`unknown kind of pause ${JSON.stringify(kind satisfies never)}`);
  }
}

function redisNearlyFull({ redisMemoryUsed = 0 }: Overview): Alert[] {
  if (redisMemoryUsed < NEARLY_FULL_FROM_SHARE) return [];
  const percent = wholePercent(redisMemoryUsed);
  return [{ id: 'redis-nearly-full', cause: 'redis-nearly-full', afterMs: 0, percent }];
}

function signatureFailures({ minutes }: Overview): Alert[] {
  // The current minute has only begun.
  const isBurst = minutes.slice(-2).some(({ refused }) => refused >= REFUSED_IN_A_MINUTE);
  const lately = minutes.slice(-WITHOUT_ACCEPTED_MINUTES);
  const accepted = lately.reduce((sum, minute) => sum + minute.received + minute.duplicates, 0);
  const isWrongSecret = accepted === 0 && refusedIn(lately) >= REFUSED_WITHOUT_ACCEPTED;
  if (!isBurst && !isWrongSecret) return [];
  return [{ id: 'signature-failures', cause: 'signature-failures', afterMs: 0, calls: refusedIn(minutes) }];
}

const refusedIn = (minutes: Overview['minutes']) => minutes.reduce((sum, { refused }) => sum + refused, 0);

function oldestWaiting({ now, queue }: Overview): Alert[] {
  const ageMs = now - (queue.oldestWaitingSince ?? now);
  if (ageMs <= OLDEST_WAITING_MS) return [];
  return [
    {
      id: 'oldest-waiting',
      cause: 'oldest-waiting',
      afterMs: 0,
      calls: queue.waiting + queue.retrying,
      ageMs,
      explainedBy: ['no-worker', 'crm-unauthorized', 'crm-unavailable', 'crm-rate-limited'],
    },
  ];
}

function quota({ crm: { name: crm, usage } }: Overview): Alert[] {
  if (usage === undefined || usage.used <= usage.limit * QUOTA_FROM_SHARE) return [];
  const percent = wholePercent(usage.used / usage.limit);
  const explainedBy = ['crm-rate-limited'] as const;
  return [{ id: 'crm-quota', cause: 'crm-quota', afterMs: 0, crm, percent, explainedBy }];
}

function reconcileFailing({ reconcile }: Overview): Alert[] {
  if (!reconcile || reconcile.failures < FAILED_RECONCILES) return [];
  const { code, reason } = reconcile;
  return [
    {
      id: 'reconcile-failing',
      cause: 'reconcile-failing',
      afterMs: 0,
      ...(code !== undefined && { code }),
      ...(reason !== undefined && { reason }),
      explainedBy: ['crm-unauthorized', 'crm-unavailable', 'crm-rate-limited'],
    },
  ];
}

function deadLetters({ crm, deadLetterGroups }: Overview): Alert[] {
  return deadLetterGroups.map(({ id, code, object, fields, reason, count }) => ({
    id: `dead-letters:${id}`,
    cause: 'dead-letters',
    afterMs: 0,
    crm: crm.name,
    calls: count,
    code,
    reason,
    ...(object !== undefined && { object }),
    ...(fields !== undefined && { fields }),
  }));
}

const wholePercent = (share: number) => Math.floor(share * 100);
