import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from '@jest/globals';
import jsforce from 'jsforce';
import { startEachTest } from './kit/each-test.ts';
import { signedIn } from './salesforce/rest-client.ts';
import { startSalesforce } from './salesforce/salesforce.ts';
import { connectionOptions } from './salesforce/simulated-org.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const started = startEachTest(() => {
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return startSalesforce({ settings: { publicKey: pem } });
});

async function token(form: Record<string, string>): Promise<{ status: number; body: unknown }> {
  const body = new URLSearchParams(form);
  const response = await fetch(`${started().url}/services/oauth2/token`, { method: 'POST', body });
  return { status: response.status, body: await response.json() };
}

const credentials = {
  grant_type: 'client_credentials',
  client_id: 'client-id',
  client_secret: 'client-secret',
};

function assertion(claims: object = {}, key = privateKey): Record<string, string> {
  const valid = {
    iss: 'client-id',
    sub: 'integration@example.com',
    aud: started().url,
    exp: Date.now() / 1000 + 120,
  };
  const parts = [{ alg: 'RS256' }, { ...valid, ...claims }];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('RSA-SHA256', Buffer.from(text), key).toString('base64url');
  return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: `${text}.${signature}` };
}

test('client credentials are answered with a token and the address of the org', async () => {
  const { status, body } = await token(credentials);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    instance_url: started().url,
    token_type: 'Bearer',
    access_token: expect.any(String),
  });
});

test.each([
  ['an unknown client', { client_id: 'other' }, 'invalid_client_id'],
  ['a wrong secret', { client_secret: 'other' }, 'invalid_client'],
  ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
])('%s is rejected', async (_, change, error) => {
  expect(await token({ ...credentials, ...change })).toMatchObject({ status: 400, body: { error } });
});

test('a signed assertion is answered with a token', async () => {
  expect(await token(assertion())).toMatchObject({ status: 200, body: { access_token: expect.any(String) } });
  expect(await token(assertion({ aud: 'https://login.salesforce.com' }))).toMatchObject({ status: 200 });
});

test('an assertion signed by another key is rejected', async () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  expect(await token(assertion({}, other))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

test.each([
  ['another issuer', { iss: 'other' }, 'invalid_client_id'],
  ['another user', { sub: 'nobody@example.com' }, 'invalid_grant'],
  ['another audience', { aud: 'https://example.com' }, 'invalid_grant'],
  ['an expiry in the past', { exp: Date.now() / 1000 - 1 }, 'invalid_grant'],
  ['an expiry far ahead', { exp: Date.now() / 1000 + 3600 }, 'invalid_grant'],
  ['no expiry', { exp: undefined }, 'invalid_grant'],
])('an assertion with %s is rejected', async (_, claims, error) => {
  expect(await token(assertion(claims))).toMatchObject({ status: 400, body: { error } });
});

test('a request without a valid token is rejected and costs the org nothing', async () => {
  const response = await fetch(`${started().url}/services/data/v62.0/limits`);
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual([
    { message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' },
  ]);
  expect(started().apiRequests).toBe(0);
});

test('jsforce asks for a new token when the old one has expired', async () => {
  const connection = connect();
  await connection.authorize({ grant_type: 'client_credentials' });
  started().expireTokens();
  await Promise.all([connection.query('SELECT Id FROM User'), connection.query('SELECT Id FROM User')]);
  expect(started().tokenRequests).toBe(2);
});

test('an org may reject fresh tokens too', async () => {
  const client = await signedIn(started().url);
  started().settings.refuseTokens = true;
  expect(await client.query('SELECT Id FROM User')).toMatchObject({ status: 401 });
  expect(await (await signedIn(started().url)).query('SELECT Id FROM User')).toMatchObject({ status: 401 });
  started().settings.refuseTokens = false;
  expect(await client.query('SELECT Id FROM User')).toMatchObject({ status: 200 });
});

test('a token identifies its user', async () => {
  const connection = connect();
  const user = await connection.authorize({ grant_type: 'client_credentials' });
  const { records } = await connection.query<{ Username: string }>(
    `SELECT Username FROM User WHERE Id = '${user.id}'`,
  );
  expect(records).toMatchObject([{ Username: 'integration@example.com' }]);
  expect(await connection.identity()).toMatchObject({ user_id: user.id });
});

function connect(): jsforce.Connection {
  const connection: jsforce.Connection = new jsforce.Connection({
    ...connectionOptions(started().url),
    refreshFn: (_, done) => {
      connection.oauth2.requestToken({ grant_type: 'client_credentials' }).then(
        (answer) => done(null, answer.access_token, answer),
        (error: Error) => done(error),
      );
    },
  });
  return connection;
}
