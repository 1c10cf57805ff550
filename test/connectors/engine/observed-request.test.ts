/** The names under which requests are counted, and that each is reported once. */
import { describe, expect, test } from '@jest/globals';
import type { RequestObserver } from '../../../connectors/connector.ts';
import { endpointOf } from '../../../connectors/engine/http/endpoint-name.ts';
import { observed } from '../../../connectors/engine/http/observed-request.ts';

describe('an endpoint', () => {
  test.each([
    ['/crm/objects/2026-03/contacts/batch/upsert', '/crm/objects/2026-03/contacts/batch/upsert'],
    ['/crm/v3/objects/contacts/90000000001?properties=phone', '/crm/v3/objects/contacts/:id'],
    ['/crm/v4/associations/calls/contacts/batch/read', '/crm/v4/associations/calls/contacts/batch/read'],
    ['/crm/properties/2026-03/contacts/altur_status', '/crm/properties/2026-03/contacts/:id'],
    ['/account-info/2026-03/details', '/account-info/2026-03/details'],
    ['/account-info/2027-03-beta/details', '/account-info/2027-03-beta/details'],
    ['/services/oauth2/token', '/services/oauth2/token'],
    ['/services/Soap/m/64.0', '/services/Soap/m/64.0'],
    ['/services/data/v64.0/query?q=SELECT%20Id', '/services/data/v64.0/query'],
    ['/services/data/v64.0/query/01gHs00000abcde-2000', '/services/data/v64.0/query/:id'],
    ['/services/data/v64.0/sobjects/Task/00THs00000AbCdE', '/services/data/v64.0/sobjects/Task/:id'],
    ['/services/data/v64.0/sobjects/Lead/00QHs00000AbCdEFGH', '/services/data/v64.0/sobjects/Lead/:id'],
  ])('of %s is %s', (path, endpoint) => {
    expect(endpointOf(path)).toBe(endpoint);
  });

  test.each([
    '/people/+525512345678',
    '/people/5512345678',
    '/people/ana%40example.com',
    '/people/ana@example.com',
    '/people/user_12345',
    '/people/Jos%C3%A9',
    '/sobjects/Contact/Altur_Person_Key__c/maria',
    '/people/3f0c1e9a-6a0b-4c58-9b1e-0d4c5f0a7e11',
  ])('of %s names nobody', (path) => {
    const endpoint = endpointOf(path);
    expect(endpoint).toMatch(/\/:id$/);
    expect(endpoint).not.toMatch(/[\d@%]|ana|user|maria|Jos/);
  });
});

describe('a request', () => {
  const reports: unknown[] = [];
  const observe: RequestObserver = (request) => {
    reports.push(request);
    return (response) => reports.push(response);
  };
  const request = { method: 'GET', path: '/contacts/1?q=x' };

  test('is reported when it is sent, before its response', async () => {
    reports.length = 0;
    const send = async () => {
      expect(reports).toEqual([{ method: 'GET', endpoint: '/contacts/:id' }]);
      return { status: 404 };
    };
    expect(await observed(observe, request, send)).toEqual({ status: 404 });
    expect(reports.slice(1)).toEqual([{ status: 404 }]);
  });

  test('without a response ends without a status, and fails as it did', async () => {
    reports.length = 0;
    const failing = observed(observe, request, () => Promise.reject(new Error('reset')));
    await expect(failing).rejects.toThrow('reset');
    expect(reports.slice(1)).toEqual([{}]);
  });

  test('is sent as it is without an observer', async () => {
    expect(await observed(undefined, request, async () => ({ status: 200 }))).toEqual({ status: 200 });
  });
});
