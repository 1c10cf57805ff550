/** Contacts that a user merges: the call reaches the surviving record, whatever HubSpot answers to the former id. */
import { describe, expect, test } from '@jest/globals';
import type { CallRecord, Person } from '../../../connectors/connector.ts';
import type { HttpRequest } from '../../simulators/kit/http-message.ts';
import { closedAfterEach } from '../closing.ts';
import { personWithId, phone, record, records } from '../fixtures.ts';
import { startPortal, statuses, type TestPortal } from './portal.ts';

const start = closedAfterEach(startPortal);

const ANSWERS = ['forwarded', 'silent', 'not-found'] as const;
const READS = ['forwarded', 'not-found'] as const;
const VARIANTS = ANSWERS.flatMap((mergedUpdates) =>
  READS.map((mergedReads) => ({ mergedUpdates, mergedReads })),
);

const statusOf = (person: Person, value: string): Person => {
  return { ...person, fields: [{ field: 'altur_status', value, when: 'newest' }] };
};

/** A later call of this person, who converted. */
function converted(n: number, person: Person): CallRecord {
  return record(n, { person: statusOf(person, 'converted'), endedAt: Date.UTC(2026, 11, 23, 12, 0, n) });
}

const withoutCall = ({ call: _, ...rest }: CallRecord): CallRecord => rest;

const contactOf = ({ hubspot }: TestPortal, key: string) =>
  hubspot.contacts().find(({ properties }) => properties.altur_person_key === key)!;

const linksOf = ({ hubspot }: TestPortal, id: string) =>
  hubspot.associations().filter(({ to }) => to.id === id).length;

describe.each(VARIANTS)(
  'a contact that was merged (updates $mergedUpdates, reads $mergedReads)',
  (variant) => {
    test.each([true, false])(
      'gets the next call and its status (ours is the primary: %s)',
      async (isPrimary) => {
        const portal = await start(variant);
        const { hubspot, sync, asked } = portal;
        await sync([record(1)]);
        const [duplicate] = hubspot.seed({ contacts: [{ firstname: 'Anita' }] });
        const { id: ours } = contactOf(portal, 'customer-1');
        const merged = isPrimary ? hubspot.merge(ours, duplicate!) : hubspot.merge(duplicate!, ours);
        asked();
        const [outcome] = await sync([converted(2, personWithId(1))]);
        expect(outcome).toMatchObject({ status: 'synced', records: { person: merged } });
        expect(asked().length).toBeLessThanOrEqual(6);
        expect(hubspot.contacts()).toMatchObject([{ id: merged, properties: { altur_status: 'converted' } }]);
        expect(linksOf(portal, merged)).toBe(2);
        expect(await sync([converted(3, personWithId(1))])).toMatchObject([{ records: { person: merged } }]);
        expect(asked()).toHaveLength(3);
      },
    );

    test('does not delay thirty others of its batch', async () => {
      const portal = await start(variant);
      const { hubspot, sync, asked } = portal;
      await sync(records(31));
      const [duplicate] = hubspot.seed({ contacts: [{ firstname: 'Anita' }] });
      const merged = hubspot.merge(contactOf(portal, 'customer-1').id, duplicate!);
      asked();
      const batch = records(31).map((_, index) => converted(100 + index, personWithId(index + 1)));
      const outcomes = await sync(batch);
      expect(statuses(outcomes)).toEqual(['synced']);
      expect(outcomes[0]).toMatchObject({ records: { person: merged } });
      expect(asked().length).toBeLessThanOrEqual(3 + 5);
      expect(hubspot.contacts()).toHaveLength(31);
      expect(hubspot.calls()).toHaveLength(62);
    });

    test('with another known person is one person, for good', async () => {
      const portal = await start(variant);
      const { hubspot, sync } = portal;
      const first = personWithId(1);
      const second = personWithId(2, {
        identities: [
          { by: 'key', value: 'customer-2' },
          { by: 'phone', phone: phone(1) },
        ],
      });
      await sync([record(1, { person: first })]);
      await sync([record(2, { person: second })]);
      hubspot.indexNow();
      const merged = hubspot.merge(contactOf(portal, 'customer-1').id, contactOf(portal, 'customer-2').id);
      hubspot.indexNow();
      for (const [n, person] of [second, first, second, first].entries())
        expect(await sync([converted(10 + n, person)])).toMatchObject([
          { status: 'synced', records: { person: merged } },
        ]);
      expect(await sync([converted(20, second), converted(21, first)])).toMatchObject([
        { records: { person: merged } },
        { records: { person: merged } },
      ]);
      expect(hubspot.contacts()).toHaveLength(1);
      expect(linksOf(portal, merged)).toBe(8);
    });

    test('in one batch with the other one is one person', async () => {
      const portal = await start(variant);
      const { hubspot, sync } = portal;
      await sync(records(2));
      const merged = hubspot.merge(contactOf(portal, 'customer-1').id, contactOf(portal, 'customer-2').id);
      hubspot.indexNow();
      const outcomes = await sync([converted(10, personWithId(1)), converted(11, personWithId(2))]);
      expect(outcomes).toMatchObject([{ records: { person: merged } }, { records: { person: merged } }]);
      expect(hubspot.contacts()).toHaveLength(1);
      expect(linksOf(portal, merged)).toBe(4);
    });
  },
);

describe.each(VARIANTS.filter(({ mergedUpdates }) => mergedUpdates !== 'forwarded'))(
  'a merged contact whose survivor cannot be written at the moment ($mergedUpdates, $mergedReads)',
  (variant) => {
    test('is that one when the call is repeated', async () => {
      let left = Number.POSITIVE_INFINITY;
      // After the update of the former record comes the one of the survivor.
      const gateway = ({ url }: HttpRequest) => {
        if (url.endsWith('contacts/batch/update')) left -= 1;
        return left < 0 ? { status: 503, headers: {}, body: '' } : undefined;
      };
      const portal = await start({ ...variant, gateway });
      const { hubspot, sync } = portal;
      await sync(records(2));
      const merged = hubspot.merge(contactOf(portal, 'customer-2').id, contactOf(portal, 'customer-1').id);
      hubspot.indexNow();
      left = 1;
      await expect(sync([converted(10, personWithId(1))])).rejects.toMatchObject({ kind: 'unavailable' });
      left = Number.POSITIVE_INFINITY;
      expect(await sync([converted(10, personWithId(1))])).toMatchObject([{ records: { person: merged } }]);
      expect(hubspot.contacts()).toHaveLength(1);
    });
  },
);

test('several contacts of a batch that were merged are told apart, with trace ids or without', async () => {
  for (const echoTraceIds of [true, false]) {
    const portal = await start({ echoTraceIds });
    const { hubspot, sync } = portal;
    await sync(records(4));
    const merged = [1, 2, 3].map((n) => {
      const [duplicate] = hubspot.seed({ contacts: [{ firstname: `Twin ${n}` }] });
      return hubspot.merge(contactOf(portal, `customer-${n}`).id, duplicate!);
    });
    const outcomes = await sync([1, 2, 3, 4].map((n) => converted(10 + n, personWithId(n))));
    expect(outcomes.slice(0, 3)).toMatchObject(
      merged.map((person) => ({ status: 'synced', records: { person } })),
    );
    expect(merged.map((id) => linksOf(portal, id))).toEqual([2, 2, 2]);
    expect(hubspot.contacts()).toHaveLength(4);
  }
});

test('a contact that HubSpot passes over although it is there is written with the next request', async () => {
  const portal = await start();
  const { hubspot, sync } = portal;
  await sync(records(2));
  hubspot.fault({
    kind: 'status',
    status: 200,
    body: { status: 'COMPLETE', results: [] },
    path: 'contacts/batch/update',
  });
  expect(statuses(await sync([converted(10, personWithId(1)), converted(11, personWithId(2))]))).toEqual([
    'synced',
  ]);
  expect(hubspot.contacts().map(({ properties }) => properties.altur_status)).toEqual([
    'converted',
    'converted',
  ]);
});

describe('a value that HubSpot answers differently', () => {
  /** HubSpot's answer to the contacts, with one property changed. */
  const answering = (name: string, value: string | null) => {
    return {
      gateway: ({ url, body }: HttpRequest) => {
        if (!url.endsWith('contacts/batch/upsert')) return undefined;
        const { inputs } = JSON.parse(body) as { inputs: { properties: Record<string, string> }[] };
        const results = inputs.map(({ properties }, index) => {
          return { id: String(77 + index), properties: { ...properties, [name]: value } };
        });
        return { status: 200, headers: {}, body: JSON.stringify({ status: 'COMPLETE', results }) };
      },
    };
  };
  const about = (field: string, value: string) =>
    record(1, { person: personWithId(1, { fields: [{ field, value, when: 'always' }] }) });
  const skippedOf = async (field: string, sent: string, answered: string | null) => {
    const { sync } = await start({ gateway: answering(field, answered).gateway });
    const [outcome] = await sync([withoutCall(about(field, sent))]);
    return outcome!.status === 'synced' ? outcome!.skippedFields : outcome;
  };

  test.each([
    ['altur_status', 'converted', 'interested'],
    ['altur_status', 'converted', ''],
    ['altur_status', 'converted', null],
    ['altur_last_call_at', '2026-11-23T12:00:00.000Z', '2026-11-22T12:00:00.000Z'],
    ['hs_lead_status', 'OPEN', 'NEW'],
  ])('is reported: %s', async (field, sent, answered) => {
    const skipped = await skippedOf(field, sent, answered);
    expect(skipped).toContainEqual(
      expect.objectContaining({ object: 'person', field, code: 'VALUE_NOT_STORED' }),
    );
    expect(JSON.stringify(skipped)).not.toContain(sent);
  });

  test.each([
    ['altur_status', ' Converted ', 'converted'],
    ['altur_last_call_at', '2026-11-23T12:00:00.000Z', '1795435200000'],
    ['phone', '+52 55 1000 0001', '+525510000001'],
    ['phone', '5510000001', '+525510000001'],
    ['email', 'Ana@Example.com', 'ana@example.com'],
    ['altur_status', '', null],
  ])('is not when it says the same: %s %s', async (field, sent, answered) => {
    expect(await skippedOf(field, sent, answered)).toEqual([]);
  });
});
