import { expect, test } from '@jest/globals';
import type { FinalDecision } from '../../src/worker/job-decision.ts';
import { logDecisions } from '../../src/worker/log-decisions.ts';
import { recordingLog } from '../recording-log.ts';

const cause = { code: 'RECORD_BUSY', reason: 'the record is locked' };
const RETRY: FinalDecision = { action: 'retry', ...cause, attempt: 2, of: 15, delayMs: 1_700 };

function linesOf(...decisions: readonly FinalDecision[]) {
  const log = recordingLog();
  const calls = decisions.map((_, index) => ({
    event: { event_type: 'on_call_end' as const, id: `cll_${index}` },
    digest: 'd',
    receivedAt: 0,
  }));
  logDecisions(log, 'memo', calls, decisions);
  return log.entries;
}

test('a retry says which attempt it was, why, and when the next is', () => {
  expect(linesOf(RETRY)).toEqual([
    {
      level: 'warn',
      message: 'call will be retried',
      fields: { callId: 'cll_0', crm: 'memo', ...cause, attempt: 2, of: 15, inMs: 1_700 },
    },
  ]);
});

test('calls that are retried for one reason share lines, and every id is on one', () => {
  const retries = Array.from({ length: 60 }, (_, index) => ({ ...RETRY, delayMs: index }));
  const lines = linesOf(...retries, { ...RETRY, reason: 'another' });
  expect(lines).toHaveLength(4);
  const ids = lines.flatMap(({ fields }) => {
    const { callIds = [], callId = [] } = fields as { callIds?: string[]; callId?: string };
    return [...callIds, callId].flat();
  });
  expect(new Set(ids).size).toBe(61);
  expect(lines[0]!.fields).toMatchObject({ calls: 25, reason: cause.reason });
});

test('a delay is logged with the ids, a dead letter with what is rejected', () => {
  const delay: FinalDecision = { action: 'delay', delayMs: 250, code: 'PERSON_BUSY', reason: 'busy' };
  const fail: FinalDecision = { action: 'fail', ...cause, object: 'person', fields: ['email'] };
  expect(linesOf(delay, fail, delay)).toMatchObject([
    { level: 'info', message: 'calls delayed', fields: { callIds: ['cll_0', 'cll_2'], code: 'PERSON_BUSY' } },
    {
      level: 'error',
      message: 'call is a dead letter',
      fields: { callId: 'cll_1', ...cause, object: 'person', fields: ['email'] },
    },
  ]);
});

test('a call that is written, or whose queue is paused, is logged elsewhere', () => {
  const pause = { action: 'pause', kind: 'unavailable', pauseMs: 1, ...cause } as const;
  expect(linesOf({ action: 'complete', summary: 'synced', result: 'synced' }, pause)).toEqual([]);
});
