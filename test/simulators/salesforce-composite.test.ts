import { expect, test } from '@jest/globals';
import { orgEachTest } from './salesforce/simulated-org.ts';

const org = orgEachTest({ provisioned: true });

const data = '/services/data/v62.0';
const contact = { attributes: { type: 'Contact' }, LastName: 'Doe', Altur_Person_Key__c: 'user_1' };
const upsertContacts = {
  referenceId: 'contacts',
  method: 'PATCH',
  url: `${data}/composite/sobjects/Contact/Altur_Person_Key__c`,
  body: { allOrNone: false, records: [contact] },
};
const createTasks = {
  referenceId: 'calls',
  method: 'POST',
  url: `${data}/composite/sobjects`,
  body: {
    records: [
      {
        attributes: { type: 'Task' },
        Subject: 'Call',
        Altur_Call_Id__c: 'cll_a',
        Who: { attributes: { type: 'Contact' }, Altur_Person_Key__c: 'user_1' },
      },
    ],
  },
};
const query = (id: string) => ({
  referenceId: id,
  method: 'GET',
  url: `${data}/query?q=SELECT+Id+FROM+Contact`,
});
const describe = (id: string) => ({
  referenceId: id,
  method: 'GET',
  url: `${data}/sobjects/Contact/describe`,
});

test('people and their calls are written in one API request', async () => {
  const { status, body } = await org.client.composite([upsertContacts, createTasks], {
    collateSubrequests: false,
  });
  expect({ status, body }).toMatchObject({
    status: 200,
    body: {
      compositeResponse: [
        { referenceId: 'contacts', httpStatusCode: 200, body: [{ success: true, created: true }] },
        { referenceId: 'calls', httpStatusCode: 200, body: [{ success: true }] },
      ],
    },
  });
  expect(org.sim.records('Task')[0]?.WhoId).toBe(org.sim.records('Contact')[0]?.Id);
  expect(org.sim.apiRequests).toBe(1);
});

test('collated subrequests do not run in the order given', async () => {
  const { body } = await org.client.composite([upsertContacts, createTasks]);
  expect(body.compositeResponse).toMatchObject([
    { referenceId: 'contacts', body: [{ success: true }] },
    { referenceId: 'calls', body: [{ errors: [{ statusCode: 'INVALID_FIELD' }] }] },
  ]);
});

test('a rejected subrequest leaves the others standing', async () => {
  org.sim.settings.unknownColumn = 'refuse-request';
  const records = [{ ...contact, Nope__c: 'x' }];
  const { body } = await org.client.composite([{ ...upsertContacts, body: { records } }, query('people')], {
    collateSubrequests: false,
  });
  expect(body.compositeResponse).toMatchObject([
    { httpStatusCode: 400, body: [{ errorCode: 'INVALID_FIELD' }] },
    { httpStatusCode: 200, body: { totalSize: 0 } },
  ]);
});

test('allOrNone of a composite rolls everything back', async () => {
  const bad = { ...query('bad'), url: `${data}/query?q=SELECT` };
  const { body } = await org.client.composite([upsertContacts, bad], {
    allOrNone: true,
    collateSubrequests: false,
  });
  expect(body.compositeResponse).toMatchObject([
    { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
    { httpStatusCode: 400, body: [{ errorCode: 'MALFORMED_QUERY' }] },
  ]);
  expect(org.sim.records('Contact')).toEqual([]);
});

test('at most 25 subrequests, of which 5 may be collections or queries', async () => {
  const describes = Array.from({ length: 20 }, (_, i) => describe(`d${i}`));
  const queries = Array.from({ length: 6 }, (_, i) => query(`q${i}`));
  const full = await org.client.composite([...describes, ...queries.slice(0, 5)]);
  const tooMany = await org.client.composite([...describes, ...queries]);
  const tooManyQueries = await org.client.composite(queries);
  expect(full.status).toBe(200);
  const refused = { status: 400, body: [{ errorCode: 'LIMIT_EXCEEDED' }] };
  expect([tooMany, tooManyQueries]).toMatchObject([refused, refused]);
});

test('subrequests need their own reference ids', async () => {
  const { status } = await org.client.composite([query('same'), query('same')]);
  expect(status).toBe(400);
});

test('a composite holds no composite', async () => {
  const nested = { referenceId: 'a', method: 'POST', url: `${data}/composite`, body: {} };
  const { body } = await org.client.composite([nested]);
  expect(body.compositeResponse).toMatchObject([{ httpStatusCode: 400 }]);
});

test('headers of a subrequest are its own', async () => {
  org.sim.seed({ Lead: [{ LastName: 'Roe', Company: 'ACME', Phone: '1' }] });
  org.sim.settings.duplicateRules = [{ object: 'Lead', fields: ['Phone'], action: 'alert' }];
  const lead = (id: string, httpHeaders: object) => ({
    referenceId: id,
    method: 'POST',
    url: `${data}/sobjects/Lead`,
    body: { LastName: id, Company: 'ACME', Phone: '1' },
    httpHeaders,
  });
  const allow = { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };
  const { body } = await org.client.call(
    'POST',
    '/composite',
    {
      collateSubrequests: false,
      compositeRequest: [
        lead('plain', {}),
        lead('allowed', allow),
        lead('unassigned', { ...allow, 'Sforce-Auto-Assign': 'FALSE' }),
      ],
    },
    { 'Sforce-Duplicate-Rule-Header': 'allowSave=true', 'Sforce-Auto-Assign': 'FALSE' },
  );
  expect(body.compositeResponse).toMatchObject([
    { httpStatusCode: 400, body: [{ errorCode: 'DUPLICATES_DETECTED' }] },
    { httpStatusCode: 201 },
    { httpStatusCode: 201 },
  ]);
  expect(org.sim.autoAssigned).toEqual([body.compositeResponse[1].body.id]);
});

test('a subrequest may refer to what an earlier one answered', async () => {
  const create = {
    referenceId: 'person',
    method: 'POST',
    url: `${data}/sobjects/Contact`,
    body: { LastName: 'Doe' },
  };
  const call = (id: string, who: string) => ({
    referenceId: id,
    method: 'POST',
    url: `${data}/sobjects/Task`,
    body: { Subject: 'Call', WhoId: who },
  });
  const { body } = await org.client.composite([
    create,
    call('good', '@{person.id}'),
    call('bad', '@{person.nope}'),
  ]);
  expect(body.compositeResponse).toMatchObject([
    { httpStatusCode: 201 },
    { httpStatusCode: 201 },
    { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
  ]);
  expect(org.sim.records('Task')).toMatchObject([{ WhoId: body.compositeResponse[0].body.id }]);
});

test('five full collections are written in good time', async () => {
  const full = (name: string) => ({
    ...upsertContacts,
    referenceId: name,
    body: {
      records: Array.from({ length: 200 }, (_, i) => ({ ...contact, Altur_Person_Key__c: `${name}_${i}` })),
    },
  });
  const subrequests = ['a', 'b', 'c', 'd', 'e'].map(full);
  await org.client.composite(subrequests);
  const started = performance.now();
  const { body } = await org.client.composite(subrequests);
  expect(
    body.compositeResponse.every((each: { body: { created: boolean }[] }) => !each.body[0]?.created),
  ).toBe(true);
  expect(org.sim.records('Contact')).toHaveLength(1000);
  expect(performance.now() - started).toBeLessThan(3000);
});
