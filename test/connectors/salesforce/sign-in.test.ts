/** Signing in: what the token endpoint answers, and what an operator is advised to do. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { closedAfterEach } from '../closing.ts';
import { record, startOrg, type TestOrg } from './org.ts';

const start = closedAfterEach(startOrg);
const TOKEN = '/services/oauth2/token';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const JWT_ENV = {
  SALESFORCE_CLIENT_SECRET: '',
  SALESFORCE_USERNAME: 'integration@example.com',
  SALESFORCE_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};
const PUBLIC_KEY = publicKey.export({ type: 'spki', format: 'pem' }).toString();

function answerToken({ salesforce }: TestOrg, error: string, description = 'a description', status = 400) {
  const body = { error, error_description: description };
  return salesforce.fault({ kind: 'status', path: TOKEN, status, body, times: 'always' });
}

describe('a sign-in that is rejected', () => {
  test.each([
    ['inactive_user', 'user is inactive'],
    ['inactive_org', 'organization is inactive'],
    ['OAUTH_APP_BLOCKED', 'this app is blocked by admin'],
    ['OAUTH_APP_ACCESS_DENIED', 'user is not admin approved to access this app'],
    ['access_denied', 'end-user denied authorization'],
    ['invalid_grant', 'no client credentials user enabled'],
    ['an error that nobody has heard of', 'nor of its description'],
  ])('with %s is unauthorized, in readiness and doctor, with what Salesforce says', async (error, text) => {
    const org = await start();
    answerToken(org, error, text);
    await expect(org.sync([record(1)])).rejects.toMatchObject({
      kind: 'unauthorized',
      code: 'SIGN_IN_REFUSED',
      message: expect.stringContaining(text),
    });
    const [finding] = await org.connector.check();
    expect(finding).toMatchObject({ level: 'error', message: expect.stringContaining(error) });
  });

  test.each(['unknown_error', 'rate_limit_exceeded', 'server_error', 'temporarily_unavailable'])(
    'with %s is an outage: the queue tries again soon',
    async (error) => {
      const org = await start();
      const fault = answerToken(org, error);
      await expect(org.sync([record(1)])).rejects.toMatchObject({ kind: 'unavailable' });
      fault.remove();
      expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced' }]);
    },
  );

  test('with a status of 503 is an outage, whatever error stands beside it', async () => {
    const org = await start();
    answerToken(org, 'invalid_grant', 'x', 503);
    await expect(org.sync([record(1)])).rejects.toMatchObject({ kind: 'unavailable' });
  });

  test('keeps the user name and the secret out of the message', async () => {
    const org = await start({ env: JWT_ENV });
    answerToken(org, 'invalid_grant', 'integration@example.com has not approved this');
    const error = await org.connector.schema().catch((thrown) => thrown);
    expect(error.message).toContain('[hidden] has not approved this');
    expect(error.message).not.toContain('integration@example.com');
  });

  test('by a login URL that redirects is not repeated at the other host: the message names it', async () => {
    const org = await start();
    const headers = { location: 'https://renamed.my.salesforce.com/services/oauth2/token' };
    org.salesforce.fault({ kind: 'status', path: TOKEN, status: 302, headers, times: 'always' });
    await expect(org.sync([record(1)])).rejects.toMatchObject({
      kind: 'unauthorized',
      code: 'LOGIN_URL_MOVED',
      message: expect.stringContaining('https://renamed.my.salesforce.com'),
    });
    expect(org.salesforce.requests.every(({ method }) => method === 'POST')).toBe(true);
  });
});

describe('a JWT', () => {
  test.each(['https://login.salesforce.com', 'https://test.salesforce.com'])(
    'is accepted by an org that takes the audience %s only; the next one is right at once',
    async (audience) => {
      const org = await start({
        env: JWT_ENV,
        settings: { publicKey: PUBLIC_KEY, audiences: [audience] },
      });
      expect(await org.sync([record(1)])).toMatchObject([{ status: 'synced' }]);
      const before = org.salesforce.tokenRequests;
      org.salesforce.expireTokens();
      expect(await org.sync([record(2)])).toMatchObject([{ status: 'synced' }]);
      expect(org.salesforce.tokenRequests - before).toBe(1);
    },
  );

  test('that is rejected is advised about as a JWT, never as client credentials', async () => {
    const org = await start({ env: JWT_ENV, settings: { publicKey: PUBLIC_KEY, audiences: [] } });
    const error = await org.connector.schema().catch((thrown) => thrown);
    expect(error).toMatchObject({ kind: 'unauthorized', code: 'SIGN_IN_REFUSED' });
    expect(error.message).toMatch(
      /hasn't approved this consumer.*certificate.*SALESFORCE_USERNAME.*pre-authorised/,
    );
    expect(error.message).not.toMatch(/client credentials|secret/);
    expect(org.salesforce.tokenRequests).toBe(3);
  });

  test('of an inactive user is tried with no further audience', async () => {
    const org = await start({ env: JWT_ENV });
    answerToken(org, 'inactive_user', 'user is inactive');
    await expect(org.connector.schema()).rejects.toMatchObject({ kind: 'unauthorized' });
    expect(org.salesforce.requests).toHaveLength(1);
  });
});
