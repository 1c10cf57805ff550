import { describe, expect, test } from '@jest/globals';
import { exitCodeOf } from '../../src/commands/status.ts';
import type { CallStatus } from '../../src/monitoring/call-status.ts';

const DONE: readonly CallStatus['state'][] = ['synced', 'skipped', 'being-written'];

test.each(DONE)('nobody has to do anything about a call that is %s', (state) => {
  expect(exitCodeOf({ state })).toBe(0);
});

const NEEDS_A_PERSON: readonly CallStatus['state'][] = ['dead-letter', 'unknown'];

test.each(NEEDS_A_PERSON)('somebody has to look at a call that is %s', (state) => {
  expect(exitCodeOf({ state })).toBe(1);
});

const OPEN: readonly CallStatus['state'][] = ['queued', 'retrying'];

describe.each(OPEN)('a call that is %s', (state) => {
  const waiting = { waiting: 3, workersAlive: 1 };
  const pause = { code: 'CODE', reason: 'why', until: 0 };

  test('is on its way while a worker is alive', () => {
    expect(exitCodeOf({ state, waiting })).toBe(0);
  });

  test('needs somebody while no worker is alive', () => {
    expect(exitCodeOf({ state, waiting: { ...waiting, workersAlive: 0 } })).toBe(1);
  });

  test('needs somebody while the CRM rejects the credentials', () => {
    expect(exitCodeOf({ state, waiting: { ...waiting, pause: { ...pause, kind: 'unauthorized' } } })).toBe(1);
  });

  test.each(['unavailable', 'rate_limited'] as const)('waits for a CRM that is %s by itself', (kind) => {
    expect(exitCodeOf({ state, waiting: { ...waiting, pause: { ...pause, kind } } })).toBe(0);
  });
});
