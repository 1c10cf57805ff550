/** The simulated org answers with the keys of recorded answers of Salesforce's, no more and no fewer. */
import { expect, test } from '@jest/globals';
import { closedAfterEach } from '../connectors/closing.ts';
import { signedIn } from '../simulators/salesforce/rest-client.ts';
import { startSalesforce } from '../simulators/salesforce/salesforce.ts';

const start = closedAfterEach(() => startSalesforce({ provisioned: true }));

type Shape = string | { readonly [key: string]: Shape } | readonly Shape[];

/** Types instead of values. */
function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (value === null || typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]));
}

const WRITTEN = { id: 'string', success: 'boolean', errors: [] };
const UPSERTED = { ...WRITTEN, created: 'boolean' };
/** Without an id. */
const REFUSED = {
  success: 'boolean',
  errors: [{ statusCode: 'string', message: 'string', fields: ['string'] }],
};
const REQUEST_REFUSED = [{ errorCode: 'string', message: 'string' }];

test('rows of collections, queries and whole requests that are refused', async () => {
  const { url } = await start();
  const { create, upsert, query, composite, call } = await signedIn(url);
  const created = await create({ LastName: 'Ruiz' }, {});
  expect(shapeOf(created.body)).toEqual([WRITTEN, REFUSED]);
  const upserted = await upsert('Contact', 'Altur_Person_Key__c', [
    { LastName: 'Ruiz', Altur_Person_Key__c: 'customer-1' },
    { Altur_Person_Key__c: 'customer-2' },
  ]);
  expect(shapeOf(upserted.body)).toEqual([UPSERTED, { ...REFUSED, created: 'boolean' }]);
  const record = { attributes: { type: 'string', url: 'string' }, Id: 'string' };
  const page = { totalSize: 'number', done: 'boolean', records: [record] };
  expect(
    shapeOf((await query("SELECT Id FROM Contact WHERE Altur_Person_Key__c = 'customer-1'")).body),
  ).toEqual(page);
  const none = await query("SELECT Id FROM Contact WHERE Altur_Person_Key__c = 'nobody'");
  expect(none.body).toEqual({ totalSize: 0, done: true, records: [] });
  const gone = '/sobjects/Contact/003000000000001AAA';
  expect(shapeOf((await call('GET', gone)).body)).toEqual(REQUEST_REFUSED);
  const parts = await composite([{ method: 'GET', url: `/services/data/v62.0${gone}`, referenceId: 'c0' }]);
  const part = { body: REQUEST_REFUSED, httpHeaders: {}, httpStatusCode: 'number', referenceId: 'string' };
  expect(shapeOf(parts.body)).toEqual({ compositeResponse: [part] });
});
