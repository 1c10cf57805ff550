import { beforeEach, expect, test } from '@jest/globals';
import { orgEachTest } from './salesforce/simulated-org.ts';

const org = orgEachTest({ provisioned: true });
let accountId: string;

beforeEach(() => {
  accountId = org.sim.seed({ Account: [{ Name: 'ACME' }] }).Account![0]!;
  org.sim.seed({
    Contact: [
      { LastName: 'Doe', Phone: '(55) 1234-5678', AccountId: accountId, Altur_Person_Key__c: 'user_A' },
      { LastName: "O'Brien", MobilePhone: '+525512345678', DoNotCall: true },
      { LastName: 'Back\\slash', HomePhone: '5512345678' },
    ],
    Opportunity: [
      { Name: 'Old', AccountId: accountId, StageName: 'Won', CloseDate: '2024-01-31', IsClosed: true },
      { Name: 'New', AccountId: accountId, StageName: 'Open', CloseDate: '2024-12-31' },
    ],
  });
});

async function names(where: string, object = 'Contact'): Promise<string[]> {
  const field = object === 'Contact' ? 'LastName' : 'Name';
  const { status, body } = await org.client.query(`SELECT Id, ${field} FROM ${object} ${where}`);
  expect({ status, done: body.done }).toEqual({ status: 200, done: true });
  return body.records.map((record: Record<string, string>) => record[field]);
}

test('records come with their type and address and the fields asked for', async () => {
  const { body } = await org.client.query("SELECT Id, Account.Name FROM Contact WHERE LastName = 'Doe'");
  const { Id } = org.sim.records('Contact')[0]!;
  const attributes = { type: 'Contact', url: `/services/data/v62.0/sobjects/Contact/${Id}` };
  expect(body).toEqual({
    totalSize: 1,
    done: true,
    records: [{ attributes, Id, Account: { Name: 'ACME' } }],
  });
});

test('phones are compared as exact text', async () => {
  expect(
    await names("WHERE Phone IN ('+525512345678', '5512345678') OR MobilePhone IN ('+525512345678')"),
  ).toEqual(["O'Brien"]);
});

test('a semi-join selects by the ids that another query finds', async () => {
  const accounts = "(SELECT AccountId FROM Contact WHERE LastName = 'Doe')";
  expect(await names(`WHERE IsClosed = false AND AccountId IN ${accounts}`, 'Opportunity')).toEqual(['New']);
  expect(await names(`WHERE AccountId NOT IN ${accounts}`, 'Opportunity')).toEqual([]);
  const wrong = await org.client.query('SELECT Id FROM Contact WHERE LastName IN (SELECT Name FROM Account)');
  expect(wrong.status).toBe(400);
});

test('quotes and backslashes are escaped by a backslash', async () => {
  expect(await names(String.raw`WHERE LastName IN ('O\'Brien', 'Back\\slash')`)).toEqual([
    "O'Brien",
    'Back\\slash',
  ]);
});

test('text is compared without case, a case-sensitive key with it', async () => {
  expect(await names("WHERE LastName = 'DOE'")).toEqual(['Doe']);
  expect(await names("WHERE Altur_Person_Key__c = 'USER_a'")).toEqual([]);
  expect(await names("WHERE Altur_Person_Key__c = 'user_A'")).toEqual(['Doe']);
});

test.each([
  ["WHERE (LastName = 'Doe' OR DoNotCall = true) AND Phone = null", ["O'Brien"]],
  ['WHERE NOT DoNotCall = true', ['Doe', 'Back\\slash']],
  ["WHERE LastName LIKE 'B%h'", ['Back\\slash']],
  ["WHERE LastName NOT IN ('Doe') ORDER BY LastName DESC", ["O'Brien", 'Back\\slash']],
  ['ORDER BY LastName ASC NULLS LAST LIMIT 2', ['Back\\slash', 'Doe']],
  ['ORDER BY LastName LIMIT 2 OFFSET 2', ["O'Brien"]],
])('%s', async (where, expected) => {
  expect(await names(where)).toEqual(expected);
});

test('open opportunities of an account are found, ids in either length', async () => {
  const where = `WHERE AccountId IN ('${accountId.slice(0, 15)}') AND IsClosed = false AND CloseDate >= 2024-06-01 ORDER BY LastModifiedDate DESC`;
  expect(await names(where, 'Opportunity')).toEqual(['New']);
});

test('the statuses of a Task say which is closed', async () => {
  const { body } = await org.client.query(
    'SELECT MasterLabel, ApiName, IsClosed FROM TaskStatus WHERE IsClosed = true',
  );
  expect(body.records).toMatchObject([{ MasterLabel: 'Completed', ApiName: 'Completed', IsClosed: true }]);
});

test.each([
  'SELECT FROM Contact',
  'SELECT Id FROM Contact WHERE',
  "SELECT Id FROM Contact WHERE LastName = 'O'Brien'",
  String.raw`SELECT Id FROM Contact WHERE LastName = 'a\q'`,
  "SELECT Id FROM Contact WHERE LastName = 'a' AND Phone = 'b' OR Phone = 'c'",
  'SELECT Id FROM Contact WHERE LastName IN ()',
  'SELECT Id FROM Contact LIMIT many',
  `SELECT Id FROM Contact WHERE LastName = "Doe"`,
])('%s is a malformed query', async (soql) => {
  expect(await org.client.query(soql)).toMatchObject({
    status: 400,
    body: [{ errorCode: 'MALFORMED_QUERY' }],
  });
});

test.each([
  ['an unknown column', 'SELECT Nope__c FROM Contact', 'INVALID_FIELD'],
  ['an unknown object', 'SELECT Id FROM Nope', 'INVALID_TYPE'],
  ['a number for a text', 'SELECT Id FROM Contact WHERE Phone = 5', 'INVALID_FIELD'],
  ['a long text as filter', "SELECT Id FROM Task WHERE Description = 'x'", 'INVALID_FIELD'],
  ['something that is no id', "SELECT Id FROM Contact WHERE Id = 'user_1'", 'INVALID_QUERY_FILTER_OPERATOR'],
])('%s is rejected', async (_, soql, errorCode) => {
  expect(await org.client.query(soql)).toMatchObject({ status: 400, body: [{ errorCode }] });
});

test('an invisible field cannot be asked for', async () => {
  org.sim.setFieldAccess('Contact', 'Phone', 'hidden');
  expect(await org.client.query('SELECT Phone FROM Contact')).toMatchObject({ status: 400 });
});

test('deleted records are not found', async () => {
  org.sim.remove('Contact', org.sim.records('Contact')[0]!.Id);
  expect(await names("WHERE LastName = 'Doe'")).toEqual([]);
});

test('a large result comes in pages', async () => {
  org.sim.seed({ Lead: Array.from({ length: 2001 }, (_, i) => ({ LastName: `L${i}`, Company: 'ACME' })) });
  const first = await org.client.query('SELECT LastName FROM Lead');
  expect(first.body).toMatchObject({ totalSize: 2001, done: false });
  const path = first.body.nextRecordsUrl.replace('/services/data/v62.0', '');
  expect(await org.client.call('GET', path)).toMatchObject({
    body: { done: true, records: [{ LastName: 'L2000' }] },
  });
});

test('a query too long for a URL is rejected, and fits into a composite', async () => {
  const soql = `SELECT Id FROM Contact WHERE Phone IN (${Array.from({ length: 900 }, (_, i) => `'+52551234${i}'`)})`;
  const url = `/services/data/v62.0/query?q=${encodeURIComponent(soql)}`;
  const direct = await org.client.query(soql);
  const inside = await org.client.composite([{ referenceId: 'a', method: 'GET', url }]);
  expect([414, 431]).toContain(direct.status);
  expect(inside.body.compositeResponse).toMatchObject([{ httpStatusCode: 200 }]);
});
