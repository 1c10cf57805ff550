/** States of the service, each healthy; a test breaks the one thing it is about. */
import type { DeadLetterGroup, MinuteCounts, Overview } from '../../src/monitoring/overview.ts';

export const NOW = Date.UTC(2026, 10, 26, 12);

export const WORKER = {
  id: 'w1',
  role: 'worker',
  host: 'host',
  pid: 7,
  version: '0.1.0',
  startedAt: NOW - 60_000,
} as const;

export function healthy(changes: Partial<Overview> = {}): Overview {
  return {
    now: NOW,
    version: '0.1.0',
    crm: { name: 'hubspot', state: 'ok', usage: { used: 10, limit: 100 } },
    queue: { waiting: 0, active: 0, retrying: 0, deadLetters: 0 },
    minutes: minutes(60, {}),
    processes: [WORKER],
    deadLetterGroups: [],
    skippedFields: [],
    recent: [],
    redisMemoryUsed: 0.2,
    ...changes,
  };
}

/** `count` equal minutes, the last of which is now. */
export function minutes(count: number, counts: Partial<MinuteCounts>): MinuteCounts[] {
  return Array.from({ length: count }, (_, index) => ({
    at: NOW - (count - 1 - index) * 60_000,
    received: 0,
    duplicates: 0,
    refused: 0,
    synced: 0,
    skipped: 0,
    retried: 0,
    deadLetters: 0,
    ...counts,
  }));
}

export function deadLetters(field: string, count = 1): DeadLetterGroup {
  return {
    id: `OPTION_MISSING:person:${field}`,
    code: 'OPTION_MISSING',
    object: 'person',
    fields: [field],
    reason: `the option is not one of ${field}`,
    count,
    oldestAt: NOW - 1_000,
    newestAt: NOW - 1_000,
    callIds: ['cll_1'],
  };
}
