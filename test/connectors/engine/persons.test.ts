import { describe, expect, test } from '@jest/globals';
import type { MatchPolicy, Person } from '../../../connectors/connector.ts';
import { cachePeople, markPending } from '../../../connectors/engine/persons/cache.ts';
import { holdsPhone } from '../../../connectors/engine/persons/holds-phone.ts';
import { identitiesOf } from '../../../connectors/engine/persons/identities.ts';
import type { Candidate, PersonMatch } from '../../../connectors/engine/persons/match.ts';
import { fieldsToWrite } from '../../../connectors/engine/persons/merge-fields.ts';
import { resolvePeople } from '../../../connectors/engine/persons/resolve.ts';
import { mapCache, POLICY, personWithId, personWithoutId, phone } from '../fixtures.ts';

const ANA = personWithId(1);
const ANA_BY_PHONE = personWithoutId(1);

function candidate(id: string, changes: Partial<Candidate> = {}): Candidate {
  return { id, phones: [phone(1).e164], createdAt: 0, values: new Map(), ...changes };
}

interface Scene {
  readonly candidates?: readonly Candidate[];
  readonly personCache?: ReturnType<typeof mapCache>;
  readonly policy?: Partial<MatchPolicy>;
}

async function resolve(
  people: readonly Person[],
  { candidates = [], personCache = mapCache(), policy }: Scene = {},
) {
  const asked: string[] = [];
  const recordIds: string[] = [];
  const targets = await resolvePeople(people, {
    cache: personCache,
    policy: { ...POLICY, ...policy },
    find: async (unknown) => {
      asked.push(...unknown.map(({ key }) => key));
      recordIds.push(...identitiesOf(unknown).recordIds);
      return candidates;
    },
  });
  return { asked, recordIds, targets, of: (person: Person): PersonMatch => targets.get(person.key)! };
}

describe('a person looked up', () => {
  test('is known when a record carries the key, whatever its phone', async () => {
    const { of } = await resolve([ANA], { candidates: [candidate('7', { key: ANA.key, phones: [] })] });
    expect(of(ANA)).toMatchObject({ action: 'update', id: '7', key: ANA.key });
  });

  test('is found by key before phone', async () => {
    const candidates = [candidate('by phone'), candidate('by key', { key: ANA.key, phones: [] })];
    const { of } = await resolve([ANA], { candidates });
    expect(of(ANA).id).toBe('by key');
  });

  test('adopts a record that has the phone and no key', async () => {
    const { of } = await resolve([ANA], { candidates: [candidate('7')] });
    expect(of(ANA)).toMatchObject({ action: 'adopt', id: '7', key: ANA.key });
  });

  test('adopts a record known by its number only', async () => {
    const candidates = [candidate('7', { key: ANA_BY_PHONE.key })];
    const { of } = await resolve([ANA], { candidates });
    expect(of(ANA)).toMatchObject({ action: 'adopt', id: '7', key: ANA.key });
  });

  test('is not who has the same phone and another id', async () => {
    const { of } = await resolve([ANA], { candidates: [candidate('7', { key: 'somebody else' })] });
    expect(of(ANA)).toMatchObject({ action: 'create', key: ANA.key });
  });

  test('without an external id is the person with that phone, whose key stays', async () => {
    const { of } = await resolve([ANA_BY_PHONE], { candidates: [candidate('7', { key: 'customer-9' })] });
    expect(of(ANA_BY_PHONE)).toMatchObject({ action: 'update', id: '7', key: 'customer-9' });
  });

  test('is found by record id, even where it carries another key', async () => {
    const byId = personWithId(1, { identities: [{ by: 'record-id', value: '7' }] });
    const { of } = await resolve([byId], { candidates: [candidate('7', { key: 'other' }), candidate('8')] });
    expect(of(byId)).toMatchObject({ action: 'update', id: '7', key: 'other' });
  });

  test('is found by a field of the customer whatever its case', async () => {
    const byEmail = personWithId(1, { identities: [{ by: 'field', field: 'email', value: 'Ana@X.mx' }] });
    const { of } = await resolve([byEmail], {
      candidates: [candidate('7', { values: new Map([['email', 'ana@x.mx']]) })],
    });
    expect(of(byEmail)).toMatchObject({ action: 'adopt', id: '7' });
  });

  test.each([
    ['newest', '8'],
    ['oldest', '7'],
  ] as const)('of several matches is the %s', async (onMany, id) => {
    const candidates = [candidate('8', { createdAt: 200 }), candidate('7', { createdAt: 100 })];
    const { of } = await resolve([ANA], { candidates, policy: { onMany } });
    expect(of(ANA).id).toBe(id);
  });

  test('of several matches is nobody when the mapping says skip', async () => {
    const { of } = await resolve([ANA], {
      candidates: [candidate('7'), candidate('8')],
      policy: { onMany: 'skip' },
    });
    expect(of(ANA)).toMatchObject({
      action: 'none',
      logsCalls: false,
      note: expect.stringContaining('onMany'),
    });
  });

  test.each([
    ['log-only', true],
    ['skip', false],
  ] as const)('who is missing is not created when the mapping says %s', async (onMissing, logs) => {
    const { of } = await resolve([ANA], { policy: { onMissing } });
    expect(of(ANA)).toMatchObject({ action: 'none', logsCalls: logs });
  });

  test('who is only linked to is neither created nor adopted', async () => {
    const linkOnly = personWithId(1, { linkOnly: true });
    const found = await resolve([linkOnly], { candidates: [candidate('7')] });
    expect(found.of(linkOnly)).toMatchObject({ action: 'update', id: '7' });
    const missing = await resolve([linkOnly]);
    expect(missing.of(linkOnly)).toMatchObject({ action: 'none', logsCalls: true });
  });
});

describe('people of one batch', () => {
  test('never adopt the same record', async () => {
    const other = personWithId(1, { key: 'customer-2', identities: [{ by: 'phone', phone: phone(1) }] });
    const { of } = await resolve([ANA, other], { candidates: [candidate('7')] });
    expect(of(ANA)).toMatchObject({ action: 'adopt', id: '7' });
    expect(of(other)).toMatchObject({ action: 'create' });
  });

  test('are created once when one has an id and the other only the same number', async () => {
    const { of } = await resolve([ANA_BY_PHONE, ANA]);
    expect(of(ANA)).toMatchObject({ action: 'create', key: ANA.key });
    expect(of(ANA_BY_PHONE)).toBe(of(ANA));
    expect(of(ANA).people).toEqual([ANA_BY_PHONE, ANA]);
  });

  test('are one when one was pending under the key and the other found with it', async () => {
    const personCache = mapCache();
    await personCache.set(new Map([[`key:${ANA.key}`, { key: ANA.key, empty: [] }]]));
    const { of } = await resolve([ANA, ANA_BY_PHONE], {
      candidates: [candidate('7', { key: ANA.key })],
      personCache,
    });
    expect(of(ANA)).toBe(of(ANA_BY_PHONE));
    expect(of(ANA)).toMatchObject({ action: 'update', id: '7', key: ANA.key });
  });

  test('share the record of the one that is known, though it holds another number', async () => {
    const candidates = [candidate('7', { key: ANA.key, phones: [] })];
    const { of } = await resolve([ANA_BY_PHONE, ANA], { candidates });
    expect(of(ANA_BY_PHONE)).toBe(of(ANA));
    expect(of(ANA)).toMatchObject({ action: 'update', id: '7' });
  });

  test('that lead to one record become one write, in which the later fields win', async () => {
    const later = personWithoutId(1, { fields: [{ field: 'altur_status', value: 'lost', when: 'newest' }] });
    const { of } = await resolve([ANA, later], { candidates: [candidate('7')] });
    expect(of(later)).toBe(of(ANA));
    expect(of(ANA)).toMatchObject({ action: 'adopt', key: ANA.key });
    expect(fieldsToWrite(of(ANA))).toContainEqual({ field: 'altur_status', value: 'lost', when: 'newest' });
  });

  test('that lead to one record leave what the call that ended later says of it', async () => {
    const status = (value: string, at: number) => [
      { field: 'altur_status', value, when: 'newest', asOf: at } as const,
    ];
    const known = personWithId(1, { fields: status('later', 2) });
    const byPhone = personWithoutId(1, { fields: status('earlier', 1) });
    const { of } = await resolve([known, byPhone], { candidates: [candidate('7', { key: known.key })] });
    expect(fieldsToWrite(of(known))).toMatchObject([{ value: 'later' }]);
  });

  test('who both add to a list both add', async () => {
    const adds = (tag: string) => [{ field: 'tags', value: [tag], when: 'append' as const }];
    const [one, two] = [personWithId(1, { fields: adds('a') }), personWithoutId(1, { fields: adds('b') })];
    const { of } = await resolve([one, two]);
    expect(fieldsToWrite(of(one))).toEqual([{ field: 'tags', value: ['a', 'b'], when: 'append' }]);
  });
});

describe('fields to be written where they are empty', () => {
  const names = (target: PersonMatch) => fieldsToWrite(target).map(({ field }) => field);

  test('are written to a new record', async () => {
    const { of } = await resolve([ANA]);
    expect(names(of(ANA))).toEqual(['firstname', 'phone', 'altur_status']);
  });

  test('are written to a record where they are empty, and nowhere else', async () => {
    const values = new Map([
      ['firstname', 'Anita'],
      ['phone', ''],
    ]);
    const { of } = await resolve([ANA], { candidates: [candidate('7', { key: ANA.key, values })] });
    expect(names(of(ANA))).toEqual(['phone', 'altur_status']);
  });
});

describe('the person cache', () => {
  async function written(people: readonly Person[], scene: Scene = {}) {
    const personCache = scene.personCache ?? mapCache();
    const { targets } = await resolve(people, { ...scene, personCache });
    const distinct = [...new Set(targets.values())];
    await cachePeople(
      distinct.map((target) => ({ match: target, id: target.id ?? 'new' })),
      { cache: personCache, policy: POLICY },
    );
    return personCache;
  }

  test('spares the look-up of who was written before, under the key and under the phone', async () => {
    const personCache = await written([ANA]);
    const { asked, of } = await resolve([ANA, ANA_BY_PHONE], { personCache });
    expect(asked).toEqual([]);
    expect(of(ANA)).toMatchObject({ action: 'update', id: 'new', key: ANA.key });
    expect(of(ANA_BY_PHONE)).toBe(of(ANA));
  });

  test('knows which fields are still empty', async () => {
    const nameless = personWithId(1, { fields: [] });
    const personCache = await written([nameless]);
    const { of } = await resolve([ANA], { personCache });
    expect(of(ANA).empty).toEqual(['firstname', 'phone']);
    await written([ANA], { personCache });
    expect((await resolve([ANA], { personCache })).of(ANA).empty).toEqual([]);
  });

  test('lets an id replace a key made of the number', async () => {
    const personCache = await written([ANA_BY_PHONE]);
    const record = candidate('new', { key: ANA_BY_PHONE.key, phones: [phone(1).e164] });
    const { asked, of } = await resolve([ANA], { candidates: [record], personCache });
    // The record is looked at first: it may have got an id since.
    expect(asked).toEqual([ANA.key]);
    expect(of(ANA)).toMatchObject({ action: 'adopt', id: 'new', key: ANA.key });
  });

  test('of a record that was about to get an id leads to the record, for either of the two callers', async () => {
    const personCache = await written([ANA_BY_PHONE]);
    const record = candidate('new', { key: ANA_BY_PHONE.key, phones: [phone(1).e164] });
    const { of } = await resolve([ANA], { candidates: [record], personCache });
    await markPending([of(ANA)], personCache);
    // The worker is killed here: the record may carry either key.
    const byNumber = await resolve([ANA_BY_PHONE], { personCache });
    expect(byNumber.of(ANA_BY_PHONE)).toMatchObject({ action: 'update', id: 'new' });
    const byId = await resolve([ANA], { candidates: [record], personCache });
    expect(byId.of(ANA)).toMatchObject({ action: 'adopt', id: 'new', key: ANA.key });
    const done = await resolve([ANA], { candidates: [{ ...record, key: ANA.key }], personCache });
    expect(done.of(ANA)).toMatchObject({ action: 'update', id: 'new', key: ANA.key });
  });

  test('of a person who was about to be created leads to the record that a call from the number created meanwhile', async () => {
    const personCache = mapCache();
    await markPending([(await resolve([ANA], { personCache })).of(ANA)], personCache);
    // The worker is killed here. The other call writes the person under the same key.
    await written([ANA_BY_PHONE], { personCache });
    const record = candidate('new', { key: ANA.key });
    const { of } = await resolve([ANA], { candidates: [record], personCache });
    expect(of(ANA)).toMatchObject({ action: 'update', id: 'new', key: ANA.key });
  });

  test('of a person whose creation or new key is not confirmed does not hide the record that the number leads to', async () => {
    for (const unconfirmed of [{}, { id: 'gone', pending: true }]) {
      const personCache = await written([ANA_BY_PHONE]);
      personCache.entries.set(`key:${ANA.key}`, { key: ANA.key, empty: [], ...unconfirmed });
      const record = candidate('new', { key: ANA_BY_PHONE.key });
      const { recordIds, of } = await resolve([ANA], { candidates: [record], personCache });
      expect(recordIds).toContain('new');
      expect(of(ANA)).toMatchObject({ action: 'adopt', id: 'new', key: ANA.key });
    }
  });

  test('of a person whose new key is not confirmed leads to the record that theirs was merged into', async () => {
    const personCache = mapCache();
    const { of } = await resolve([ANA], { candidates: [candidate('7')], personCache });
    await markPending([of(ANA)], personCache);
    // The worker is killed here, and a user merges the record into one of another number.
    for (const key of [undefined, personWithoutId(2).key, 'customer-2']) {
      const record = candidate('8', { key, formerIds: ['7'], phones: [phone(2).e164] });
      const again = await resolve([ANA], { candidates: [record], personCache });
      expect(again.of(ANA)).toMatchObject({ action: key === 'customer-2' ? 'update' : 'adopt', id: '8' });
    }
  });

  test('of a record that is gone gives way to that of the creation that follows, under every name', async () => {
    const personCache = await written([ANA]);
    const { of } = await resolve([ANA], { personCache: mapCache() });
    await markPending([of(ANA)], personCache, new Map([[ANA.key, 'new']]));
    const caller = await resolve([ANA_BY_PHONE], { personCache });
    expect(caller.of(ANA_BY_PHONE)).toMatchObject({ action: 'create', key: ANA.key });
  });

  test('of a number whose record was merged does not lead to who has another id', async () => {
    const personCache = await written([ANA_BY_PHONE]);
    const record = { formerIds: ['new'], phones: [phone(2).e164] };
    const other = await resolve([ANA], {
      candidates: [candidate('8', { ...record, key: 'customer-2' })],
      personCache,
    });
    expect(other.of(ANA)).toMatchObject({ action: 'create', key: ANA.key });
    const nobody = await resolve([ANA], { candidates: [candidate('8', record)], personCache });
    expect(nobody.of(ANA)).toMatchObject({ action: 'adopt', id: '8' });
    // It was not merged: the record has got another number since.
    const moved = await resolve([ANA], { candidates: [candidate('new', { phones: [] })], personCache });
    expect(moved.of(ANA)).toMatchObject({ action: 'create' });
  });

  test('leads from the number a record was keyed by to the person who adopted it, though they called from another', async () => {
    const personCache = mapCache();
    const number = personWithoutId(2);
    const record = candidate('7', { key: number.key, phones: [phone(2).e164, phone(1).e164] });
    const { of } = await resolve([ANA], { candidates: [record], personCache });
    await cachePeople([{ match: of(ANA), id: '7' }], { cache: personCache, policy: POLICY });
    const again = await resolve([number], { personCache });
    expect(again.of(number)).toMatchObject({ action: 'update', id: '7', key: ANA.key });
  });

  test('does not lead to who has the same phone and another id', async () => {
    const personCache = await written([ANA]);
    const other = personWithId(1, { key: 'customer-2' });
    const { asked } = await resolve([other], { personCache });
    expect(asked).toEqual(['customer-2']);
  });

  test('learns a further number of somebody known', async () => {
    const personCache = await written([ANA]);
    const moved = personWithId(1, { identities: [{ by: 'phone', phone: phone(2) }] });
    await written([moved], { personCache });
    expect(personCache.entries.get(`phone:${phone(2).e164}`)).toMatchObject({ id: 'new', key: ANA.key });
  });

  test('holds nobody who is only linked to', async () => {
    const linkOnly = personWithId(1, { linkOnly: true });
    const personCache = await written([linkOnly], { candidates: [candidate('7')] });
    expect(personCache.entries.size).toBe(0);
  });
});

describe('a phone', () => {
  test.each([
    '+525510000001',
    '+52 55 1000 0001',
    '+5215510000001',
    '005215510000001',
    '5510000001',
    '(55) 1000-0001',
    '525510000001',
  ])('is the same number written as %s', (text) => {
    expect(holdsPhone(text, phone(1))).toBe(true);
  });

  test.each(['', '+1 551 000 0001', '+15510000001', '5510000002', '10000001'])(
    'is another number than %s',
    (text) => {
      expect(holdsPhone(text, phone(1))).toBe(false);
    },
  );
});
