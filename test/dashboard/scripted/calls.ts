/** One call in each state. */
import type { TimelineEntry, TimelineRequest } from '../../../src/monitoring/call-history.ts';
import type { CallStatus } from '../../../src/monitoring/call-status.ts';
import { HOUR, MINUTE } from './overviews.ts';

const ACCOUNT = { id: '48120931', name: 'Crédito Fácil MX', url: 'https://app.hubspot.com' };
const LINKS = 'https://app.hubspot.com/contacts/48120931/record';

const WRITES: TimelineRequest[] = [
  { method: 'POST', endpoint: '/crm/v3/objects/contacts/search', status: 200, ms: 184 },
  { method: 'POST', endpoint: '/crm/v3/objects/contacts/batch/upsert', status: 200, ms: 312 },
  { method: 'POST', endpoint: '/crm/v3/objects/calls/batch/upsert', status: 200, ms: 271 },
];

export function callOf(callId: string, now: number): CallStatus {
  const scene = CALLS[callId];
  return { callId, ...(scene ? scene(now) : unknown()) };
}

type Scene = (now: number) => Omit<CallStatus, 'callId'>;

const synced: Scene = (now) => ({
  state: 'synced',
  receivedAt: now - 4_000,
  duplicates: 1,
  synced: {
    at: now - 3_100,
    crm: 'hubspot',
    account: ACCOUNT,
    records: [
      { object: 'person', id: '70219', url: `${LINKS}/0-1/70219` },
      { object: 'call', id: '990128', url: `${LINKS}/0-48/990128` },
      { object: 'task', id: '55120', url: `${LINKS}/0-27/55120`, key: 'cll_m4Tz9yWc3E:promesa' },
    ],
    skippedFields: [
      {
        object: 'person',
        field: 'altur_payment_amount',
        code: 'FIELD_MISSING',
        reason: 'the CRM has no such field; the call’s body has the value',
      },
    ],
  },
  timeline: [
    received(now - 4_000),
    { at: now - 3_900, event: 'duplicate' },
    { at: now - 3_100, event: 'synced', batchSize: 14, requests: WRITES },
  ],
});

const CALLS: Readonly<Record<string, Scene>> = {
  cll_m4Tz9yWc3E: synced,
  cll_1nQpR6dXo8: synced,
  cll_9XhR2mQpL0: (now) => ({
    state: 'dead-letter',
    receivedAt: now - 5 * MINUTE,
    duplicates: 0,
    cause: {
      code: 'RECORD_REJECTED',
      reason: 'HubSpot rejects the contact: a workflow sets lifecyclestage back, which is not allowed',
      object: 'person',
      fields: ['lifecyclestage'],
      fix: 'Correct the rule in the CRM, or take the field out of the mapping; then retry the call.',
    },
    timeline: [
      received(now - 5 * MINUTE),
      {
        at: now - 4 * MINUTE,
        event: 'dead-letter',
        code: 'RECORD_REJECTED',
        reason: 'HubSpot rejects the contact',
        batchSize: 1,
        requests: [
          { method: 'POST', endpoint: '/crm/v3/objects/contacts/search', status: 200, ms: 141 },
          { method: 'PATCH', endpoint: '/crm/v3/objects/contacts/:id', status: 400, ms: 96 },
        ],
      },
    ],
  }),
  cll_discarded0: (now) => ({
    state: 'dead-letter',
    receivedAt: now - HOUR,
    duplicates: 0,
    cause: { code: 'DISCARDED', reason: 'an operator discarded it: its event is deleted' },
    timeline: [received(now - HOUR), { at: now - MINUTE, event: 'discarded-by-operator', code: 'DISCARDED' }],
  }),
  cll_4hNvS1lMe9: (now) => ({
    state: 'retrying',
    receivedAt: now - 61_000,
    duplicates: 0,
    retry: { attempts: 3, of: 15, nextAt: now + 42_000 },
    cause: {
      code: 'RECORD_LOCKED',
      reason: 'another program writes to the contact at the moment',
      object: 'person',
      fix: 'Nothing: it is tried again by itself.',
    },
    timeline: [
      received(now - 61_000),
      {
        at: now - 60_500,
        event: 'delay',
        code: 'PERSON_BUSY',
        reason: 'another batch is writing this person',
      },
      { at: now - 60_000, event: 'delay', code: 'CRM_UNAVAILABLE', reason: 'HubSpot answered 503' },
      {
        at: now - 30_000,
        event: 'retry',
        times: 3,
        code: 'RECORD_LOCKED',
        reason: 'another program writes to the contact',
        nextAt: now + 42_000,
        batchSize: 20,
        requests: [{ method: 'POST', endpoint: '/crm/v3/objects/contacts/batch/upsert', ms: 10_000 }],
      },
    ],
  }),
  cll_Vb20sKq81P: (now) => ({
    state: 'queued',
    receivedAt: now - 14 * MINUTE,
    duplicates: 0,
    waiting: {
      position: 3,
      waiting: 309,
      oldestWaitingSince: now - 14 * MINUTE,
      workersAlive: 2,
      pause: {
        kind: 'unavailable',
        code: 'CRM_UNAVAILABLE',
        reason: 'HubSpot answered 503',
        until: now + 48_000,
      },
    },
    timeline: [
      received(now - 14 * MINUTE),
      {
        at: now - 13 * MINUTE,
        event: 'pause',
        code: 'CRM_UNAVAILABLE',
        reason: 'HubSpot answered 503',
        nextAt: now + 48_000,
      },
    ],
  }),
  cll_noWorker00: (now) => ({
    state: 'queued',
    receivedAt: now - 9 * MINUTE,
    duplicates: 0,
    waiting: { position: 197, waiting: 197, oldestWaitingSince: now - 9 * MINUTE, workersAlive: 0 },
    timeline: [received(now - 9 * MINUTE)],
  }),
  cll_written001: (now) => ({
    state: 'being-written',
    receivedAt: now - 800,
    duplicates: 0,
    timeline: [received(now - 800)],
  }),
  cll_d7CfXz40Rm: (now) => ({
    state: 'skipped',
    receivedAt: now - 38_000,
    duplicates: 0,
    skippedBy: 'calls[1]: only calls of the campaign Cobranza',
    timeline: [received(now - 38_000), { at: now - 37_000, event: 'skipped' }],
  }),
  cll_8sLk2JhB7v: (now) => ({
    ...synced(now),
    synced: {
      at: now - 15_000,
      crm: 'hubspot',
      account: ACCOUNT,
      isOtherAccount: true,
      records: [{ object: 'call', id: '990131', url: `${LINKS}/0-48/990131` }],
      skippedFields: [],
      unassigned: 'SEVERAL_MATCHES',
      note: '3 contacts have this phone number',
    },
  }),
  cll_reconciled: (now) => ({
    ...synced(now),
    receivedAt: now - 2 * HOUR,
    duplicates: 0,
    synced: {
      at: now - 3_100,
      crm: 'hubspot',
      account: ACCOUNT,
      records: [{ object: 'call', id: '990132', url: `${LINKS}/0-48/990132` }],
      skippedFields: [],
      note: 'written from Altur’s API, which has no transcript',
    },
    timeline: [
      { at: now - 5_000, event: 'reconciled' },
      { at: now - 3_100, event: 'synced', requests: WRITES },
    ],
  }),
  cll_forged0001: (now) => ({ ...unknown(), refused: { count: 4, lastAt: now - 2 * HOUR } }),
};

function unknown(): Omit<CallStatus, 'callId'> {
  return { state: 'unknown', duplicates: 0, timeline: [] };
}

function received(at: number): TimelineEntry {
  return { at, event: 'received' };
}
