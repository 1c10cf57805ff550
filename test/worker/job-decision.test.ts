import { expect, test } from '@jest/globals';
import { CrmError } from '../../connectors/connector.ts';
import { decideByError, decideByOutcome, retryDelay } from '../../src/worker/job-decision.ts';

const cause = { code: 'ROW_LOCKED', reason: 'the record is locked' };

test('a synced call is completed', () => {
  expect(decideByOutcome({ status: 'synced', records: {}, skippedFields: [] })).toEqual({
    action: 'complete',
    summary: 'synced',
    result: 'synced',
    skippedFields: [],
  });
});

test('a temporary failure uses up an attempt', () => {
  expect(decideByOutcome({ status: 'retry', ...cause })).toEqual({ action: 'retry', ...cause });
});

test('an uncounted failure comes back after a few seconds and uses up no attempt', () => {
  const decision = decideByOutcome({ status: 'retry', ...cause, uncounted: true });
  expect(decision).toMatchObject({ action: 'delay', ...cause });
  const { delayMs } = decision as { delayMs: number };
  expect(delayMs).toBeGreaterThanOrEqual(1_000);
  expect(delayMs).toBeLessThanOrEqual(5_000);
});

test('a dead letter keeps code and reason', () => {
  expect(decideByOutcome({ status: 'dead-letter', ...cause })).toEqual({ action: 'fail', ...cause });
});

test.each([
  ['unavailable', 'pause', 'CRM_UNAVAILABLE'],
  ['rate_limited', 'pause', 'CRM_RATE_LIMITED'],
  ['unauthorized', 'pause', 'CRM_UNAUTHORIZED'],
  ['rejected', 'fail', 'CRM_REJECTED'],
] as const)('a CRM error of kind %s becomes the decision %s with its code', (kind, action, code) => {
  expect(decideByError(new CrmError(kind, 'why'), 1)).toMatchObject({ action, code, reason: 'why' });
});

test('an error of our own uses up an attempt, since it may be one call that causes it', () => {
  expect(decideByError(new TypeError('oops'), 1)).toEqual({
    action: 'retry',
    code: 'UNEXPECTED_ERROR',
    reason: 'TypeError: oops',
  });
});

test('the backoff of one record grows with jitter, at most to a quarter of an hour', () => {
  for (const [attempts, most] of [
    [1, 1_000],
    [2, 2_000],
    [5, 16_000],
    [15, 900_000],
  ] as const) {
    const delay = retryDelay(attempts);
    expect(delay).toBeGreaterThanOrEqual(most / 2);
    expect(delay).toBeLessThanOrEqual(most);
  }
});
