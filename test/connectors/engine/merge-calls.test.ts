/** Several calls of one person: in one batch (merge-calls), and across batches (last-writes). */
import { describe, expect, test } from '@jest/globals';
import type { CallRecord, FieldWrite } from '../../../connectors/connector.ts';
import { noteWrites, withoutOutdated } from '../../../connectors/engine/persons/last-writes.ts';
import type { PersonMatch } from '../../../connectors/engine/persons/match.ts';
import { mergeCalls } from '../../../connectors/engine/persons/merge-calls.ts';
import { fieldsToWrite } from '../../../connectors/engine/persons/merge-fields.ts';
import { mapLastWrites } from '../fixtures.ts';

function record(callId: string, endedAt: number, fields: FieldWrite[], key = 'user_1'): CallRecord {
  const person = { key, hasExternalId: true, identities: [{ by: 'key' as const, value: key }], fields };
  return { callId, endedAt, person, call: { fields: [] }, tasks: [], skippedFields: [] };
}
const newest = (field: string, value: string): FieldWrite => ({ field, value, when: 'newest' });
const valuesOf = (fields: readonly FieldWrite[]) =>
  Object.fromEntries(fields.map(({ field, value }) => [field, value]));
const merged = (records: readonly CallRecord[], key = 'user_1') =>
  valuesOf(mergeCalls(records).get(key)!.fields);

describe('the calls of one person in a batch', () => {
  test('of two calls the one that ended later decides, whatever their order', () => {
    const calls = [
      record('b', 2, [newest('status', 'promised')]),
      record('a', 1, [newest('status', 'called')]),
    ];
    expect(merged(calls)).toEqual({ status: 'promised' });
  });

  test('a field that only the earlier call knows is kept, each as of its own call', () => {
    const calls = [
      record('a', 1, [newest('amount', '1200')]),
      record('b', 2, [newest('status', 'no answer')]),
    ];
    expect(mergeCalls(calls).get('user_1')!.fields).toEqual([
      { ...newest('amount', '1200'), asOf: 1 },
      { ...newest('status', 'no answer'), asOf: 2 },
    ]);
  });

  test('people are not mixed up', () => {
    const calls = [
      record('a', 1, [newest('status', 'x')], 'one'),
      record('b', 2, [newest('status', 'y')], 'two'),
    ];
    expect([merged(calls, 'one'), merged(calls, 'two')]).toEqual([{ status: 'x' }, { status: 'y' }]);
  });

  test('appended lists become one', () => {
    const tags = (value: string[]): FieldWrite => ({ field: 'tags', value, when: 'append' });
    const calls = [record('a', 1, [tags(['x', 'y'])]), record('b', 2, [tags(['y', 'z'])])];
    expect(merged(calls)).toEqual({ tags: ['x', 'y', 'z'] });
  });

  test('lists kept as text become one too', () => {
    const tags = (value: string): FieldWrite => ({ field: 'tags', value, when: 'append' });
    const calls = [record('a', 1, [tags('promise;call later')]), record('b', 2, [tags('call later;vip')])];
    expect(merged(calls)).toEqual({ tags: 'promise;call later;vip' });
  });

  test('every identity that any of the calls knows is tried, those of the latest call first', () => {
    const older = record('a', 1, []);
    const phone = { e164: '+525512345678', national: ['5512345678'], textForms: ['+525512345678'] };
    const withPhone = {
      ...older.person!,
      identities: [...older.person!.identities, { by: 'phone' as const, phone }],
    };
    const person = mergeCalls([{ ...older, person: withPhone }, record('b', 2, [])]).get('user_1')!;
    expect(person.identities.map(({ by }) => by)).toEqual(['key', 'phone']);
  });

  test('a person is written when one of the calls may write, however many are only linked', () => {
    const linked = record('b', 2, []);
    const calls = [
      record('a', 1, [newest('status', 'x')]),
      { ...linked, person: { ...linked.person!, linkOnly: true } },
    ];
    expect(mergeCalls(calls).get('user_1')!.linkOnly).toBeUndefined();
    expect(merged(calls)).toEqual({ status: 'x' });
  });

  test('a call of nobody belongs to no person', () => {
    const { person: _, ...nobody } = record('a', 1, []);
    expect(mergeCalls([nobody]).size).toBe(0);
  });
});

describe('a field that was last written by another call', () => {
  const lastWrites = (at: number) => {
    const store = mapLastWrites();
    store.entries.set('user_1', new Map([['status', at]]));
    return store;
  };
  const match = (records: readonly CallRecord[], id?: string): PersonMatch => {
    const people = [...mergeCalls(records).values()];
    const base = { people, key: people[0]!.key, empty: [], values: new Map() };
    return id === undefined ? { ...base, action: 'create' } : { ...base, action: 'update', id };
  };
  const written = async (found: PersonMatch, store = mapLastWrites()) => {
    const matches = await withoutOutdated(new Map([['user_1', found]]), store);
    return valuesOf(fieldsToWrite(matches.get('user_1')!));
  };

  test('is dropped when that call ended later, the others are written', async () => {
    const found = match([record('a', 1, [newest('status', 'old'), newest('amount', '7')])]);
    expect(await written(found, lastWrites(5))).toEqual({ amount: '7' });
  });

  test('is written again by the same call, so that a replay changes nothing', async () => {
    expect(await written(match([record('a', 5, [newest('status', 'same')])]), lastWrites(5))).toEqual({
      status: 'same',
    });
  });

  test('is dropped under another key too, when it was written to the same record', async () => {
    const store = mapLastWrites();
    await noteWrites([{ match: match([record('b', 5, [newest('status', 'new')])]), id: '7' }], store);
    const byNumber = match([record('a', 1, [newest('status', 'old')], 'phone:+525512345678')], '7');
    expect(await written(byNumber, store)).toEqual({});
  });

  test('keeps the later time, whichever call is noted last', async () => {
    const store = mapLastWrites();
    const both = [
      { match: match([record('b', 5, [newest('status', 'new')])]), id: '7' },
      { match: match([record('a', 1, [newest('status', 'old')], 'other')]), id: '7' },
    ];
    await noteWrites(both, store);
    expect(store.entries.get(' record 7')).toEqual(new Map([['status', 5]]));
  });
});
