import { expect, test } from '@jest/globals';
import type { CallRecord, FieldWrite } from '../../connectors/connector.ts';
import { mergePeople } from '../../src/worker/merge-calls.ts';

function record(callId: string, at: number, fields: FieldWrite[], key = 'user_1'): CallRecord {
  const person = { key, hasExternalId: true, identities: [{ by: 'key' as const, value: key }], fields };
  return { callId, endedAt: at, person, call: { fields: [] }, tasks: [], skippedFields: [] };
}
const newest = (field: string, value: string): FieldWrite => ({ field, value, when: 'newest' });
const valuesOf = (merged: CallRecord | undefined) =>
  Object.fromEntries(merged!.person!.fields.map(({ field, value }) => [field, value]));

test('of two calls in a batch the one that ended later decides, whatever their order', () => {
  const calls = [
    record('b', 2, [newest('status', 'promised')]),
    record('a', 1, [newest('status', 'called')]),
  ];
  const { records } = mergePeople(calls, new Map());
  expect(records.map(({ callId }) => callId)).toEqual(['b', 'a']);
  expect(records.map(valuesOf)).toEqual([{ status: 'promised' }, { status: 'promised' }]);
});

test('a field that only the earlier call knows is kept', () => {
  const calls = [record('a', 1, [newest('amount', '1200')]), record('b', 2, [newest('status', 'no answer')])];
  const { records, applying } = mergePeople(calls, new Map());
  expect(valuesOf(records[0])).toEqual({ amount: '1200', status: 'no answer' });
  expect(applying.get('user_1')).toEqual(
    new Map([
      ['amount', 1],
      ['status', 2],
    ]),
  );
});

test('a field a later call has already written is dropped, the others are written', () => {
  const applied = new Map([['user_1', new Map([['status', 5]])]]);
  const { records } = mergePeople(
    [record('a', 1, [newest('status', 'old'), newest('amount', '7')])],
    applied,
  );
  expect(valuesOf(records[0])).toEqual({ amount: '7' });
});

test('a field written by the same call is written again, so that a replay changes nothing', () => {
  const applied = new Map([['user_1', new Map([['status', 5]])]]);
  const { records } = mergePeople([record('a', 5, [newest('status', 'same')])], applied);
  expect(valuesOf(records[0])).toEqual({ status: 'same' });
});

test('people are not mixed up', () => {
  const calls = [
    record('a', 1, [newest('status', 'x')], 'one'),
    record('b', 2, [newest('status', 'y')], 'two'),
  ];
  const { records } = mergePeople(calls, new Map());
  expect(records.map(valuesOf)).toEqual([{ status: 'x' }, { status: 'y' }]);
});

test('appended lists of several calls become one', () => {
  const tags = (value: string[]): FieldWrite => ({ field: 'tags', value, when: 'append' });
  const { records } = mergePeople(
    [record('a', 1, [tags(['x', 'y'])]), record('b', 2, [tags(['y', 'z'])])],
    new Map(),
  );
  expect(valuesOf(records[0])).toEqual({ tags: ['x', 'y', 'z'] });
});

test('lists kept as text become one too', () => {
  const tags = (value: string): FieldWrite => ({ field: 'tags', value, when: 'append' });
  const { records } = mergePeople(
    [record('a', 1, [tags('promise;call later')]), record('b', 2, [tags('call later;vip')])],
    new Map(),
  );
  expect(valuesOf(records[0])).toEqual({ tags: 'promise;call later;vip' });
});

test('every way a person is known by any of the calls is tried, the latest first', () => {
  const older = record('a', 1, []);
  const phone = { e164: '+525512345678', national: ['5512345678'], textForms: ['+525512345678'] };
  const newer = record('b', 2, []);
  const withPhone = {
    ...older.person!,
    identities: [...older.person!.identities, { by: 'phone' as const, phone }],
  };
  const { records } = mergePeople([{ ...older, person: withPhone }, newer], new Map());
  expect(records[1]!.person!.identities.map(({ by }) => by)).toEqual(['key', 'phone']);
});

test('a call of nobody passes through', () => {
  const { person: _, ...nobody } = record('a', 1, []);
  expect(mergePeople([nobody], new Map()).records).toEqual([nobody]);
});
