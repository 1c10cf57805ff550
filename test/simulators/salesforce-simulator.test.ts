import { expect, test } from '@jest/globals';
import jsforce from 'jsforce';
import { startEachTest } from './kit/each-test.ts';
import { jsonClient, type Send } from './kit/json-client.ts';
import { startProcess } from './kit/simulator-process.ts';
import { signedIn } from './salesforce/rest-client.ts';
import { startSalesforce } from './salesforce/salesforce.ts';
import { connectionOptions } from './salesforce/simulated-org.ts';

const started = startEachTest(() => startSalesforce({ provisioned: true, unchecked: 'requests' }));

const control: Send = (...request) => jsonClient(started().url)(...request);

test('an answer that is lost has been committed, and the same request again says so', async () => {
  const connection = new jsforce.Connection(connectionOptions(started().url));
  await connection.authorize({ grant_type: 'client_credentials' });
  const task = { attributes: { type: 'Task' }, Subject: 'Call', Altur_Call_Id__c: 'cll_a' };
  const url = '/services/data/v62.0/composite/sobjects';
  const body = {
    compositeRequest: [{ referenceId: 'calls', method: 'POST', url, body: { records: [task] } }],
  };

  started().fault({ kind: 'lost', method: 'POST', path: /composite/ });
  await expect(connection.requestPost('/composite', body)).rejects.toThrow();
  const again = await connection.requestPost('/composite', body);

  const refused = { errors: [{ statusCode: 'DUPLICATE_VALUE' }] };
  expect(again).toMatchObject({ compositeResponse: [{ body: [refused] }] });
  expect(started().records('Task')).toHaveLength(1);
  expect(connection.limitInfo.apiUsage).toEqual({ used: 2, limit: 100_000 });
});

test('another process seeds, scripts, and looks at what arrived', async () => {
  const seeded = await control('POST', '/__seed', { Contact: [{ LastName: 'Doe' }] });
  await control('POST', '/__settings', { duplicateValue: 'unknown' });
  await control('POST', '/__record-faults', {
    key: 'Roe',
    statusCode: 'STORAGE_LIMIT_EXCEEDED',
    message: 'full',
  });
  const client = await signedIn(started().url);
  const refused = await client.create({ LastName: 'Roe' });
  await control('POST', '/__expire-tokens');
  const expired = await client.query('SELECT Id FROM Contact');
  const state = await control('GET', '/__state');

  expect(seeded.body).toEqual({ Contact: [expect.stringMatching(/^003/)] });
  expect(refused.body).toMatchObject([{ errors: [{ statusCode: 'STORAGE_LIMIT_EXCEEDED' }] }]);
  expect(expired.status).toBe(401);
  expect(state.body).toMatchObject({
    apiRequests: 1,
    tokenRequests: 1,
    records: { Contact: [{ LastName: 'Doe' }], Task: [] },
  });
  expect(started().settings.duplicateValue).toBe('unknown');
});

test('what cannot be seeded or set is rejected', async () => {
  expect(await control('POST', '/__seed', { Contact: [{ Nope__c: 1 }] })).toMatchObject({ status: 400 });
  expect(await control('POST', '/__settings', { nope: 1 })).toMatchObject({ status: 400 });
});

test('an org names the statuses of its Tasks itself', async () => {
  const other = await startSalesforce({
    taskStatuses: [
      { label: 'Offen', default: true },
      { label: 'Fertig', closed: true },
    ],
  });
  try {
    const client = await signedIn(other.url);
    await client.create({ type: 'Task', Subject: 'a', Status: 'Fertig' }, { type: 'Task', Subject: 'b' });
    expect(other.records('Task')).toMatchObject([
      { Status: 'Fertig', IsClosed: true, CompletedDateTime: expect.any(String) },
      { Status: 'Offen', IsClosed: false, CompletedDateTime: null },
    ]);
  } finally {
    await other.close();
  }
});

test('an org that is not provisioned has none of our fields', async () => {
  const bare = await startSalesforce({ unchecked: 'requests' });
  try {
    const client = await signedIn(bare.url);
    expect(await client.query('SELECT Altur_Call_Id__c FROM Task')).toMatchObject({ status: 400 });
  } finally {
    await bare.close();
  }
});

test('it runs as a process, prints its URL, and stops on SIGTERM', async () => {
  const simulator = await startProcess('../salesforce/main.ts', ['--provisioned', '--daily-limit', '1']);
  try {
    const client = await signedIn(simulator.readyLine);
    const { status, headers } = await client.query('SELECT Altur_Call_Id__c FROM Task');
    expect({ status, usage: headers.get('Sforce-Limit-Info') }).toEqual({
      status: 200,
      usage: 'api-usage=1/1',
    });
  } finally {
    expect(await simulator.stop()).toEqual([0, null]);
  }
});
