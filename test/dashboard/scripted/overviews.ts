/** States of a service of a Mexican lender, as its overview tells them. */
import type { CallSummary } from '../../../src/monitoring/call-history.ts';
import type { DeadLetterGroup, MinuteCounts, Overview } from '../../../src/monitoring/overview.ts';
import type { RunningProcess } from '../../../src/monitoring/running-processes.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export type Scene =
  | 'healthy'
  | 'busy'
  | 'crm-down'
  | 'unauthorized'
  | 'no-worker'
  | 'dead-letters'
  | 'skipped-fields'
  | 'retrying'
  | 'redis-nearly-full'
  | 'empty';

export function overviewOf(scene: Scene, now: number): Overview {
  return { ...healthy(now), ...SCENES[scene](now) };
}

const SCENES: Readonly<Record<Scene, (now: number) => Partial<Overview>>> = {
  healthy: () => ({}),
  busy: (now) => ({
    processes: [ingress(now), worker(now, 1), worker(now, 2), worker(now, 3, { version: '0.1.9' })],
    minutes: minutes(now, 96),
    queue: {
      ...NO_JOBS,
      waiting: 1_284,
      active: 200,
      retrying: 3,
      oldestWaitingSince: now - 42_000,
    },
    crm: { ...HUBSPOT, usage: { used: 561_300, limit: 650_000 } },
  }),
  'crm-down': (now) => ({
    minutes: minutes(now, 22, { stoppedFor: 14 }),
    queue: { ...NO_JOBS, waiting: 309, oldestWaitingSince: now - 14 * MINUTE },
    crm: {
      ...HUBSPOT,
      state: 'waiting',
      kind: 'unavailable',
      code: 'CRM_UNAVAILABLE',
      reason: 'HubSpot answered 503 to POST /crm/v3/objects/contacts/batch/upsert',
      until: now + 48_000,
    },
  }),
  unauthorized: (now) => ({
    minutes: minutes(now, 22, { stoppedFor: 31 }),
    queue: { ...NO_JOBS, waiting: 688, oldestWaitingSince: now - 31 * MINUTE },
    crm: {
      ...HUBSPOT,
      state: 'waiting',
      kind: 'unauthorized',
      code: 'TOKEN_INVALID',
      reason: 'HubSpot rejects the token: copy it again from the private app, set HUBSPOT_ACCESS_TOKEN',
      until: now + 40_000,
    },
  }),
  'no-worker': (now) => ({
    minutes: minutes(now, 22, { stoppedFor: 9 }),
    queue: { ...NO_JOBS, waiting: 197, oldestWaitingSince: now - 9 * MINUTE },
    crm: { ...HUBSPOT, state: 'no-worker' },
    processes: [ingress(now)],
  }),
  'dead-letters': (now) => ({
    minutes: minutes(now, 22, { failing: true }),
    queue: { ...NO_JOBS, waiting: 4, active: 12, deadLetters: 338, oldestWaitingSince: now - 1_200 },
    deadLetterGroups: deadLetterGroups(now),
    recent: [deadCall(now), ...recentCalls(now)].slice(0, 12),
  }),
  'skipped-fields': (now) => ({
    skippedFields: [
      {
        object: 'person',
        field: 'altur_payment_amount',
        code: 'FIELD_MISSING',
        count: 412,
        newestAt: now - 20_000,
      },
      {
        object: 'person',
        field: 'altur_status',
        code: 'OPTION_MISSING',
        count: 37,
        newestAt: now - 3 * MINUTE,
      },
      {
        object: 'call',
        field: 'hs_call_body',
        code: 'VALUE_TOO_LONG',
        count: 2,
        newestAt: now - 2 * HOUR,
      },
    ],
  }),
  retrying: (now) => ({ queue: { ...NO_JOBS, retrying: 3, oldestWaitingSince: now - 7 * MINUTE } }),
  'redis-nearly-full': () => ({ redisMemoryUsed: 0.74 }),
  empty: (now) => ({
    minutes: minutes(now, 0),
    recent: [],
    skippedFields: [],
    crm: { ...HUBSPOT, usage: { used: 12, limit: 650_000 } },
    processes: [worker(now, 1, { startedAt: now - 2 * MINUTE })].map(
      ({ lastActivityAt: _, ...rest }) => rest,
    ),
  }),
};

const NO_JOBS = { waiting: 0, active: 0, retrying: 0, deadLetters: 0 };
const HUBSPOT: Overview['crm'] = {
  name: 'hubspot',
  account: { id: '48120931', name: 'Crédito Fácil MX', url: 'https://app.hubspot.com' },
  state: 'ok',
  usage: { used: 183_420, limit: 650_000 },
};

function healthy(now: number): Overview {
  return {
    now,
    version: '0.2.0',
    crm: HUBSPOT,
    queue: { ...NO_JOBS, active: 3 },
    minutes: minutes(now, 22),
    processes: [ingress(now), worker(now, 1), worker(now, 2)],
    deadLetterGroups: [],
    skippedFields: [],
    recent: recentCalls(now),
    redisMemoryUsed: 0.21,
  };
}

/** A made-up but steady course; `stoppedFor`: nothing was written in the last minutes. */
function minutes(now: number, each: number, { stoppedFor = 0, failing = false } = {}): MinuteCounts[] {
  const first = Math.floor(now / MINUTE) - 59;
  return Array.from({ length: 60 }, (_, index) => {
    const wave = 1 + 0.35 * Math.sin(index / 6) + 0.25 * Math.sin(index * 1.7) + (index % 13 === 4 ? 0.5 : 0);
    const received = Math.round(each * wave);
    const isStopped = index >= 60 - stoppedFor;
    return {
      at: (first + index) * MINUTE,
      received,
      duplicates: Math.round(received / 11),
      refused: 0,
      synced: isStopped ? 0 : Math.max(0, received - (index % 3)),
      skipped: isStopped || each === 0 ? 0 : index % 3,
      retried: 0,
      deadLetters: failing && index % 17 === 5 ? 2 : 0,
    };
  });
}

function ingress(now: number): RunningProcess {
  return {
    id: 'ingress-1',
    role: 'ingress',
    host: 'altur-ingress-6f9d4',
    pid: 1,
    version: '0.2.0',
    startedAt: now - 26 * HOUR,
    lastActivityAt: now - 900,
  };
}

function worker(now: number, number: number, changes: Partial<RunningProcess> = {}): RunningProcess {
  return {
    id: `worker-${number}`,
    role: 'worker',
    host: `altur-worker-${number}-7c2b8`,
    pid: 1,
    version: '0.2.0',
    startedAt: now - 26 * HOUR,
    lastActivityAt: now - number * 1_700,
    crm: { connected: true, usage: { used: 183_420, limit: 650_000 } },
    ...changes,
  };
}

function deadLetterGroups(now: number): DeadLetterGroup[] {
  return [
    {
      id: 'RECORD_REJECTED person lifecyclestage',
      code: 'RECORD_REJECTED',
      object: 'person',
      fields: ['lifecyclestage'],
      reason: 'HubSpot rejects the contact: a workflow sets lifecyclestage back, which is not allowed',
      count: 312,
      oldestAt: now - 6 * HOUR,
      newestAt: now - 4 * MINUTE,
      callIds: ['cll_9XhR2mQpL0', 'cll_7bTqZ81kWn'],
    },
    {
      id: 'FIELD_MISSING person altur_payment_amount',
      code: 'FIELD_MISSING',
      object: 'person',
      fields: ['altur_payment_amount'],
      reason: 'the CRM has no field altur_payment_amount: create it, or take it out of the mapping',
      count: 19,
      oldestAt: now - 50 * MINUTE,
      newestAt: now - 12 * MINUTE,
      callIds: ['cll_3kPd0aVv5s'],
    },
    {
      id: 'OPTION_MISSING person altur_status',
      code: 'OPTION_MISSING',
      object: 'person',
      fields: ['altur_status'],
      reason: 'altur_status has no option for the value of the call: add it in the CRM',
      count: 6,
      oldestAt: now - 3 * HOUR,
      newestAt: now - 70 * MINUTE,
      callIds: ['cll_Qm81xkT2ab'],
    },
    {
      id: 'PERMISSION_MISSING call',
      code: 'PERMISSION_MISSING',
      object: 'call',
      reason: 'the private app may not write calls: give it the scope crm.objects.calls.write',
      count: 1,
      oldestAt: now - 26 * HOUR,
      newestAt: now - 26 * HOUR,
      callIds: ['cll_Zr55hGt9Lo'],
    },
  ];
}

export function deadCall(now: number): CallSummary {
  return {
    callId: 'cll_9XhR2mQpL0',
    outcome: 'dead-letter',
    receivedAt: now - 5 * MINUTE,
    updatedAt: now - 4 * MINUTE,
    code: 'RECORD_REJECTED',
  };
}

export function recentCalls(now: number): CallSummary[] {
  const call = (callId: string, secondsAgo: number, changes: Partial<CallSummary> = {}): CallSummary => ({
    callId,
    outcome: 'synced',
    receivedAt: now - secondsAgo * 1_000,
    updatedAt: now - secondsAgo * 1_000 + 640,
    ...changes,
  });
  return [
    call('cll_Vb20sKq81P', 1, { outcome: 'queued' }),
    call('cll_m4Tz9yWc3E', 4),
    call('cll_1nQpR6dXo8', 9),
    call('cll_8sLk2JhB7v', 15, { unassigned: 'SEVERAL_MATCHES' }),
    call('cll_K3wYtE5uA0', 21),
    call('cll_d7CfXz40Rm', 38, { outcome: 'skipped' }),
    call('cll_pO2iU8gTq6', 47),
    call('cll_4hNvS1lMe9', 61, { outcome: 'retrying', code: 'RECORD_LOCKED' }),
    call('cll_W6aBjD3rKx', 72),
    call('cll_0uYcF9mPzL', 95, { unassigned: 'NO_MATCH' }),
    call('cll_t5GqH7nViE', 118),
    call('cll_R2xOk6sJwd', 140),
  ];
}

export function unassignedCalls(now: number): CallSummary[] {
  const call = (callId: string, minutesAgo: number, unassigned: CallSummary['unassigned']): CallSummary => ({
    callId,
    outcome: 'synced',
    receivedAt: now - minutesAgo * MINUTE,
    updatedAt: now - minutesAgo * MINUTE + 800,
    unassigned: unassigned!,
  });
  return [
    call('cll_8sLk2JhB7v', 0.25, 'SEVERAL_MATCHES'),
    call('cll_0uYcF9mPzL', 1.6, 'NO_MATCH'),
    call('cll_E1rTy7Uop3', 44, 'NO_IDENTITY'),
  ];
}
