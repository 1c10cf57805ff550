import { expect, test } from '@jest/globals';
import type { CallEvent } from '../../src/altur/event.ts';
import {
  callKey,
  callKeyOf,
  contentDigest,
  decode,
  deduplicationId,
  encode,
  newJobId,
  receivedAtIn,
} from '../../src/queue/job.ts';

const event = (fields: object = {}) => ({ event_type: 'on_call_end', id: 'cll_1', ...fields }) as CallEvent;

test.each(['cll_gBoLtd02pUI50QwXkFjB', 'call-2024-12-19_abc'])('a usual call id stays readable: %s', (id) => {
  expect(callKey(id)).toBe(id);
});

test.each([
  'meta',
  'id',
  '42',
  '-5',
  'a:b:c',
  '0:1',
  '',
  ' ',
  'h.1',
  '../../x',
  'ñandú',
  'x'.repeat(500),
  '{a}',
  'wait',
])('a call id that BullMQ or a key could trip over is hashed: %j', (id) => {
  if (id === 'meta' || id === 'wait')
    return expect(newJobId(deduplicationId(event({ id }), 'd'), 1)).toContain('~');
  expect(callKey(id)).toMatch(/^h\.[0-9a-f]{32}$/);
});

test('two call ids never share a key', () => {
  const ids = ['cll_1', 'CLL_1', 'cll:1', 'cll_1 ', 'h.cll'];
  expect(new Set(ids.map(callKey)).size).toBe(ids.length);
});

test('the same content has the same digest, any change another', () => {
  expect(contentDigest(event({ duration: 45 }))).toBe(contentDigest(event({ duration: 45 })));
  expect(contentDigest(event({ duration: 45 }))).not.toBe(contentDigest(event({ duration: 46 })));
});

test('every delivery has a job id of its own, recognisable as the call’s', () => {
  const deduplication = deduplicationId(event(), 'digest');
  const jobId = newJobId(deduplication, 1_795_713_769_772);
  expect(jobId).not.toBe(newJobId(deduplication, 1_795_713_769_772));
  expect([callKeyOf(jobId), receivedAtIn(jobId)]).toEqual(['cll_1', 1_795_713_769_772]);
  expect(receivedAtIn('cll_1~digest~0a1b2c3d')).toBeUndefined();
});

test('a long transcript is stored compressed and comes back as it was', () => {
  const transcript = Array.from({ length: 400 }, (_, turn) => ({
    sent_by: 'user',
    content: `sí, señor ${turn}`,
  }));
  const delivery = { event: event({ transcript }), digest: 'd', receivedAt: 1 };
  const stored = encode(delivery);
  expect(JSON.stringify(stored).length).toBeLessThan(JSON.stringify(delivery).length / 2);
  expect(decode(stored)).toEqual(delivery);
});

test('a short event is stored as it is, unless all can read the compact form', () => {
  const delivery = { event: event(), digest: 'd', receivedAt: 1, rewrite: true } as const;
  expect(encode(delivery)).toEqual(delivery);
  const compact = encode(delivery, 'compact');
  expect(compact).toEqual({ digest: 'd', receivedAt: 1, rewrite: true, packed: expect.any(String) });
  expect(decode(compact)).toEqual(delivery);
  expect(decode(encode(delivery))).toEqual(delivery);
});

test('a job without an event says what to do', () => {
  expect(() => decode({ digest: 'd', receivedAt: 1 })).toThrow(/discard it/);
});
