/** One number on thousands of contacts, one contact with many numbers, keys that look alike. */
import { describe, expect, test } from '@jest/globals';
import type { CallRecord, Person } from '../../../connectors/connector.ts';
import { toPhone } from '../../../src/mapping/coerce/phone.ts';
import { jsonResponse } from '../../simulators/kit/http-message.ts';
import { closedAfterEach } from '../closing.ts';
import { POLICY, personWithId, phone, record, records } from '../fixtures.ts';
import { startPortal, statuses } from './portal.ts';

const start = closedAfterEach(startPortal);

/** The call of a person whose number has the forms that the mapping makes of a Mexican one. */
function withManyForms(call: CallRecord, n: number) {
  const number = toPhone(phone(n).e164, 'MX')!;
  const person = {
    ...call.person!,
    identities: call.person!.identities.map((each) =>
      each.by === 'phone' ? { ...each, phone: number } : each,
    ),
  };
  return { call: { ...call, person }, forms: number.textForms };
}

describe('a number that more than ten thousand contacts have', () => {
  const crowd = Array.from({ length: 10_001 }, (_, n) => {
    return { phone: phone(1).e164, createdate: new Date(Date.UTC(2020, 0, 1) + n * 60_000).toISOString() };
  });

  test.each([
    ['newest', 10_000],
    ['oldest', 0],
  ] as const)('leads to the %s of them in few searches, beside others', async (onMany, place) => {
    const policy = { ...POLICY, onMany };
    const { sync, hubspot, asked } = await start({ context: { policy }, limits: { app: 1_000 } });
    const ids = hubspot.seed({ contacts: crowd });
    const outcomes = await sync(records(5));
    expect(statuses(outcomes)).toEqual(['synced']);
    expect(outcomes[0]).toMatchObject({ records: { person: ids[place] } });
    expect(asked().filter((each) => each === 'POST contacts/search').length).toBeLessThanOrEqual(10);
    expect(hubspot.contacts()).toHaveLength(10_005);
    expect(hubspot.associations()).toHaveLength(5);
  });
});

describe('a number in another property', () => {
  const custom = {
    name: 'celular_2',
    type: 'string',
    fieldType: 'phonenumber',
    groupName: 'contactinformation',
  } as const;

  test.each(['hs_whatsapp_phone_number', 'celular_2'])('is found: %s', async (property) => {
    const { sync, hubspot, asked } = await start();
    hubspot.define('contacts', custom);
    const [id] = hubspot.seed({ contacts: [{ [property]: phone(1).e164 }] });
    expect(await sync([record(1)])).toMatchObject([{ status: 'synced', records: { person: id } }]);
    expect(hubspot.contacts()).toHaveLength(1);
    expect(asked().filter((each) => each === 'POST contacts/search')).toHaveLength(1);
  });

  test('is found under the twelve commonest forms, for fifteen newcomers at once', async () => {
    const { sync, hubspot, asked } = await start();
    hubspot.define('contacts', custom);
    const newcomers = Array.from({ length: 15 }, (_, n) => withManyForms(record(n + 1), n + 1));
    const contacts = newcomers.map(({ forms }, n) => ({ celular_2: forms[n % 12]! }));
    const ids = hubspot.seed({ contacts });
    const outcomes = await sync(newcomers.map(({ call }) => call));
    expect(outcomes.map((each) => each.status === 'synced' && each.records.person)).toEqual(ids);
    expect(hubspot.contacts()).toHaveLength(15);
    expect(asked().filter((each) => each === 'POST contacts/search').length).toBeLessThanOrEqual(3);
  });

  test('of a hundred newcomers costs one search more', async () => {
    const { sync, asked } = await start();
    expect(statuses(await sync(records(100)))).toEqual(['synced']);
    expect(asked().filter((each) => each === 'POST contacts/search')).toHaveLength(3);
  });

  test('that cannot be searched does not stop anybody’s calls', async () => {
    const { sync, hubspot } = await start({
      gateway: ({ url, body }) =>
        url.endsWith('/search') && body.includes('whatsapp')
          ? jsonResponse(400, { status: 'error', category: 'VALIDATION_ERROR', message: 'Not searchable.' })
          : undefined,
    });
    const [id] = hubspot.seed({ contacts: [{ phone: phone(1).e164 }] });
    expect(await sync([record(1)])).toMatchObject([{ status: 'synced', records: { person: id } }]);
  });
});

describe('keys that differ in case only', () => {
  const named = (key: string, n: number): Person =>
    personWithId(n, {
      key,
      identities: [
        { by: 'key', value: key },
        { by: 'phone', phone: phone(n) },
      ],
    });
  const [first, second] = [record(1, { person: named('AbC1', 1) }), record(2, { person: named('abc1', 2) })];

  test.each([true, false])('are two people where HubSpot tells them apart (at once: %s)', async (atOnce) => {
    const { sync, hubspot } = await start();
    const outcomes = atOnce
      ? await sync([first, second])
      : [...(await sync([first])), ...(await sync([second]))];
    expect(statuses(outcomes)).toEqual(['synced']);
    expect(hubspot.contacts()).toHaveLength(2);
  });

  test.each([
    [true, false],
    [false, false],
    [true, true],
    [false, true],
  ])(
    'are never one contact where HubSpot does not (at once: %s, answers in lower case: %s)',
    async (atOnce, lowerCaseUnique) => {
      const { sync, hubspot } = await start({ uniqueIgnoresCase: true, lowerCaseUnique });
      const outcomes = atOnce
        ? await sync([first, second])
        : [...(await sync([first])), ...(await sync([second]))];
      expect(outcomes).toMatchObject([
        { status: 'synced' },
        { status: 'dead-letter', code: 'KEY_DIFFERS_IN_CASE', reason: expect.stringContaining('f_id') },
      ]);
      expect(hubspot.contacts()).toMatchObject([
        { properties: { altur_person_key: 'AbC1', firstname: 'Name 1', phone: phone(1).e164 } },
      ]);
      expect(await sync([second])).toMatchObject([{ status: 'dead-letter' }]);
      expect(statuses(await sync([{ ...first, callId: 'later' }]))).toEqual(['synced']);
    },
  );
});
