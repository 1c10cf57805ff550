import { beforeEach, describe, expect, test } from '@jest/globals';
import { startHubSpot } from './hubspot/hubspot.ts';
import { portalEachTest } from './hubspot/simulated-portal.ts';

const portal = portalEachTest({
  limits: { app: 2, associations: 1, search: 1, windowMs: 300, searchWindowMs: 300 },
});

const read = () => portal.client.get('/crm/v3/properties/contacts/phone');
const search = () => portal.client.post('/crm/v3/objects/contacts/search', {});
const associate = () =>
  portal.client.post('/crm/v4/associations/calls/contacts/batch/associate/default', { inputs: [] });
const statuses = async (request: () => Promise<{ status: number }>, times: number) => {
  const seen = [];
  for (let index = 0; index < times; index += 1) seen.push((await request()).status);
  return seen;
};

describe('the quota', () => {
  test('is that of a free portal by default', async () => {
    const plain = await startHubSpot();
    expect(plain.settings.limits).toMatchObject({ app: 100, windowMs: 10_000, search: 5, daily: 250_000 });
    await plain.close();
  });

  test('reports what is left, and rejects more', async () => {
    const { headers } = await read();
    const reported = ['max', 'remaining', 'interval-milliseconds', 'daily', 'daily-remaining'].map((name) =>
      headers.get(`x-hubspot-ratelimit-${name}`),
    );
    expect(reported).toEqual(['2', '1', '300', '250000', '249999']);
    await read();
    const refused = await read();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, null]);
    expect(refused.body).toEqual({
      status: 'error',
      message: 'You have reached your ten_secondly_rolling limit.',
      errorType: 'RATE_LIMIT',
      correlationId: expect.any(String),
      policyName: 'TEN_SECONDLY_ROLLING',
      groupName: expect.stringMatching(/^publicapi:/),
    });
  });

  test('comes back as the window rolls on', async () => {
    expect(await statuses(read, 3)).toEqual([200, 200, 429]);
    const start = Date.now();
    while ((await read()).status === 429 && Date.now() - start < 5_000);
    expect(Date.now() - start).toBeGreaterThan(100);
    expect(Date.now() - start).toBeLessThan(4_000);
  });

  test('of associations and of search is separate', async () => {
    expect(await statuses(read, 3)).toEqual([200, 200, 429]);
    expect(await statuses(associate, 2)).toEqual([200, 429]);
    expect((await search()).status).toBe(200);
    const { status, body, headers } = await search();
    expect([status, body.policyName, body.message]).toEqual([
      429,
      'SECONDLY',
      'You have reached your secondly limit.',
    ]);
    expect(headers.get('x-hubspot-ratelimit-max')).toBeNull();
  });

  test('of the day ends', async () => {
    portal.sim.settings.limits = { ...portal.sim.settings.limits, app: 100, daily: 1 };
    expect((await read()).status).toBe(200);
    expect((await read()).body).toMatchObject({
      policyName: 'DAILY',
      message: 'You have reached your daily limit.',
    });
  });

  test('reports when to retry if it is set to', async () => {
    portal.sim.settings.retryAfterSeconds = 3;
    await statuses(read, 2);
    expect((await read()).headers.get('retry-after')).toBe('3');
  });
});

describe('credentials', () => {
  test.each([{}, { Authorization: 'Bearer other' }])('%j are rejected', async (headers) => {
    const response = await fetch(`${portal.sim.url}/crm/v3/properties/contacts`, { headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ status: 'error', category: 'INVALID_AUTHENTICATION' });
  });

  test('without the scope are rejected, naming it', async () => {
    portal.sim.settings.missingScopes = ['crm.schemas.contacts.write', 'crm.schemas.contacts.read'];
    expect((await read()).status).toBe(200);
    const { status, body } = await portal.client.post('/crm/v3/properties/contacts', {});
    expect([status, body.category]).toEqual([403, 'MISSING_SCOPES']);
    expect(body.errors[0].context.requiredGranularScopes).toEqual(['crm.schemas.contacts.write']);
  });
});

describe('paths', () => {
  beforeEach(() => {
    portal.sim.settings.limits = { ...portal.sim.settings.limits, app: 100, associations: 100, search: 100 };
  });

  const legacy = [
    '/crm/v3/objects/contacts/batch/read',
    '/crm/v4/associations/calls/contacts/batch/associate/default',
  ];
  const dated = [
    '/crm/objects/2026-03/contacts/batch/read',
    '/crm/associations/2026-03/calls/contacts/batch/associate/default',
  ];

  test.each([
    ['both', ['legacy', '2026-03'], [200, 200, 200, 200]],
    ['legacy', ['legacy'], [200, 200, 404, 404]],
    ['2026-03', ['2026-03'], [404, 404, 200, 200]],
  ] as const)('of %s generations are served', async (_, generations, expected) => {
    portal.sim.settings.generations = generations;
    const replies = await Promise.all(
      [...legacy, ...dated].map((path) => portal.client.post(path, { inputs: [] })),
    );
    expect(replies.map(({ status }) => status)).toEqual(expected);
  });

  test.each(['/crm/v3/objects/unicorns/1', '/crm/objects/2024-01/contacts/1', '/nowhere'])(
    '%s is unknown',
    async (path) => {
      const { status, body } = await portal.client.get(path);
      expect([status, body.status]).toEqual([404, 'error']);
    },
  );

  test('of owners and of the account are served', async () => {
    expect((await portal.client.get('/crm/v3/owners')).body).toEqual({ results: [] });
    for (const version of ['v3', '2026-03'])
      expect((await portal.client.get(`/account-info/${version}/details`)).body).toMatchObject({
        portalId: 4_817_203,
        uiDomain: 'app.hubspot.com',
        accountType: 'DEVELOPER_TEST',
      });
    portal.sim.settings.missingScopes = ['oauth'];
    expect((await portal.client.get('/account-info/v3/details')).status).toBe(403);
  });

  test('a body must be JSON and be called so', async () => {
    expect((await portal.client.post(legacy[0]!, '{"inputs":')).status).toBe(400);
    const headers = { Authorization: `Bearer ${portal.sim.token}`, 'Content-Type': 'text/plain' };
    const response = await fetch(`${portal.sim.url}${legacy[0]}`, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(415);
  });
});
