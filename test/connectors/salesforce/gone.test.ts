/** Records that are deleted, merged, converted or taken while they are cached. */
import { expect, test } from '@jest/globals';
import { closedAfterEach } from '../closing.ts';
import { personWithId, phone } from '../fixtures.ts';
import { callFields, contacts, personFields, record, startOrg, tasks, write } from './org.ts';

const start = closedAfterEach(startOrg);

const again = (n: number, person = n) =>
  record(n, { person: personWithId(person, { fields: personFields(person) }) });

test('a cached contact that was deleted is created again, and the call is linked to it', async () => {
  const org = await start();
  await org.sync([record(1), record(2)]);
  const [first] = contacts(org);
  org.salesforce.remove('Contact', String(first!.Id));
  const outcomes = await org.sync([again(3, 1), again(4, 2)]);
  expect(outcomes).toMatchObject([{ status: 'synced' }, { status: 'synced' }]);
  const recreated = contacts(org).find(({ Altur_Person_Key__c }) => Altur_Person_Key__c === 'customer-1');
  expect(recreated).toMatchObject({ FirstName: 'Sofía', LastName: 'Peña 1', Phone: phone(1).e164 });
  expect(tasks(org).find(({ Altur_Call_Id__c }) => Altur_Call_Id__c === 'cll_3')!.WhoId).toBe(recreated!.Id);
  expect(contacts(org)).toHaveLength(2);
});

test('a cached contact that was merged into another one is that one from then on', async () => {
  const org = await start();
  await org.sync([record(1)]);
  org.salesforce.remove('Contact', String(contacts(org)[0]!.Id));
  const [master] = org.salesforce.seed({ Contact: [{ LastName: 'Peña', Phone: phone(1).e164 }] }).Contact!;
  expect(await org.sync([again(2, 1)])).toMatchObject([{ status: 'synced', records: { person: master } }]);
  expect(contacts(org)).toHaveLength(1);
  expect(tasks(org).at(-1)).toMatchObject({ WhoId: master });
});

const BUSY = { key: '*', object: 'Contact', statusCode: 'UNABLE_TO_LOCK_ROW', message: 'try again' };

test('a merged contact whose survivor cannot be written at the moment is that one when the call is repeated', async () => {
  const org = await start();
  await org.sync([record(1), record(2)]);
  const [merged, kept] = contacts(org).map(({ Id }) => String(Id));
  org.salesforce.merge('Contact', merged!, kept!);
  org.salesforce.failRecord(BUSY);
  expect(await org.sync([again(3, 1)])).toMatchObject([{ status: 'retry', code: 'RECORD_BUSY' }]);
  org.salesforce.clearRecordFaults();
  expect(await org.sync([again(3, 1)])).toMatchObject([{ status: 'synced', records: { person: kept } }]);
  expect(contacts(org)).toMatchObject([{ Id: kept, Altur_Person_Key__c: 'customer-2' }]);
  const before = org.salesforce.apiRequests;
  expect(await org.sync([again(4, 1)])).toMatchObject([{ records: { person: kept } }]);
  expect(org.salesforce.apiRequests - before).toBe(1);
});

test('a deleted contact that cannot be created again at the moment is created once when the call is repeated', async () => {
  const org = await start();
  await org.sync([record(1)]);
  org.salesforce.remove('Contact', String(contacts(org)[0]!.Id));
  org.salesforce.failRecord(BUSY);
  expect(await org.sync([again(3, 1)])).toMatchObject([{ status: 'retry', code: 'RECORD_BUSY' }]);
  org.salesforce.clearRecordFaults();
  for (const n of [3, 4]) expect(await org.sync([again(n, 1)])).toMatchObject([{ status: 'synced' }]);
  expect(contacts(org)).toHaveLength(1);
});

test('a contact that was deleted, of people who are not created, is forgotten: one look-up for the next call', async () => {
  const policy = { onMissing: 'skip', onMany: 'newest', ifEmpty: [] } as const;
  const org = await start({ context: { policy } });
  const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Peña', Phone: phone(1).e164 }] }).Contact!;
  await org.sync([record(1)]);
  org.salesforce.remove('Contact', id!);
  await org.sync([again(2, 1)]);
  const before = org.salesforce.apiRequests;
  expect(await org.sync([again(3, 1)])).toMatchObject([{ unassigned: 'NO_MATCH' }]);
  expect(org.salesforce.apiRequests - before).toBe(1);
});

test('a call whose contact is only linked to, and gone, is linked to the next one', async () => {
  const org = await start();
  await org.sync([record(1)]);
  org.salesforce.remove('Contact', String(contacts(org)[0]!.Id));
  const [other] = org.salesforce.seed({ Contact: [{ LastName: 'Peña', Phone: phone(1).e164 }] }).Contact!;
  const person = personWithId(1, { fields: [] });
  expect(await org.sync([record(2, { person })])).toMatchObject([{ status: 'synced' }]);
  expect(tasks(org).at(-1)).toMatchObject({ WhoId: other });
});

test('a changed call whose task was deleted is written as a new task', async () => {
  const org = await start();
  const [first] = await org.sync([record(1)]);
  const known = first!.status === 'synced' ? first!.records : {};
  org.salesforce.remove('Task', String(tasks(org)[0]!.Id));
  const changed = record(1, { existing: known, call: { fields: [write('Subject', 'Changed')] } });
  expect(await org.sync([changed])).toMatchObject([{ status: 'synced' }]);
  expect(tasks(org)).toMatchObject([{ Subject: 'Changed', TaskSubtype: 'Call', Altur_Call_Id__c: 'cll_1' }]);
});

test('an owner who is gone costs the owner', async () => {
  const org = await start();
  const call = { fields: [...callFields(1), write('OwnerId', '005000000000000AAA')] };
  expect(await org.sync([record(1, { call })])).toMatchObject([
    { status: 'synced', skippedFields: [{ object: 'call', field: 'OwnerId' }] },
  ]);
});

test('a key that another contact has got meanwhile leads to that one', async () => {
  const org = await start();
  const [old] = org.salesforce.seed({ Contact: [{ LastName: 'Peña', Phone: phone(1).e164 }] }).Contact!;
  const [owner] = org.salesforce.seed({
    Contact: [{ LastName: 'Peña', Altur_Person_Key__c: 'customer-1' }],
  }).Contact!;
  org.personCache.entries.set('key:customer-1', { id: old!, key: 'phone:+525510000001', empty: [] });
  expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced', records: { person: owner } }]);
  expect(tasks(org)).toMatchObject([{ WhoId: owner }]);
});

test('the cached record of a lead that was converted is its contact: one request for its next call', async () => {
  const policy = {
    onMissing: 'create',
    onMany: 'newest',
    ifEmpty: ['LastName', 'Company'],
    personObject: 'Lead',
  } as const;
  const org = await start({ context: { policy } });
  const person = personWithId(1, {
    fields: [write('LastName', 'Peña'), write('Company', 'ACME'), write('Altur_Status__c', 'x')],
  });
  await org.sync([record(1, { person })]);
  const contact = org.salesforce.convertLead(String(org.salesforce.records('Lead')[0]!.Id));
  await org.sync([record(2, { person })]);
  const before = org.salesforce.apiRequests;
  expect(await org.sync([record(3, { person })])).toMatchObject([
    { status: 'synced', records: { person: contact } },
  ]);
  expect(org.salesforce.apiRequests - before).toBe(1);
  expect(tasks(org).at(-1)).toMatchObject({ WhoId: contact });
});

test('many converted leads cost one look-up, not one each', async () => {
  const policy = {
    onMissing: 'create',
    onMany: 'newest',
    ifEmpty: ['LastName', 'Company'],
    personObject: 'Lead',
  } as const;
  const org = await start({ context: { policy } });
  const calls = (first: number) =>
    Array.from({ length: 20 }, (_, n) => {
      const fields = [
        write('LastName', 'Peña'),
        write('Company', 'ACME'),
        write('Altur_Status__c', `${first}`),
      ];
      return record(first + n, { person: personWithId(n, { fields }) });
    });
  await org.sync(calls(0));
  for (const { Id } of org.salesforce.records('Lead')) org.salesforce.convertLead(String(Id));
  const before = org.salesforce.apiRequests;
  const outcomes = await org.sync(calls(100));
  expect(outcomes.every(({ status }) => status === 'synced')).toBe(true);
  expect(org.salesforce.apiRequests - before).toBeLessThanOrEqual(3);
});

test('leads cached from before the mapping said Contact are not used as contacts', async () => {
  const org = await start();
  const [lead] = org.salesforce.seed({ Lead: [{ LastName: 'Peña', Company: 'ACME' }] }).Lead!;
  org.personCache.entries.set('key:customer-1', { id: lead!, key: 'customer-1', empty: [] });
  expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced' }]);
  expect(tasks(org)).toMatchObject([{ WhoId: contacts(org)[0]!.Id }]);
});

test('a contact whose record id is known by its first fifteen characters is found by it', async () => {
  const org = await start();
  const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Peña' }] }).Contact!;
  const person = personWithId(1, {
    identities: [{ by: 'record-id', value: id!.slice(0, 15) }],
    fields: personFields(1),
  });
  expect(await org.sync([record(1, { person })])).toMatchObject([{ records: { person: id } }]);
  expect(contacts(org)).toHaveLength(1);
});

test('a contact that a duplicate rule protects is not ours when it has somebody else’s id', async () => {
  const duplicateRules = [{ object: 'Contact', fields: ['LastName'], action: 'block' as const }];
  const org = await start({ settings: { duplicateRules, duplicateResultInCollections: true } });
  org.salesforce.seed({ Contact: [{ LastName: 'Peña 1', Altur_Person_Key__c: 'somebody else' }] });
  expect(await org.sync([record(1)])).toMatchObject([{ status: 'dead-letter' }]);
  expect(tasks(org)).toHaveLength(0);
});

test('a contact that a duplicate rule protects gets our key and only what it lacks', async () => {
  const duplicateRules = [{ object: 'Contact', fields: ['LastName'], action: 'block' as const }];
  const org = await start({ settings: { duplicateRules, duplicateResultInCollections: true } });
  const [id] = org.salesforce.seed({ Contact: [{ LastName: 'Peña 1', FirstName: 'Otra' }] }).Contact!;
  expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced', records: { person: id } }]);
  expect(contacts(org)).toMatchObject([
    { Id: id, FirstName: 'Otra', Phone: phone(1).e164, Altur_Person_Key__c: 'customer-1' },
  ]);
  const before = org.salesforce.apiRequests;
  await org.sync([again(2, 1)]);
  expect(org.salesforce.apiRequests - before).toBe(1);
});

test('a call whose earlier version was written, with the answer lost, gets what the later one says', async () => {
  const org = await start();
  await org.sync([record(1)]);
  const changed = record(1, { possiblyWritten: true, call: { fields: [write('Subject', 'Changed')] } });
  expect(await org.sync([changed])).toMatchObject([{ status: 'synced', skippedFields: [] }]);
  expect(tasks(org)).toMatchObject([{ Subject: 'Changed', TaskSubtype: 'Call' }]);
});
