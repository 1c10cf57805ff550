/** One value or one record that HubSpot does not take costs itself, not the batch: faults that others reported. */
import { describe, expect, test } from '@jest/globals';
import type { CallRecord } from '../../../connectors/connector.ts';
import { type HttpRequest, jsonResponse } from '../../simulators/kit/http-message.ts';
import { closedAfterEach } from '../closing.ts';
import { always, personWithId, record, records } from '../fixtures.ts';
import { startPortal, statuses } from './portal.ts';

const start = closedAfterEach(startPortal);

function withPersonField(n: number, field: string, value: string): CallRecord {
  const person = personWithId(n);
  return record(n, { person: { ...person, fields: [...person.fields, always(field, value)] } });
}

/** HubSpot's answer to a batch of contacts one of whose values an administrator's rule rejects. */
const rejecting = (name: string, error: string, isBad: (value: string) => boolean) => ({
  gateway: ({ url, body }: HttpRequest) => {
    if (!url.includes('contacts/batch/up')) return undefined;
    const { inputs } = JSON.parse(body) as {
      inputs: { id: string; objectWriteTraceId: string; properties: Record<string, string> }[];
    };
    const bad = inputs.filter(({ properties }) => isBad(properties[name] ?? ''));
    if (bad.length === 0) return undefined;
    const errors = bad.map(({ objectWriteTraceId, properties }) => {
      const list = JSON.stringify([{ isValid: false, message: `${properties[name]} is bad`, error, name }]);
      const message = `Property values were not valid: ${list}`;
      return {
        status: 'error',
        category: 'VALIDATION_ERROR',
        message,
        context: { objectWriteTraceId: [objectWriteTraceId] },
      };
    });
    const results = inputs
      .filter((input) => !bad.includes(input))
      .map(({ properties }, index) => ({ id: String(900 + index), properties }));
    return jsonResponse(207, { status: 'COMPLETE', results, numErrors: errors.length, errors });
  },
});

describe('one value of forty', () => {
  test('that is no e-mail address is skipped, the others are written', async () => {
    const { sync, hubspot } = await start();
    const batch = records(40).map((_, n) =>
      withPersonField(n + 1, 'email', n === 7 ? 'ana@@example' : `ana${n}@example.com`),
    );
    const outcomes = await sync(batch);
    expect(statuses(outcomes)).toEqual(['synced']);
    expect(outcomes[7]).toMatchObject({
      skippedFields: [{ object: 'person', field: 'email', reason: expect.stringContaining('INVALID_EMAIL') }],
    });
    expect(hubspot.contacts().filter(({ properties }) => properties.email)).toHaveLength(39);
  });

  test('that breaks a validation rule is skipped, and is not shown', async () => {
    const { sync } = await start(rejecting('lastname', 'INVALID_ALPHA', (value) => /\d/.test(value)));
    const batch = [withPersonField(1, 'lastname', 'Ruiz'), withPersonField(2, 'lastname', '2 López3')];
    const person = (each: CallRecord): CallRecord => {
      const { call: _, ...rest } = each;
      return rest;
    };
    const outcomes = await sync(batch.map(person));
    expect(outcomes).toMatchObject([
      { status: 'synced', skippedFields: [] },
      {
        status: 'synced',
        skippedFields: [{ field: 'lastname', reason: expect.stringContaining('INVALID_ALPHA') }],
      },
    ]);
    expect(JSON.stringify(outcomes)).not.toContain('López');
  });
});

test('an owner who was archived is skipped on twenty tasks, in a handful of requests', async () => {
  const { sync, hubspot, asked } = await start({ owners: ['1'] });
  const batch = records(20).map((each) => {
    const fields = [
      always('hs_task_subject', 'Call'),
      always('hs_timestamp', '2026-11-24T12:00:00.000Z'),
      always('hubspot_owner_id', '99'),
    ];
    return { ...each, tasks: [{ key: `${each.callId}:promise`, fields }] };
  });
  const outcomes = await sync(batch);
  expect(outcomes).toMatchObject(
    batch.map(() => ({ status: 'synced', skippedFields: [{ object: 'task', field: 'hubspot_owner_id' }] })),
  );
  expect(hubspot.tasks()).toHaveLength(20);
  expect(asked().length).toBeLessThan(12);
});

test('a property that an administrator requires makes new people dead letters with the reason, and no known ones', async () => {
  const isNew = ({ url }: HttpRequest) => url.endsWith('contacts/batch/upsert');
  let requires = false;
  const { sync } = await start({
    gateway: (request) => {
      if (!requires || !isNew(request)) return undefined;
      const { inputs } = JSON.parse(request.body) as { inputs: { objectWriteTraceId: string }[] };
      const errors = inputs.map(({ objectWriteTraceId }) => ({
        status: 'error',
        category: 'VALIDATION_ERROR',
        message: 'A required property is missing.',
        errors: [
          {
            message: 'email is required',
            code: 'MISSING_REQUIRED_PROPERTY',
            context: { propertyName: ['email'] },
          },
        ],
        context: { objectWriteTraceId: [objectWriteTraceId] },
      }));
      return jsonResponse(207, { status: 'COMPLETE', results: [], numErrors: errors.length, errors });
    },
  });
  await sync([record(1)]);
  requires = true;
  const [known, fresh] = await sync([record(3, { person: personWithId(1) }), record(2)]);
  expect(known).toMatchObject({ status: 'synced' });
  expect(fresh).toMatchObject({
    status: 'dead-letter',
    object: 'person',
    fields: ['email'],
    reason: expect.stringMatching(/MISSING_REQUIRED_PROPERTY.*email/),
  });
});

test.each([
  ['half of an emoji', '\ud83d'],
  ['a NUL', '\u0000'],
  ['right-to-left marks', 'Ana \u202eziuR'],
  ['65,000 letters', 'ñ'.repeat(65_000)],
])('%s in a name does not stop the call', async (_, name) => {
  const { sync, hubspot } = await start();
  expect(statuses(await sync([withPersonField(1, 'lastname', name), record(2)]))).toEqual(['synced']);
  expect(hubspot.calls()).toHaveLength(2);
});

test('an option that lives elsewhere is sent, and HubSpot decides', async () => {
  const { sync, connector, hubspot } = await start({ owners: ['1'] });
  expect((await connector.schema()).person.get('hubspot_owner_id')?.options).toBeUndefined();
  expect(await sync([withPersonField(1, 'hubspot_owner_id', '1')])).toMatchObject([
    { status: 'synced', skippedFields: [] },
  ]);
  expect(hubspot.contacts()).toMatchObject([{ properties: { hubspot_owner_id: '1' } }]);
});

test.each([520, 521, 525])(
  'an answer %i without a body is HubSpot’s trouble, and each call is written once',
  async (status) => {
    const { sync, hubspot, connector } = await start();
    await connector.schema();
    for (const path of ['contacts/batch/upsert', 'calls/batch/upsert', 'associate']) {
      hubspot.fault({ kind: 'status', status, path });
      await expect(sync(records(3))).rejects.toMatchObject({ kind: 'unavailable' });
    }
    expect(statuses(await sync(records(3)))).toEqual(['synced']);
    expect(hubspot.calls()).toHaveLength(3);
  },
);

test('answers cut in the middle are no answers', async () => {
  const { sync, hubspot } = await start({
    gateway: (() => {
      let isFirst = true;
      return ({ url }: HttpRequest) => {
        if (!isFirst || !url.endsWith('calls/batch/upsert')) return undefined;
        isFirst = false;
        return { status: 200, headers: {}, body: '{"status":"COMPLETE","results":[{"id":"9' };
      };
    })(),
  });
  await expect(sync(records(3))).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'RESPONSE_NOT_FROM_CRM',
  });
  expect(statuses(await sync(records(3)))).toEqual(['synced']);
  expect(hubspot.calls()).toHaveLength(3);
});
