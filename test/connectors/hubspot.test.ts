import { describe, expect, test } from '@jest/globals';
import type { RecordIds } from '../../connectors/connector.ts';
import { type HttpRequest, jsonResponse } from '../simulators/kit/http-message.ts';
import { closedAfterEach } from './closing.ts';
import { POLICY, personWithId, personWithoutId, phone, record, records } from './fixtures.ts';
import { startPortal, statuses, type TestPortal } from './hubspot/portal.ts';

const start = closedAfterEach(startPortal);

const CALLS_PLAN = ['POST calls/batch/upsert', 'POST calls/contacts/batch/associate/default'];
/** Who is known is written by the record's id, who is new by key. */
const KNOWN_PLAN = ['POST contacts/batch/update', ...CALLS_PLAN];
const NEW_PLAN = ['POST contacts/batch/upsert', ...CALLS_PLAN];

describe('a batch of calls', () => {
  test('of a hundred known people takes three requests', async () => {
    const { sync, asked, hubspot } = await start();
    await sync(records(100));
    asked();
    const outcomes = await sync(records(100).map((each) => ({ ...each, callId: `second-${each.callId}` })));
    expect(statuses(outcomes)).toEqual(['synced']);
    expect(asked()).toEqual(KNOWN_PLAN);
    expect(hubspot.contacts()).toHaveLength(100);
    expect(hubspot.calls()).toHaveLength(200);
    expect(hubspot.associations()).toHaveLength(200);
  });

  test('of a hundred new people takes seven requests, of which three look up all forms of their numbers', async () => {
    const { sync, asked, hubspot } = await start();
    const outcomes = await sync(records(100));
    expect(statuses(outcomes)).toEqual(['synced']);
    expect(asked()).toEqual([
      'POST contacts/batch/read',
      'POST contacts/search',
      'POST contacts/search',
      'POST contacts/search',
      ...NEW_PLAN,
    ]);
    expect(hubspot.contacts()).toHaveLength(100);
    expect(hubspot.associations()).toHaveLength(100);
  });

  test('answers in order with the ids of the records written', async () => {
    const { sync, hubspot } = await start();
    const outcomes = await sync(records(20));
    for (const [index, outcome] of outcomes.entries()) {
      const call = hubspot.calls().find(({ properties }) => properties.altur_call_id === `call-${index + 1}`);
      const contact = hubspot
        .contacts()
        .find(({ properties }) => properties.altur_person_key === `customer-${index + 1}`);
      expect(outcome).toMatchObject({ records: { call: call?.id, person: contact?.id } });
    }
  });

  test('takes two requests more with follow-ups, once however often the call comes', async () => {
    const { sync, asked, hubspot } = await start();
    await sync([record(1)]);
    asked();
    const followUp = {
      key: 'call-1:promise',
      fields: [{ field: 'hs_task_subject', value: 'Call', when: 'always' }],
    };
    const outcomes = [
      await sync([record(1, { tasks: [followUp as never] })]),
      await sync([record(1, { tasks: [followUp as never] })]),
    ];
    const plan = [...KNOWN_PLAN, 'POST tasks/batch/upsert', 'POST tasks/contacts/batch/associate/default'];
    expect(asked()).toEqual([...plan, ...plan]);
    expect(hubspot.tasks()).toHaveLength(1);
    expect(outcomes[1]).toMatchObject([{ records: { tasks: { 'call-1:promise': hubspot.tasks()[0]!.id } } }]);
  });

  test('does not open a follow-up again that somebody has completed; one that was deleted is written whole', async () => {
    const { sync, hubspot } = await start();
    const field = (name: string, value: string) => ({ field: name, value, when: 'always' as const });
    const followUp = (subject: string) => ({
      key: 'call-1:promise',
      fields: [field('hs_task_subject', subject), field('hs_task_status', 'NOT_STARTED')],
    });
    const [outcome] = await sync([record(1, { tasks: [followUp('Call')] })]);
    const { records: existing } = outcome as { readonly records: RecordIds };
    const id = existing.tasks!['call-1:promise']!;
    hubspot.change('tasks', id, { hs_task_status: 'COMPLETED' });
    const again = record(1, { tasks: [followUp('Call today')], existing });
    expect(statuses(await sync([again]))).toEqual(['synced']);
    const changed = { hs_task_subject: 'Call today', hs_task_status: 'COMPLETED' };
    expect(hubspot.tasks()).toMatchObject([{ id, properties: changed }]);
    hubspot.remove('tasks', id);
    expect(statuses(await sync([again]))).toEqual(['synced']);
    expect(hubspot.tasks()).toMatchObject([{ properties: { ...changed, hs_task_status: 'NOT_STARTED' } }]);
  });

  test('with the same call twice writes the later one, and both have an outcome', async () => {
    const { sync, hubspot } = await start();
    const title = (text: string) => ({
      fields: [{ field: 'hs_call_title', value: text, when: 'always' as const }],
    });
    const outcomes = await sync([record(1, { call: title('one') }), record(1, { call: title('two') })]);
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(hubspot.calls()).toMatchObject([{ properties: { hs_call_title: 'two' } }]);
  });

  test('logs a call of nobody on its own', async () => {
    const { sync, hubspot } = await start();
    const { person: _, ...anonymous } = record(1);
    expect(await sync([anonymous])).toMatchObject([
      { status: 'synced', records: { call: expect.any(String) } },
    ]);
    expect(hubspot.contacts()).toHaveLength(0);
    expect(hubspot.associations()).toHaveLength(0);
  });

  test('is not sent after the abort', async () => {
    const { sync, asked, connector } = await start();
    await connector.schema();
    await expect(sync([record(1)], AbortSignal.abort())).rejects.toMatchObject({ kind: 'unavailable' });
    expect(asked()).toEqual([]);
  });
});

describe('a person', () => {
  test('found by phone is adopted: our key, and only the fields that are empty', async () => {
    const { sync, asked, hubspot } = await start();
    const [id] = hubspot.seed({ contacts: [{ firstname: 'Anita', mobilephone: '+52 1 55 1000 0001' }] });
    const outcomes = await sync([record(1)]);
    expect(outcomes).toMatchObject([{ status: 'synced', records: { person: id } }]);
    expect(asked()).toContain('POST contacts/batch/update');
    expect(hubspot.contacts()).toMatchObject([
      {
        id,
        properties: {
          altur_person_key: 'customer-1',
          firstname: 'Anita',
          phone: phone(1).e164,
          altur_status: 'interested',
        },
      },
    ]);
  });

  test('with the same digits in another country is left alone', async () => {
    const { sync, hubspot } = await start();
    const [stranger] = hubspot.seed({ contacts: [{ firstname: 'Joe', phone: '+1 551 000 0001' }] });
    const five = personWithId(1, {
      identities: [
        { by: 'key', value: 'customer-1' },
        {
          by: 'phone',
          phone: { e164: '+525510000001', national: ['5510000001', '15510000001'], textForms: [] },
        },
      ],
    });
    await sync([record(1, { person: five })]);
    expect(hubspot.contacts()).toHaveLength(2);
    expect(hubspot.contacts().find(({ id }) => id === stranger)?.properties.altur_person_key).toBeUndefined();
  });

  test('who carries another id is left alone', async () => {
    const { sync, hubspot } = await start();
    hubspot.seed({ contacts: [{ altur_person_key: 'customer-9', phone: phone(1).e164 }] });
    await sync([record(1)]);
    expect(hubspot.contacts().map(({ properties }) => properties.altur_person_key)).toEqual([
      'customer-9',
      'customer-1',
    ]);
  });

  test('calling twice before the search index knows them is one contact', async () => {
    const { sync, hubspot } = await start({ lagMs: 3_600_000 });
    const anonymous = personWithoutId(1);
    await sync([record(1, { person: anonymous })]);
    await sync([record(2, { person: anonymous })]);
    await sync([record(3, { person: personWithId(1) })]);
    await sync([record(4, { person: anonymous })]);
    expect(hubspot.contacts()).toMatchObject([{ properties: { altur_person_key: 'customer-1' } }]);
    expect(hubspot.associations()).toHaveLength(4);
  });

  test('whose contact another adopted a moment ago is somebody else, whatever the search index still says', async () => {
    const { sync, hubspot, personCache } = await start({ lagMs: 3_600_000 });
    hubspot.seed({ contacts: [{ phone: phone(1).e164 }] });
    await sync([record(1)]);
    personCache.entries.clear();
    const relative = personWithId(2, { identities: [{ by: 'phone', phone: phone(1) }] });
    await sync([record(2, { person: relative })]);
    const keys = hubspot.contacts().map(({ properties }) => properties.altur_person_key);
    expect(keys).toEqual(['customer-1', 'customer-2']);
  });

  test('known by id and by number in one batch is one contact', async () => {
    const { sync, hubspot } = await start();
    await sync([record(1, { person: personWithoutId(1) }), record(2, { person: personWithId(1) })]);
    expect(hubspot.contacts()).toMatchObject([{ properties: { altur_person_key: 'customer-1' } }]);
    expect(hubspot.associations()).toHaveLength(2);
  });

  test('whose name was filled in HubSpot keeps it', async () => {
    const { sync, hubspot, personCache } = await start();
    await sync([record(1)]);
    const renamed = personWithId(1, { fields: [{ field: 'firstname', value: 'Other', when: 'if-empty' }] });
    await sync([record(2, { person: renamed })]);
    personCache.entries.clear();
    await sync([record(3, { person: renamed })]);
    expect(hubspot.contacts()).toMatchObject([{ properties: { firstname: 'Name 1' } }]);
  });

  test('whose key comes back in lower case is the one who was asked for', async () => {
    const { sync, hubspot, personCache, asked } = await start({ lowerCaseUnique: true });
    const key = 'Customer-A';
    const named = (name: string) =>
      personWithId(1, {
        key,
        identities: [{ by: 'key', value: key }],
        fields: [{ field: 'firstname', value: name, when: 'if-empty' }],
      });
    await sync([record(1, { person: named('Ana') })]);
    personCache.entries.clear();
    asked();
    await sync([record(2, { person: named('Other') })]);
    expect(asked()).not.toContain('POST contacts/search');
    expect(hubspot.contacts()).toMatchObject([{ properties: { altur_person_key: key, firstname: 'Ana' } }]);
  });

  test('whose contact was deleted in HubSpot gets a whole new one', async () => {
    const { sync, hubspot } = await start();
    await sync([record(1)]);
    hubspot.remove('contacts', hubspot.contacts()[0]!.id);
    expect(statuses(await sync([record(2, { person: personWithId(1) })]))).toEqual(['synced']);
    expect(hubspot.contacts()).toMatchObject([{ properties: { firstname: 'Name 1', phone: phone(1).e164 } }]);
    expect(hubspot.associations()).toHaveLength(1);
  });

  test('whose adopted contact vanished meanwhile is looked up again', async () => {
    const { sync, hubspot } = await start();
    await sync([record(1, { person: personWithoutId(1) })]);
    hubspot.remove('contacts', hubspot.contacts()[0]!.id);
    hubspot.indexNow();
    expect(await sync([record(2, { person: personWithId(1) })])).toMatchObject([{ status: 'synced' }]);
    expect(hubspot.contacts()).toMatchObject([{ properties: { altur_person_key: 'customer-1' } }]);
  });

  describe('whose record got another key while this was not noted, since the worker was killed', () => {
    /** The contact is cached under its number, and carries an id. */
    async function adoptedUnnoted() {
      const portal = await start({ lagMs: 60_000 });
      await portal.sync([record(1, { person: personWithoutId(1) })]);
      const remembered = new Map(portal.personCache.entries);
      await portal.sync([record(2, { person: personWithId(1) })]);
      portal.personCache.entries.clear();
      for (const [name, known] of remembered) portal.personCache.entries.set(name, known);
      return portal;
    }
    const keysOf = ({ hubspot }: TestPortal) =>
      hubspot.contacts().map(({ properties }) => properties.altur_person_key);

    test('is not made a second time when they call by their number', async () => {
      const portal = await adoptedUnnoted();
      expect(statuses(await portal.sync([record(3, { person: personWithoutId(1) })]))).toEqual(['synced']);
      expect(keysOf(portal)).toEqual(['customer-1']);
    });

    test('does not go to somebody else of that number', async () => {
      const portal = await adoptedUnnoted();
      const other = personWithId(2, {
        identities: [
          { by: 'key', value: 'customer-2' },
          { by: 'phone', phone: phone(1) },
        ],
      });
      expect(statuses(await portal.sync([record(3, { person: other })]))).toEqual(['synced']);
      expect(keysOf(portal)).toEqual(['customer-1', 'customer-2']);
    });
  });

  test('created under their id by a call that had only the number keeps the values of that later call', async () => {
    const { sync, hubspot } = await start();
    const saying = (value: string) => ({
      fields: [{ field: 'altur_status', value, when: 'newest' as const }],
    });
    const earlier = record(1, { person: personWithId(1, saying('earlier')) });
    const later = record(2, { person: personWithoutId(1, saying('later')) });
    hubspot.fault({ kind: 'drop', path: 'contacts/batch/upsert' });
    await expect(sync([earlier])).rejects.toMatchObject({ kind: 'unavailable' });
    expect(statuses(await sync([later]))).toEqual(['synced']);
    expect(statuses(await sync([earlier]))).toEqual(['synced']);
    expect(hubspot.contacts()).toMatchObject([
      { properties: { altur_person_key: 'customer-1', altur_status: 'later' } },
    ]);
  });

  test.each([
    ['the link of a call is not confirmed', /associate\/default/, { results: [] }],
    [
      'HubSpot passes over the contact',
      /contacts\/batch\/update/,
      { status: 'COMPLETE', results: [], errors: [{ category: 'INTERNAL' }] },
    ],
  ])('stays cached when %s: the search would not find them yet', async (_, path, body) => {
    const { sync, hubspot } = await start({ lagMs: 60_000 });
    await sync([record(1)]);
    hubspot.fault({ kind: 'status', status: 200, path, body, times: 'always' });
    await sync([record(2, { person: personWithId(1) })]);
    hubspot.clearFaults();
    await sync([record(3, { person: personWithoutId(1) })]);
    expect(hubspot.contacts()).toHaveLength(1);
  });

  test.each([
    ['log-only', 1],
    ['skip', 0],
  ] as const)('who is missing is not created when the mapping says %s', async (onMissing, calls) => {
    const policy = { onMissing, onMany: 'newest', ifEmpty: [] } as const;
    const { sync, hubspot } = await start({ context: { policy } });
    expect(await sync([record(1)])).toMatchObject([
      { status: 'synced', note: expect.stringContaining(onMissing) },
    ]);
    expect(hubspot.contacts()).toHaveLength(0);
    expect(hubspot.calls()).toHaveLength(calls);
  });

  test('who is only linked to is not written', async () => {
    const { sync, asked, hubspot } = await start();
    const [id] = hubspot.seed({ contacts: [{ phone: phone(1).e164 }] });
    const linkOnly = personWithId(1, { linkOnly: true, fields: [] });
    expect(await sync([record(1, { person: linkOnly })])).toMatchObject([{ records: { person: id } }]);
    expect(asked()).not.toContain('POST contacts/batch/upsert');
    expect(hubspot.contacts()[0]!.properties.altur_person_key).toBeUndefined();
    expect(hubspot.associations()).toHaveLength(1);
  });

  test('keeps what a list held when something is added to it', async () => {
    const { sync, hubspot } = await start();
    const adds = (tag: string) =>
      personWithId(1, { fields: [{ field: 'altur_tags', value: [tag], when: 'append' }] });
    await sync([record(1, { person: adds('a') })]);
    await sync([record(2, { person: adds('b') })]);
    await sync([record(3, { person: adds('a') })]);
    expect(hubspot.contacts()).toMatchObject([{ properties: { altur_tags: 'a;b' } }]);
  });
});

test.each([
  ['ends', []],
  ['ids', []],
  ['nothing', ['POST calls/contacts/batch/read']],
] as const)(
  'a link is known to be there when the answer holds its %s',
  async (associationAnswers, further) => {
    const { sync, asked, hubspot } = await start({ associationAnswers, unchecked: 'answers' });
    expect(statuses(await sync(records(3)))).toEqual(['synced']);
    expect(asked().slice(4)).toEqual(['POST calls/contacts/batch/associate/default', ...further]);
    expect(hubspot.associations()).toHaveLength(3);
  },
);

test('a call is linked to the contact’s company when the mapping says so', async () => {
  const linked: unknown[] = [];
  const gateway = ({ url, body }: HttpRequest) => {
    const { inputs } = body === '' ? { inputs: [] } : JSON.parse(body);
    if (url.endsWith('/calls/companies/batch/associate/default')) {
      linked.push(...inputs);
      return jsonResponse(200, { results: inputs });
    }
    if (!body.includes('associatedcompanyid')) return undefined;
    const results = inputs.map(({ id }: { id: string }) => ({
      id,
      properties: { associatedcompanyid: '77' },
    }));
    return jsonResponse(200, { results });
  };
  const policy = { ...POLICY, associate: ['company'] } as const;
  const { sync } = await start({ gateway, context: { policy } });
  const [outcome] = await sync([record(1)]);
  expect(outcome).toMatchObject({ status: 'synced' });
  const call = outcome!.status === 'synced' ? outcome!.records.call : undefined;
  expect(linked).toEqual([{ from: { id: call }, to: { id: '77' } }]);
});

test('usage reports how much of the day’s quota is used, and what is allowed at once', async () => {
  const { sync, connector } = await start({ limits: { daily: 1_000 } });
  expect(connector.usage?.()).toBeUndefined();
  await sync([record(1)]);
  const burst = { limit: 100, perMs: 10_000 };
  expect(connector.usage?.()).toEqual({ used: expect.any(Number), limit: 1_000, burst });
  expect(connector.usage?.()?.used).toBeGreaterThanOrEqual(5);
});

describe('preview', () => {
  test('shows what sync sends, and sends nothing', async () => {
    const { connector, sync, asked, hubspot } = await start();
    const batch = records(3);
    const { requests } = await connector.dryRun(batch, true);
    const shown = requests.filter(({ note }) => note === 'would be sent');
    expect(hubspot.contacts()).toHaveLength(0);
    asked();
    const before = hubspot.requests.length;
    await sync(batch);
    const sent = hubspot.requests.slice(before).filter(({ path }) => /upsert/.test(path));
    expect(shown.slice(0, 2).map(({ body }) => body)).toEqual(sent.map(({ body }) => body));
    expect(shown.map(({ path }) => path).slice(2)).toEqual([
      '/crm/associations/2026-03/calls/contacts/batch/associate/default',
    ]);
  });

  test('asks the CRM nothing about people unless `lookUp` is set', async () => {
    const { connector, asked } = await start();
    await connector.schema();
    asked();
    const { requests: shown } = await connector.dryRun([record(1)], false);
    expect(shown.map(({ path }) => path.split('/').at(-1))).toEqual([
      'read',
      'search',
      'upsert',
      'upsert',
      'default',
    ]);
    expect(asked()).toEqual([]);
  });
});
