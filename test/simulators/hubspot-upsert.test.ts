import { describe, expect, test } from '@jest/globals';
import { person, portalEachTest, traced } from './hubspot/simulated-portal.ts';

const portal = portalEachTest({ provisioned: true });

type Properties = Record<string, string>;

const upsert = (inputs: readonly object[]) => portal.client.batch('contacts', 'upsert', { inputs });

describe('upsert', () => {
  test('creates, then updates, by a unique property', async () => {
    const first = await upsert([person('user_1', { firstname: 'Ana' })]);
    const second = await upsert([person('user_1', { lastname: 'Paz' })]);
    expect([first.status, first.body.status, first.body.results[0].new]).toEqual([200, 'COMPLETE', true]);
    expect(second.body.results).toEqual([
      expect.objectContaining({ id: first.body.results[0].id, new: false, archived: false }),
    ]);
    expect(portal.sim.contacts().map(({ properties }) => properties)).toEqual([
      expect.objectContaining({ altur_person_key: 'user_1', firstname: 'Ana', lastname: 'Paz' }),
    ]);
  });

  test('answers in another order than the inputs', async () => {
    const keys = Array.from({ length: 50 }, (_, index) => `user_${index}`);
    const { body } = await upsert(keys.map((key) => person(key)));
    const answered = body.results.map(
      ({ properties }: { properties: Properties }) => properties.altur_person_key,
    );
    expect(answered).not.toEqual(keys);
    expect(answered.toSorted()).toEqual(keys.toSorted());
  });

  test('returns only the properties that were sent, and no trace id unless it is set to', async () => {
    const input = { ...person('user_1'), properties: { firstname: 'Ana' } };
    const silent = await upsert(traced([input]));
    expect(Object.keys(silent.body.results[0].properties).sort()).toEqual(
      ['createdate', 'firstname', 'hs_object_id', 'lastmodifieddate'].sort(),
    );
    expect(silent.body.results[0].objectWriteTraceId).toBeUndefined();
    expect(portal.sim.contacts()[0]!.properties.altur_person_key).toBe('user_1');
    portal.sim.settings.echoTraceIds = true;
    const echoing = await upsert(traced([input]));
    expect(echoing.body.results[0].objectWriteTraceId).toBe('trace-0');
  });

  test.each([
    ['phone', 'Unable to perform update/upsert by non-unique 0-1 property phone'],
    ['hs_object_id', 'Unable to perform update/upsert by non-unique 0-1 property hs_object_id'],
    ['nothing', 'Property "nothing" does not exist'],
  ])('by %s is rejected, trace ids or not', async (idProperty, message) => {
    const { status, body } = await upsert(traced([{ id: '1', idProperty, properties: {} }]));
    expect([status, body.message]).toEqual([400, message]);
  });

  test('without an idProperty is rejected', async () => {
    expect((await upsert([{ id: '1', properties: {} }])).status).toBe(400);
  });

  test('by email finds it in any case, keeps it in lower case, and knows no partial success', async () => {
    const input = (id: string, properties: Properties = {}) => ({ id, idProperty: 'email', properties });
    await upsert([input('Ana@Example.com')]);
    const { body } = await upsert([input('ANA@example.COM', { firstname: 'Ana' })]);
    expect(body.results[0].new).toBe(false);
    expect(portal.sim.contacts()[0]!.properties.email).toBe('ana@example.com');
    const mixed = await upsert(traced([input('b@example.com'), input('c@example.com', { nope: 'x' })]));
    expect([mixed.status, portal.sim.contacts().length]).toEqual([400, 1]);
  });

  test('answers a partial success with 200 when set to', async () => {
    portal.sim.settings.partialUpsertStatus = 200;
    const { status, body } = await upsert(traced([person('a'), person('b', { nope: 'x' })]));
    expect([status, body.numErrors, body.results.length]).toEqual([200, 1, 1]);
  });
});

describe('one bad row', () => {
  const rows = [person('good'), person('bad', { nope: 'x' })];

  test('rejects the batch when not every input has a different trace id', async () => {
    const same = rows.map((row) => ({ ...row, objectWriteTraceId: 'same' }));
    for (const inputs of [rows, [traced(rows)[0]!, rows[1]!], same]) {
      const { status, body } = await upsert(inputs);
      expect([status, body.category]).toEqual([400, 'VALIDATION_ERROR']);
      expect(body.message).toContain('"error":"PROPERTY_DOESNT_EXIST","name":"nope"');
      expect(body.correlationId).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(portal.sim.contacts()).toEqual([]);
  });

  test('is reported by its trace id, and the good rows are written', async () => {
    const { status, body } = await upsert(traced(rows));
    expect(status).toBe(207);
    expect(body.results).toHaveLength(1);
    expect(body).toMatchObject({
      numErrors: 1,
      errors: [
        {
          status: 'error',
          category: 'VALIDATION_ERROR',
          context: { objectWriteTraceId: ['trace-1'] },
          errors: [{ code: 'PROPERTY_DOESNT_EXIST', context: { propertyName: ['nope'] } }],
        },
      ],
    });
    expect(portal.sim.contacts().map(({ properties }) => properties.altur_person_key)).toEqual(['good']);
  });

  test('may be named in the message or in errors[] only', async () => {
    portal.sim.settings.refusedIn = 'message';
    const inMessage = await upsert(rows);
    expect([inMessage.body.errors, inMessage.body.message]).toEqual([
      undefined,
      expect.stringContaining('"name":"nope"'),
    ]);
    portal.sim.settings.refusedIn = 'errors';
    const listed = await upsert(rows);
    expect([listed.body.message, listed.body.errors.length]).toEqual(['Property values were not valid', 1]);
  });
});
