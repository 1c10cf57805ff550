import { expect, test } from '@jest/globals';
import { orgEachTest } from './salesforce/simulated-org.ts';

const org = orgEachTest();

const limits = () => org.client.call('GET', '/limits');

test('every answer says how many API requests the org has used, rejections included', async () => {
  await limits();
  const { status, headers } = await org.client.query('SELECT');
  expect({ status, usage: headers.get('Sforce-Limit-Info') }).toEqual({
    status: 400,
    usage: 'api-usage=2/100000',
  });
});

test('the list of versions is free', async () => {
  const response = await fetch(`${org.sim.url}/services/data`);
  expect(await response.json()).toContainEqual(expect.objectContaining({ version: '62.0' }));
  expect(response.headers.has('Sforce-Limit-Info')).toBe(false);
  expect(org.sim.apiRequests).toBe(0);
});

test('beyond the daily limit requests are rejected and not counted', async () => {
  org.sim.settings.dailyLimit = 1;
  expect(await limits()).toMatchObject({ status: 200, body: { DailyApiRequests: { Max: 1, Remaining: 0 } } });
  const { status, body, headers } = await limits();
  const refusal = { errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' };
  expect({ status, body }).toEqual({ status: 403, body: [refusal] });
  expect(headers.get('Sforce-Limit-Info')).toBe('api-usage=1/1');
});

test('other integrations use the same daily limit', async () => {
  org.sim.usedByOthers(99_999);
  expect(await limits()).toMatchObject({ status: 200 });
  expect(await limits()).toMatchObject({ status: 403 });
  expect(org.sim.apiRequests).toBe(1);
});

test('more requests at once than the org allows are rejected', async () => {
  Object.assign(org.sim.settings, { concurrentLimit: 1, latencyMs: 200 });
  const answers = await Promise.all([limits(), limits()]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 403]);
  const refused = answers.find(({ status }) => status === 403);
  expect(refused?.body[0].message).toMatch(/^ConcurrentRequests/);
});

test('a body over the cap is rejected', async () => {
  org.sim.settings.maxBodyBytes = 100;
  const { status } = await org.client.create({ LastName: 'x'.repeat(100) });
  expect(status).toBe(413);
});

test('a body that is not JSON is rejected', async () => {
  const broken = await org.client.call('POST', '/composite', undefined, { 'Content-Type': 'text/plain' });
  const typed = await org.client.call('POST', '/composite', {}, { 'Content-Type': 'text/plain' });
  expect(broken.status).toBe(400);
  expect(typed.status).toBe(415);
});

test('what does not exist is not found, and other methods are not allowed', async () => {
  expect(await org.client.call('GET', '/sobjects/Nope/describe')).toMatchObject({
    status: 404,
    body: [{ errorCode: 'NOT_FOUND' }],
  });
  expect(await org.client.call('GET', '/composite')).toMatchObject({ status: 405 });
});
