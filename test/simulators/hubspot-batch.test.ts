import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type HubSpotSimulator, startHubSpot } from './hubspot/hubspot.ts';
import { type PortalClient, portalClient } from './hubspot/portal-client.ts';

let sim: HubSpotSimulator;
let client: PortalClient;

beforeEach(async () => {
  sim = await startHubSpot({ provisioned: true });
  client = portalClient(sim);
});

afterEach(() => sim.close());

type Properties = Record<string, string>;

const person = (key: string, properties: Properties = {}) => ({
  id: key,
  idProperty: 'altur_person_key',
  properties: { altur_person_key: key, ...properties },
});
const traced = <Input extends object>(inputs: readonly Input[]) =>
  inputs.map((input, index) => ({ ...input, objectWriteTraceId: `trace-${index}` }));
const upsert = (inputs: readonly object[]) => client.batch('contacts', 'upsert', { inputs });
const NOW = '2026-11-24T10:00:00.000Z';

describe('upsert', () => {
  test('creates, then updates, by a unique property', async () => {
    const first = await upsert([person('user_1', { firstname: 'Ana' })]);
    const second = await upsert([person('user_1', { lastname: 'Paz' })]);
    expect([first.status, first.body.status, first.body.results[0].new]).toEqual([200, 'COMPLETE', true]);
    expect(second.body.results).toEqual([
      expect.objectContaining({ id: first.body.results[0].id, new: false, archived: false }),
    ]);
    expect(sim.contacts().map(({ properties }) => properties)).toEqual([
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

  test('tells only the properties that were sent, and no trace id unless it is set to', async () => {
    const input = { ...person('user_1'), properties: { firstname: 'Ana' } };
    const silent = await upsert(traced([input]));
    expect(Object.keys(silent.body.results[0].properties).sort()).toEqual(
      ['createdate', 'firstname', 'hs_object_id', 'lastmodifieddate'].sort(),
    );
    expect(silent.body.results[0].objectWriteTraceId).toBeUndefined();
    expect(sim.contacts()[0]!.properties.altur_person_key).toBe('user_1');
    sim.settings.echoTraceIds = true;
    const echoing = await upsert(traced([input]));
    expect(echoing.body.results[0].objectWriteTraceId).toBe('trace-0');
  });

  test.each([
    ['phone', 'Unable to perform update/upsert by non-unique 0-1 property phone'],
    ['hs_object_id', 'Unable to perform update/upsert by non-unique 0-1 property hs_object_id'],
    ['nothing', 'Property "nothing" does not exist'],
  ])('by %s is refused, trace ids or not', async (idProperty, message) => {
    const { status, body } = await upsert(traced([{ id: '1', idProperty, properties: {} }]));
    expect([status, body.message]).toEqual([400, message]);
  });

  test('without an idProperty is refused', async () => {
    expect((await upsert([{ id: '1', properties: {} }])).status).toBe(400);
  });

  test('by email finds it in any case, keeps it in lower case, and knows no partial success', async () => {
    const input = (id: string, properties: Properties = {}) => ({ id, idProperty: 'email', properties });
    await upsert([input('Ana@Example.com')]);
    const { body } = await upsert([input('ANA@example.COM', { firstname: 'Ana' })]);
    expect(body.results[0].new).toBe(false);
    expect(sim.contacts()[0]!.properties.email).toBe('ana@example.com');
    const mixed = await upsert(traced([input('b@example.com'), input('c@example.com', { nope: 'x' })]));
    expect([mixed.status, sim.contacts().length]).toEqual([400, 1]);
  });

  test('answers a partial success with 200 when set to', async () => {
    sim.settings.partialUpsertStatus = 200;
    const { status, body } = await upsert(traced([person('a'), person('b', { nope: 'x' })]));
    expect([status, body.numErrors, body.results.length]).toEqual([200, 1, 1]);
  });
});

describe('one bad row', () => {
  const rows = [person('good'), person('bad', { nope: 'x' })];

  test('refuses the batch when not every input has a trace id of its own', async () => {
    const same = rows.map((row) => ({ ...row, objectWriteTraceId: 'same' }));
    for (const inputs of [rows, [traced(rows)[0]!, rows[1]!], same]) {
      const { status, body } = await upsert(inputs);
      expect([status, body.category]).toEqual([400, 'VALIDATION_ERROR']);
      expect(body.message).toContain('"error":"PROPERTY_DOESNT_EXIST","name":"nope"');
      expect(body.correlationId).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(sim.contacts()).toEqual([]);
  });

  test('is told by its trace id, and the good rows are written', async () => {
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
    expect(sim.contacts().map(({ properties }) => properties.altur_person_key)).toEqual(['good']);
  });

  test('may be named in the message or in errors[] only', async () => {
    sim.settings.refusedIn = 'message';
    const told = await upsert(rows);
    expect([told.body.errors, told.body.message]).toEqual([
      undefined,
      expect.stringContaining('"name":"nope"'),
    ]);
    sim.settings.refusedIn = 'errors';
    const listed = await upsert(rows);
    expect([listed.body.message, listed.body.errors.length]).toEqual(['Property values were not valid', 1]);
  });
});

describe('the same id twice', () => {
  test.each(['upsert', 'update', 'read'])('refuses the whole %s in spite of trace ids', async (operation) => {
    const [id] = sim.seed({ contacts: [{ altur_person_key: 'a' }] });
    const inputs = operation === 'upsert' ? [person('a'), person('a')] : [{ id }, { id }];
    const body = { inputs: traced(inputs.map((input) => ({ properties: {}, ...input }))) };
    const reply = await client.batch('contacts', operation, operation === 'read' ? { inputs } : body);
    const twice = operation === 'upsert' ? 'a' : id!;
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({
      message: `Duplicate IDs found in batch input: [${twice}]. IDs must be unique`,
      context: { ids: [twice] },
    });
  });
});

describe('batches', () => {
  test('of more than 100 inputs are refused', async () => {
    const inputs = Array.from({ length: 101 }, (_, index) => person(`user_${index}`));
    expect((await upsert(inputs)).status).toBe(400);
    expect((await upsert(inputs.slice(1))).status).toBe(200);
  });

  test('without the inputs wrapper succeed and do nothing', async () => {
    const { status, body } = await client.batch('contacts', 'upsert', person('user_1'));
    expect([status, body.status, body.results]).toEqual([200, 'COMPLETE', []]);
    expect(sim.contacts()).toEqual([]);
  });

  test.each([[1], [true], [null]])('refuse %j as a value: values are text', async (value) => {
    const { status } = await upsert(
      traced([{ ...person('a'), properties: { firstname: value } }, person('b')]),
    );
    expect([status, sim.contacts()]).toEqual([400, []]);
  });
});

describe('update', () => {
  const update = (inputs: readonly object[]) => client.batch('contacts', 'update', { inputs });

  test('by record id and by unique property, and tells unknown ids', async () => {
    const [id] = sim.seed({ contacts: [{ firstname: 'Ana' }, { altur_person_key: 'b' }] });
    const { status, body } = await update([
      { id, properties: { firstname: 'Eva' } },
      { ...person('b'), properties: { firstname: 'Bea' } },
      { id: '1', properties: {} },
      { id: '2', properties: {} },
    ]);
    expect([status, body.results.length, body.numErrors]).toEqual([207, 2, 1]);
    expect(body.errors[0]).toMatchObject({ category: 'OBJECT_NOT_FOUND', context: { ids: ['1', '2'] } });
    expect(sim.contacts().map(({ properties }) => properties.firstname)).toEqual(['Eva', 'Bea']);
  });

  test('empties a property with an empty text', async () => {
    const [id] = sim.seed({ contacts: [{ firstname: 'Ana' }] });
    await update([{ id, properties: { firstname: '' } }]);
    expect(sim.contacts()[0]!.properties.firstname).toBeUndefined();
  });

  test('refuses ids that are no numbers', async () => {
    expect((await update([{ id: 'abc', properties: {} }])).status).toBe(400);
  });
});

describe('read', () => {
  const read = (body: object) => client.batch('contacts', 'read', body);

  test('sees a write at once, by unique property, and tells unknown ids', async () => {
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

  test('is refused by a property that is not unique', async () => {
    const { status } = await read({ idProperty: 'phone', inputs: [{ id: '+525512345678' }] });
    expect(status).toBe(400);
  });
});

describe('create', () => {
  const create = (type: string, inputs: readonly object[]) => client.batch(type, 'create', { inputs });

  test('answers 201, with its links', async () => {
    const [contact] = sim.seed({ contacts: [{}] });
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 194 }];
    const { status, body } = await create('calls', [
      { properties: { hs_timestamp: NOW }, associations: [{ to: { id: contact }, types }] },
    ]);
    expect([status, body.results.length]).toEqual([201, 1]);
    expect(sim.associations()).toEqual([
      { from: { type: 'calls', id: sim.calls()[0]!.id }, to: { type: 'contacts', id: contact }, typeId: 194 },
    ]);
  });

  test('of a contact whose email exists is a conflict that names it', async () => {
    const [existing] = sim.seed({ contacts: [{ email: 'ana@example.com' }] });
    const inputs = [{ properties: { email: 'Ana@example.com' } }, { properties: { email: 'b@example.com' } }];
    const whole = await create('contacts', inputs);
    expect([whole.status, whole.body.category]).toEqual([409, 'CONFLICT']);
    expect(sim.contacts()).toHaveLength(1);
    const partial = await create('contacts', traced(inputs));
    expect(partial.status).toBe(207);
    expect(partial.body.errors[0].context).toEqual({
      objectWriteTraceId: ['trace-0'],
      existingId: [existing],
    });
    expect(sim.contacts()).toHaveLength(2);
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
    [ana, eva] = sim.seed({ contacts: [{ altur_person_key: 'a' }, { firstname: 'Eva' }] }) as [
      string,
      string,
    ];
  });
  const steal = () => ({ id: eva, properties: { altur_person_key: 'a' } });

  test('is refused, naming the owner', async () => {
    const { status, body } = await client.batch('contacts', 'update', { inputs: [steal()] });
    expect([status, taken.exec(body.message)?.[1]]).toEqual([400, ana]);
  });

  test('costs its row only, or the batch where the portal is set to', async () => {
    const inputs = traced([steal(), { id: ana, properties: { firstname: 'Ana' } }]);
    const partial = await client.batch('contacts', 'update', { inputs });
    expect([partial.status, partial.body.results.length]).toEqual([207, 1]);
    sim.settings.uniqueConflicts = 'batch';
    const whole = await client.batch('contacts', 'update', { inputs });
    expect(whole.status).toBe(400);
  });

  test('is free again once its owner has another, or is archived', async () => {
    const update = (id: string, key: string) => ({ inputs: [{ id, properties: { altur_person_key: key } }] });
    await client.batch('contacts', 'update', update(ana, 'b'));
    expect((await client.batch('contacts', 'update', update(eva, 'a'))).status).toBe(200);
    sim.remove('contacts', eva);
    expect((await client.batch('contacts', 'update', update(ana, 'a'))).status).toBe(200);
  });

  test('may be that of an earlier row of the batch', async () => {
    const row = { properties: { altur_person_key: 'new' } };
    const { status, body } = await client.batch('contacts', 'create', { inputs: traced([row, row]) });
    expect([status, body.results.length, body.numErrors]).toEqual([207, 1, 1]);
  });
});

describe('values', () => {
  const cases: readonly [type: string, name: string, value: string, expected: string][] = [
    ['calls', 'hs_call_direction', 'inbound', 'INVALID_OPTION'],
    ['calls', 'hs_call_direction', 'INBOUND', 'INBOUND'],
    [
      'calls',
      'hs_call_disposition',
      'f240bbac-87c9-4f6e-bf70-924b57d47db7',
      'f240bbac-87c9-4f6e-bf70-924b57d47db7',
    ],
    ['calls', 'hs_call_disposition', 'Connected', 'INVALID_OPTION'],
    ['calls', 'hs_call_duration', '1,200', 'INVALID_INTEGER'],
    ['calls', 'hs_call_duration', '45000', '45000'],
    ['calls', 'hs_timestamp', 'yesterday', 'INVALID_LONG'],
    ['calls', 'hs_timestamp', '1764000000000', '2025-11-24T16:00:00.000Z'],
    ['calls', 'hs_timestamp', '2026-11-24T10:00:00-06:00', '2026-11-24T16:00:00.000Z'],
    ['calls', 'hs_call_body', 'x'.repeat(65_537), 'PROPERTY_VALUE_TOO_LONG'],
    ['calls', 'hs_object_id', '7', 'READ_ONLY_VALUE'],
    ['calls', 'hubspot_owner_id', '7', 'INVALID_OWNER_ID'],
    ['contacts', 'hs_calculated_phone_number', '+525512345678', 'READ_ONLY_VALUE'],
    ['contacts', 'email', 'nobody', 'INVALID_EMAIL'],
    ['contacts', 'birthday', '2026-02-30T10:00:00Z', 'INVALID_DATE'],
    ['contacts', 'birthday', '1764000000000', 'INVALID_DATE'],
    ['contacts', 'birthday', '1763942400000', '2025-11-24'],
    ['contacts', 'is_client', 'yes', 'INVALID_OPTION'],
    ['contacts', 'colours', 'red;pink', 'INVALID_OPTION'],
    ['contacts', 'colours', 'red;blue', 'red;blue'],
  ];

  test.each(cases)(
    '%s.%s given %.30s becomes or is refused as %.30s',
    async (type, name, value, expected) => {
      const own = { label: 'x', groupName: 'altur' };
      const options = ['red', 'blue'].map((each) => ({ label: each, value: each }));
      await client.post('/crm/v3/properties/contacts/batch/create', {
        inputs: [
          { ...own, name: 'birthday', type: 'date', fieldType: 'date' },
          { ...own, name: 'is_client', type: 'bool', fieldType: 'booleancheckbox' },
          { ...own, name: 'colours', type: 'enumeration', fieldType: 'checkbox', options },
        ],
      });
      const properties = { ...(type === 'calls' && { hs_timestamp: NOW }), [name]: value };
      const { body } = await client.batch(type, 'create', { inputs: [{ properties }] });
      expect(body.results?.[0].properties[name] ?? body.errors[0].code).toBe(expected);
    },
  );

  test('of multiple selections are appended after a leading semicolon', async () => {
    const options = ['red', 'blue'].map((each) => ({ label: each, value: each }));
    const definition = { name: 'colours', label: 'x', groupName: 'altur', type: 'enumeration', options };
    await client.post('/crm/v3/properties/contacts', { ...definition, fieldType: 'checkbox' });
    await upsert([person('a', { colours: 'red' })]);
    await upsert([person('a', { colours: ';blue' })]);
    expect(sim.contacts()[0]!.properties.colours).toBe('red;blue');
  });
});

test('calculated phone numbers follow the phones', async () => {
  const numbers = async (phone: string) => {
    await upsert([person('a', { phone, mobilephone: phone })]);
    const { properties } = sim.contacts()[0]!;
    expect(properties.hs_searchable_calculated_mobile_number).toBe(
      properties.hs_searchable_calculated_phone_number,
    );
    return [properties.hs_calculated_phone_number, properties.hs_searchable_calculated_phone_number];
  };
  expect(await numbers('(55) 1234-5678')).toEqual(['+525512345678', '5512345678']);
  expect(await numbers('+1 305 555 0101')).toEqual(['+13055550101', '3055550101']);
  expect(await numbers('+5215512345678')).toEqual(['+5215512345678', '15512345678']);
  expect(await numbers('unknown')).toEqual([undefined, undefined]);
});
