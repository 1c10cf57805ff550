/** A link that HubSpot rejects for a reason that stays: the call is logged once, without it, and says so. */
import { expect, test } from '@jest/globals';
import { type HttpRequest, jsonResponse } from '../../simulators/kit/http-message.ts';
import { closedAfterEach } from '../closing.ts';
import { personWithId, record } from '../fixtures.ts';
import { startPortal, statuses } from './portal.ts';

const start = closedAfterEach(startPortal);

test.each(['ends', 'none'] as const)(
  'a call beyond a contact’s limit is synced once, without its link, with HubSpot’s reason (%s)',
  async (associationContext) => {
    const { sync, hubspot, asked } = await start({ callsPerContact: 2, associationContext });
    const calls = [1, 2].map((n) => record(n, { person: personWithId(1) }));
    expect(statuses(await sync(calls))).toEqual(['synced']);
    asked();
    const [third, other] = await sync([record(3, { person: personWithId(1) }), record(4)]);
    expect(third).toMatchObject({
      status: 'synced',
      skippedFields: [
        {
          object: 'call',
          field: 'contact',
          code: 'LINK_REJECTED',
          reason: expect.stringMatching(/LIMIT_EXCEEDED.*would exceed its limit of 2/),
        },
      ],
    });
    expect(JSON.stringify(third)).not.toContain(`contact ${hubspot.contacts()[0]!.id}`);
    expect(other).toMatchObject({ status: 'synced', skippedFields: [] });
    expect(asked().filter((each) => each === 'POST calls/batch/upsert')).toHaveLength(1);
    expect(hubspot.calls()).toHaveLength(4);
    expect(hubspot.associations()).toHaveLength(3);
  },
);

test('a link that cannot be made at the moment is tried again', async () => {
  const { sync, hubspot } = await start();
  const errors = [{ status: 'error', category: 'INTERNAL_ERROR', message: 'x' }];
  const body = { status: 'COMPLETE', results: [], numErrors: 1, errors };
  hubspot.fault({ kind: 'status', status: 207, body, path: 'associate' });
  expect(await sync([record(1)])).toMatchObject([{ status: 'retry', code: 'LINK_NOT_CONFIRMED' }]);
});

test('links that are rejected whatever a request holds are tried again, in few requests', async () => {
  let requests = 0;
  const gateway = ({ url }: HttpRequest) => {
    if (!url.includes('associate')) return undefined;
    requests += 1;
    return jsonResponse(400, { status: 'error', category: 'VALIDATION_ERROR', message: 'No.' });
  };
  const { sync } = await start({ gateway });
  const outcomes = await sync(Array.from({ length: 40 }, (_, n) => record(n + 1)));
  expect(new Set(outcomes.map((each) => each.status !== 'synced' && each.code))).toEqual(
    new Set(['LINK_NOT_CONFIRMED']),
  );
  expect(requests).toBeLessThan(50);
});

test('a limit that rejects the whole request costs the link of that person’s calls only', async () => {
  let limited = 'nobody';
  const { sync, hubspot } = await start({
    gateway: ({ url, body }) => {
      if (!url.includes('associate') || !body.includes(`"${limited}"`)) return undefined;
      const message = `The number of associations of contact ${limited} to calls would exceed its limit of 2.`;
      const subCategory = 'crm.associations.LIMIT_EXCEEDED';
      return jsonResponse(400, { status: 'error', category: 'VALIDATION_ERROR', subCategory, message });
    },
  });
  await sync([record(1)]);
  limited = hubspot.contacts()[0]!.id;
  const calls = [2, 3, 4, 5].map((n) => record(n, { person: personWithId(1) }));
  const outcomes = await sync(calls);
  expect(outcomes).toMatchObject(
    calls.map(() => ({ status: 'synced', skippedFields: [{ code: 'LINK_REJECTED', field: 'contact' }] })),
  );
  expect(
    JSON.stringify(outcomes.map((each) => each.status === 'synced' && each.skippedFields)),
  ).not.toContain(limited);
  expect(
    (await sync([record(6), record(7, { person: personWithId(1) })])).map(
      (each) => each.status === 'synced' && each.skippedFields.length,
    ),
  ).toEqual([0, 1]);
});
