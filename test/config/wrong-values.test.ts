/** A wrong value is named as wrong, never as missing, with what to write; nothing of a secret is shown. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { HUBSPOT, lineOf, load, message, SALESFORCE } from './message.ts';

const folder = mkdtempSync(join(tmpdir(), 'altur-values-'));
afterAll(() => rmSync(folder, { recursive: true }));

const UUID = 'a3c1a3c1-1111-4222-8333-a3c1a3c1a3c1';

test.each([
  ['RECONCILE_EVERY', '1', /at least 5 m, at most 28 d: write it like 1h/],
  ['RECONCILE_EVERY', '60d', /at most 28 d/],
  ['HUBSPOT_ACCESS_TOKEN', '""', /is set to nothing but quotes or blanks: create a service key/],
  ['HUBSPOT_ACCESS_TOKEN', '   ', /is set to nothing but quotes or blanks/],
  ['HUBSPOT_ACCESS_TOKEN', '\u200b', /is set to nothing but quotes or blanks/],
  ['HUBSPOT_ACCESS_TOKEN', '<your token>', /is a placeholder/],
  ['HUBSPOT_ACCESS_TOKEN', 'your-token-here', /is a placeholder/],
  ['HUBSPOT_ACCESS_TOKEN', 'changeme', /is a placeholder/],
  ['HUBSPOT_ACCESS_TOKEN', 'xxx', /is a placeholder/],
  ['HUBSPOT_ACCESS_TOKEN', 'pat-na1-xxxxxxxx-xxxx', /is a placeholder/],
  ['HUBSPOT_ACCESS_TOKEN', 'pat-na1-…', /is a placeholder/],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what nothing has replaced
  ['HUBSPOT_ACCESS_TOKEN', '${HUBSPOT_TOKEN}', /is a reference/],
  ['HUBSPOT_ACCESS_TOKEN', 'HUBSPOT_ACCESS_TOKEN=pat-na1-1', /begins with its own name/],
  ['HUBSPOT_ACCESS_TOKEN', 'Bearer pat-na1-1', /begins with "Bearer": leave that out/],
  ['HUBSPOT_ACCESS_TOKEN', 'pat-na1-1 # from Ana', /comment behind the value/],
  ['HUBSPOT_ACCESS_TOKEN', 'pat-na1-1\n234', /line break in it/],
  ['HUBSPOT_ACCESS_TOKEN', 'pat-na1-12 34', /has a blank/],
  ['HUBSPOT_ACCESS_TOKEN', 'pat\u2011na1\u20111234', /not ASCII/],
  ['HUBSPOT_ACCESS_TOKEN', 'pat-na1-"1234', /has a quotation mark in it/],
  ['HUBSPOT_ACCESS_TOKEN', UUID, /is an API key of the old kind, a client secret/],
  ['HUBSPOT_ACCESS_TOKEN', `na1-${UUID}`, /refresh token/],
  ['HUBSPOT_ACCESS_TOKEN', '48812345', /is a number/],
  ['ALTUR_WEBHOOK_SECRET', "''", /is set to nothing but quotes or blanks: copy the signing secret/],
  ['ALTUR_WEBHOOK_SECRET', '"",""', /holds nothing but quotes and commas/],
  ['ALTUR_WEBHOOK_SECRET', '<secret>', /is a placeholder/],
  ['DASHBOARD_PASSWORD', '$DASHBOARD_PASSWORD', /is a reference/],
  ['REDIS_URL', 'rediss://u:secret@host:6379/0?ssl_cert_reqs=none', /must not have a query/],
  ['ALTUR_WEBHOOK_SECRET', 'https://host/webhooks/altur/on-call-end', /is a URL/],
  ['ALTUR_API_KEY', 'api-key abc', /begins with "api-key"/],
  ['ALTUR_SIGNATURE_SCHEME', 'sha256', /must be auto, base64 or hex/],
  ['PORT', 'abc', /must be a port number/],
  ['PORT', '70000', /must be a port number/],
  ['PORT', '3.5', /must be a port number/],
  ['LOG_LEVEL', 'verbose', /must be error, warn, info or debug/],
  ['LOG_FORMAT', 'text', /must be json or pretty/],
  ['DEFAULT_COUNTRY', 'Mexico', /two letters.*: write MX/],
  ['DEFAULT_COUNTRY', 'España', /write ES/],
  ['DEFAULT_COUNTRY', 'UK', /write GB/],
  ['DEFAULT_COUNTRY', 'ZZ', /two letters/],
  ['DEFAULT_TIMEZONE', 'GMT-6', /IANA time zone.*no offset/],
  ['DEFAULT_TIMEZONE', '-06:00', /no offset/],
  ['DEFAULT_TIMEZONE', 'Mexico City', /did you mean America\/Mexico_City\?/],
  ['DEFAULT_TIMEZONE', 'America/Mexco_City', /did you mean America\/Mexico_City\?/],
  ['DEFAULT_TIMEZONE', 'Central', /IANA time zone/],
  ['DASHBOARD_PASSWORD', 'short', /at least 8 characters/],
  ['REDIS_URL', 'localhost:6379', /must be redis:\/\//],
])('%s=%j', async (variable, value, says) => {
  const environment = { ...HUBSPOT, [variable]: value };
  expect(await lineOf(variable, environment)).toMatch(says);
  expect(await message(environment)).toMatch(/^The configuration is wrong:/);
});

test.each([
  ['SALESFORCE_CLIENT_SECRET', '""', /is set to nothing but quotes or blanks: copy the consumer secret/],
  ['SALESFORCE_CLIENT_SECRET', '3MVG9abcdef', /is a consumer key/],
  ['SALESFORCE_CLIENT_ID', 'ab'.repeat(32), /is a consumer secret/],
  ['SALESFORCE_CLIENT_ID', 'me@example.com', /is a user name/],
  ['SALESFORCE_NESTED_WRITES', 'yes', /must be true or false/],
  ['SALESFORCE_API_VERSION', 'v64', /must be like 64\.0/],
])('%s=%j', async (variable, value, says) => {
  expect(await lineOf(variable, { ...SALESFORCE, [variable]: value })).toMatch(says);
});

test.each([
  ['HUBSPOT_ACCESS_TOKEN', 'Bearer pat-na1-5e9f', '5e9f'],
  ['HUBSPOT_ACCESS_TOKEN', `5e9f${UUID.slice(4)}`, '5e9f'],
  ['HUBSPOT_ACCESS_TOKEN_FILE', 'pat-na1-5e9f', '5e9f'],
  ['HUBSPOT_ACCESS_TOKEN_FILE', 'pat/na1+5e9f==', '5e9f'],
  ['ALTUR_API_KEY', 'sk 5e9f', '5e9f'],
  ['REDIS_URL', 'redis://:p/5e9f@host', '5e9f'],
  ['ALERT_WEBHOOK_URL', 'hooks.slack.com/services/5e9f', '5e9f'],
  ['ALERT_WEBHOOK_URL', 'https://hooks.slack.com/services/5e9f x', '5e9f'],
  ['REDIS_URL_FILE', 'redis://:5e9f@redis.example.com', '5e9f'],
  ['CRM_CONNECTOR', 'pat-na1-5e9f', '5e9f'],
])('a message about %s does not quote it: %j', async (variable, value, secret) => {
  const { HUBSPOT_ACCESS_TOKEN, ...rest } = HUBSPOT;
  const text = await message({ ...rest, [variable]: value });
  expect(text).toContain(`${variable}: `);
  expect(text).not.toContain(secret);
});

describe('accepted as it is meant', () => {
  test.each([
    [{ LOG_LEVEL: 'INFO', LOG_FORMAT: 'JSON' }, { log: { level: 'info', format: 'json' } }],
    [{ DEFAULT_COUNTRY: 'mx' }, { defaultCountry: 'MX' }],
    [{ DEFAULT_TIMEZONE: '"America/Bogota"' }, { timeZone: 'America/Bogota' }],
    [{ PORT: "'3001'" }, { port: 3001, ingressUrl: 'http://127.0.0.1:3001' }],
    [{ PORT: '`3001`' }, { port: 3001 }],
    [{ DASHBOARD_PASSWORD: '“eight letters”' }, { dashboardPassword: 'eight letters' }],
    [{ DASHBOARD_PASSWORD: `it's "eight"` }, { dashboardPassword: `it's "eight"` }],
    [
      { HUBSPOT_ACCESS_TOKEN: '"pat-na1-1\u200b"' },
      { connector: { settings: { HUBSPOT_ACCESS_TOKEN: 'pat-na1-1' } } },
    ],
    [{ DASHBOARD_PASSWORD: '$ecret1234' }, { dashboardPassword: '$ecret1234' }],
    [{ DASHBOARD_PASSWORD: 'xXxXxXpass' }, { dashboardPassword: 'xXxXxXpass' }],
    [{ INGRESS_URL: 'http://ingress:3000' }, { ingressUrl: 'http://ingress:3000' }],
    [{ COMMAND_PREFIX: 'altur-crm-sync' }, { warnings: [] }],
  ])('%j', async (given, expected) => {
    expect(await load({ ...HUBSPOT, ...given })).toMatchObject(expected);
  });
});

describe('LANGUAGE', () => {
  test.each([
    ['en', 'en'],
    ['es', 'es'],
    ['ES', 'es'],
    ['en_US:en', 'en'],
    ['es_MX:es:en', 'es'],
    ['es_MX.UTF-8', 'es'],
    ['en-GB', 'en'],
    ['C', 'en'],
    ['C.UTF-8', 'en'],
    ['POSIX', 'en'],
    ['', 'en'],
  ])('%j means %s', async (given, language) => {
    expect((await load({ ...HUBSPOT, LANGUAGE: given })).language).toBe(language);
  });

  test.each(['fr', 'spanish', 'español', 'english', 'fr_FR:en', 'de'])('%s is refused', async (given) => {
    expect(await lineOf('LANGUAGE', { ...HUBSPOT, LANGUAGE: given })).toMatch(/^LANGUAGE: must be en or es/);
  });
});

describe('a file with a value', () => {
  const { HUBSPOT_ACCESS_TOKEN, ...rest } = HUBSPOT;
  const given = (path: string) =>
    lineOf('HUBSPOT_ACCESS_TOKEN_FILE', { ...rest, HUBSPOT_ACCESS_TOKEN_FILE: path });
  const write = (name: string, text: string | Buffer) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test('that is missing, a folder, or empty is named, and its variable not called missing', async () => {
    const missing = join(folder, 'none');
    expect(await given(missing)).toContain(`cannot read ${missing} (ENOENT): there is no such file`);
    mkdirSync(join(folder, 'folder.txt'));
    expect(await given(join(folder, 'folder.txt'))).toContain('it is a folder; Docker makes one where');
    expect(await given(write('empty', '\n'))).toContain('is empty');
    expect(await message({ ...rest, HUBSPOT_ACCESS_TOKEN_FILE: missing })).not.toContain('TOKEN: is missing');
  });

  test('is checked like the variable', async () => {
    const path = write('token', 'Bearer pat-na1-1\n');
    expect(await lineOf('HUBSPOT_ACCESS_TOKEN', { ...rest, HUBSPOT_ACCESS_TOKEN_FILE: path })).toMatch(
      /Bearer/,
    );
  });

  test.each([
    ['UTF-16, as Windows PowerShell writes', Buffer.from('\ufeffpat-na1-1\r\n', 'utf16le')],
    ['a byte order mark', '\ufeffpat-na1-1\n'],
    ['quotes', '"pat-na1-1"\n'],
  ])('may have %s', async (_, text) => {
    const { connector } = await load({ ...rest, HUBSPOT_ACCESS_TOKEN_FILE: write('saved', text) });
    expect(connector!.settings).toMatchObject({ HUBSPOT_ACCESS_TOKEN: 'pat-na1-1' });
  });
});
