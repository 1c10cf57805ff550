/** A 403 and a redirect: what is HubSpot's own, and what stands before it. */
import { expect, test } from '@jest/globals';
import type { FaultRule } from '../../simulators/kit/fault.ts';
import { closedAfterEach } from '../closing.ts';
import { record } from '../fixtures.ts';
import { startPortal, statuses } from './portal.ts';

const start = closedAfterEach(startPortal);

const cases: [string, Extract<FaultRule, object>, object, RegExp][] = [
  [
    'a block page',
    { kind: 'html', status: 403 },
    { kind: 'unavailable', code: 'RESPONSE_NOT_FROM_CRM' },
    /scope/i,
  ],
  [
    'an empty 403',
    { kind: 'status', status: 403 },
    { kind: 'unavailable', code: 'RESPONSE_NOT_FROM_CRM' },
    /scope/i,
  ],
  [
    'a proxy’s JSON',
    { kind: 'status', status: 403, body: { error: 'blocked' } },
    { kind: 'unavailable', code: 'RESPONSE_NOT_FROM_CRM' },
    /scope/i,
  ],
  [
    'a 403 without a category',
    {
      kind: 'status',
      status: 403,
      body: {
        status: 'error',
        message: "This API call isn't available for +52 55 1000 0001.",
        correlationId: 'c-1',
      },
    },
    {
      kind: 'unauthorized',
      code: 'ACCESS_DENIED',
      message: expect.stringContaining('isn’t available'.replace('’', "'")),
    },
    /scope|1000/i,
  ],
  [
    'a redirect',
    { kind: 'status', status: 302, headers: { location: '/login' } },
    { kind: 'unavailable', code: 'RESPONSE_NOT_FROM_CRM' },
    /scope|token/i,
  ],
  [
    'a sign-in page',
    { kind: 'html', status: 401 },
    { kind: 'unavailable', code: 'RESPONSE_NOT_FROM_CRM' },
    /scope|token/i,
  ],
  // Node’s fetch itself rejects a 407 that no proxy of its own was asked for.
  [
    'a sign-in page for a proxy',
    { kind: 'status', status: 407 },
    { kind: 'unavailable', code: 'CRM_UNREACHABLE' },
    /scope|token/i,
  ],
];

test.each(cases)('%s holds the batch up, and no wrong advice is given', async (_, fault, expected, wrong) => {
  // A redirect is followed to a page that the API does not have.
  const { hubspot, sync, connector } = await start({ unchecked: 'requests' });
  await connector.schema();
  hubspot.fault({ ...fault, path: 'contacts/batch/upsert' } as FaultRule);
  const error = await sync([record(1)]).catch((cause) => cause);
  expect(error).toMatchObject({ name: 'CrmError', ...expected });
  expect(error.message).not.toMatch(wrong);
  expect(statuses(await sync([record(1)]))).toEqual(['synced']);
});
