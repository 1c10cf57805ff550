import { beforeEach, describe, expect, test } from '@jest/globals';
import { NOW, person, portalEachTest, traced } from './hubspot/simulated-portal.ts';

const portal = portalEachTest({ provisioned: true });

const upsert = (inputs: readonly object[]) => portal.client.batch('contacts', 'upsert', { inputs });

describe('the same id twice', () => {
  test.each(['upsert', 'update', 'read'])('rejects the whole %s in spite of trace ids', async (operation) => {
    const [id] = portal.sim.seed({ contacts: [{ altur_person_key: 'a' }] });
    const inputs = operation === 'upsert' ? [person('a'), person('a')] : [{ id }, { id }];
    const body = { inputs: traced(inputs.map((input) => ({ properties: {}, ...input }))) };
    const reply = await portal.client.batch('contacts', operation, operation === 'read' ? { inputs } : body);
    const twice = operation === 'upsert' ? 'a' : id!;
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({
      message: `Duplicate IDs found in batch input: [${twice}]. IDs must be unique`,
      context: { ids: [twice] },
    });
  });
});

describe('batches', () => {
  test('of more than 100 inputs are rejected', async () => {
    const inputs = Array.from({ length: 101 }, (_, index) => person(`user_${index}`));
    expect((await upsert(inputs)).status).toBe(400);
    expect((await upsert(inputs.slice(1))).status).toBe(200);
  });

  test('without the inputs wrapper succeed and do nothing', async () => {
    const { status, body } = await portal.client.batch('contacts', 'upsert', person('user_1'));
    expect([status, body.status, body.results]).toEqual([200, 'COMPLETE', []]);
    expect(portal.sim.contacts()).toEqual([]);
  });

  test.each([[1], [true], [null]])('reject %j as a value: values are text', async (value) => {
    const { status } = await upsert(
      traced([{ ...person('a'), properties: { firstname: value } }, person('b')]),
    );
    expect([status, portal.sim.contacts()]).toEqual([400, []]);
  });
});

describe('update', () => {
  const update = (inputs: readonly object[]) => portal.client.batch('contacts', 'update', { inputs });

  test('by record id and by unique property, and reports unknown ids', async () => {
    const [id] = portal.sim.seed({ contacts: [{ firstname: 'Ana' }, { altur_person_key: 'b' }] });
    const { status, body } = await update([
      { id, properties: { firstname: 'Eva' } },
      { ...person('b'), properties: { firstname: 'Bea' } },
      { id: '1', properties: {} },
      { id: '2', properties: {} },
    ]);
    expect([status, body.results.length, body.numErrors]).toEqual([207, 2, 1]);
    expect(body.errors[0]).toMatchObject({ category: 'OBJECT_NOT_FOUND', context: { ids: ['1', '2'] } });
    expect(portal.sim.contacts().map(({ properties }) => properties.firstname)).toEqual(['Eva', 'Bea']);
  });

  test('empties a property with an empty text', async () => {
    const [id] = portal.sim.seed({ contacts: [{ firstname: 'Ana' }] });
    await update([{ id, properties: { firstname: '' } }]);
    expect(portal.sim.contacts()[0]!.properties.firstname).toBeUndefined();
  });

  test('rejects ids that are no numbers', async () => {
    expect((await update([{ id: 'abc', properties: {} }])).status).toBe(400);
  });
});

describe('read', () => {
  const read = (body: object) => portal.client.batch('contacts', 'read', body);

  test('sees a write at once, by unique property, and reports unknown ids', async () => {
    await upsert([person('a', { firstname: 'Ana' })]);
    const { status, body } = await read({
      idProperty: 'altur_person_key',
      inputs: [{ id: 'a' }, { id: 'zzz' }],
      properties: ['firstname', 'lastname', 'no_such_property'],
      propertiesWithHistory: [],
    });
    expect(status).toBe(207);
    expect(body.results[0].properties).toMatchObject({ firstname: 'Ana', lastname: null });
    expect(body.results[0].properties).not.toHaveProperty('no_such_property');
    expect(body.errors).toEqual([expect.objectContaining({ context: { ids: ['zzz'] } })]);
  });

  test('is rejected by a property that is not unique', async () => {
    const { status } = await read({ idProperty: 'phone', inputs: [{ id: '+525512345678' }] });
    expect(status).toBe(400);
  });
});

describe('create', () => {
  const create = (type: string, inputs: readonly object[]) => portal.client.batch(type, 'create', { inputs });

  test('answers 201, with its links', async () => {
    const [contact] = portal.sim.seed({ contacts: [{}] });
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 194 }];
    const { status, body } = await create('calls', [
      { properties: { hs_timestamp: NOW }, associations: [{ to: { id: contact }, types }] },
    ]);
    expect([status, body.results.length]).toEqual([201, 1]);
    expect(portal.sim.associations()).toEqual([
      {
        from: { type: 'calls', id: portal.sim.calls()[0]!.id },
        to: { type: 'contacts', id: contact },
        typeId: 194,
      },
    ]);
  });

  test('of a contact whose email exists is a conflict that names it', async () => {
    const [existing] = portal.sim.seed({ contacts: [{ email: 'ana@example.com' }] });
    const inputs = [{ properties: { email: 'Ana@example.com' } }, { properties: { email: 'b@example.com' } }];
    const whole = await create('contacts', inputs);
    expect([whole.status, whole.body.category]).toEqual([409, 'CONFLICT']);
    expect(portal.sim.contacts()).toHaveLength(1);
    const partial = await create('contacts', traced(inputs));
    expect(partial.status).toBe(207);
    expect(partial.body.errors[0].context).toEqual({
      objectWriteTraceId: ['trace-0'],
      existingId: [existing],
    });
    expect(portal.sim.contacts()).toHaveLength(2);
  });

  test.each(['calls', 'tasks'])('of %s needs a timestamp', async (type) => {
    const { status, body } = await create(type, [{ properties: {} }]);
    expect([status, body.context]).toEqual([400, { properties: ['hs_timestamp'] }]);
  });
});

describe('a unique value that another record has', () => {
  const taken =
    /^Cannot set PropertyValueCoordinates\{portalId=\d+, propertyName=altur_person_key, value=a\} on \d+\. (\d+) already has that value\.$/;
  let ana: string;
  let eva: string;

  beforeEach(() => {
    [ana, eva] = portal.sim.seed({ contacts: [{ altur_person_key: 'a' }, { firstname: 'Eva' }] }) as [
      string,
      string,
    ];
  });
  const steal = () => ({ id: eva, properties: { altur_person_key: 'a' } });

  test('is rejected, naming the owner', async () => {
    const { status, body } = await portal.client.batch('contacts', 'update', { inputs: [steal()] });
    expect([status, taken.exec(body.message)?.[1]]).toEqual([400, ana]);
  });

  test('costs its row only, or the batch where the portal is set to', async () => {
    const inputs = traced([steal(), { id: ana, properties: { firstname: 'Ana' } }]);
    const partial = await portal.client.batch('contacts', 'update', { inputs });
    expect([partial.status, partial.body.results.length]).toEqual([207, 1]);
    portal.sim.settings.uniqueConflicts = 'batch';
    const whole = await portal.client.batch('contacts', 'update', { inputs });
    expect(whole.status).toBe(400);
  });

  test('is free again once its owner has another, or is archived', async () => {
    const update = (id: string, key: string) => ({ inputs: [{ id, properties: { altur_person_key: key } }] });
    await portal.client.batch('contacts', 'update', update(ana, 'b'));
    expect((await portal.client.batch('contacts', 'update', update(eva, 'a'))).status).toBe(200);
    portal.sim.remove('contacts', eva);
    expect((await portal.client.batch('contacts', 'update', update(ana, 'a'))).status).toBe(200);
  });

  test('may be that of an earlier row of the batch', async () => {
    const row = { properties: { altur_person_key: 'new' } };
    const { status, body } = await portal.client.batch('contacts', 'create', { inputs: traced([row, row]) });
    expect([status, body.results.length, body.numErrors]).toEqual([207, 1, 1]);
  });
});
