/** What does not stop the start, but is hardly meant. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { HUBSPOT, load } from './message.ts';

const folder = mkdtempSync(join(tmpdir(), 'altur-warnings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const warningsOf = async (given: Record<string, string>) => (await load({ ...HUBSPOT, ...given })).warnings;

test.each([
  ['HUBSPOT_API_ULR', 'did you mean HUBSPOT_API_URL?'],
  ['HUBSPOT_API_ULR_FILE', 'did you mean HUBSPOT_API_URL_FILE?'],
  ['REDISURL', 'did you mean REDIS_URL?'],
  ['REDIS_URI', 'did you mean REDIS_URL?'],
  ['LOGLEVEL', 'did you mean LOG_LEVEL?'],
  ['MAPING_FILE', 'did you mean MAPPING_FILE?'],
  ['DASHBORD_PASSWORD', 'did you mean DASHBOARD_PASSWORD?'],
  ['DEFAULT_TIME_ZONE', 'did you mean DEFAULT_TIMEZONE?'],
  ['dashboard_password', 'did you mean DASHBOARD_PASSWORD?'],
  ['HUBSPOT_TOKEN', 'those that begin so are HUBSPOT_ACCESS_TOKEN, HUBSPOT_API_URL'],
  ['ALTUR_TOKEN', 'those that begin so are ALTUR_WEBHOOK_SECRET'],
])('%s is warned of: %s', async (name, says) => {
  expect(await warningsOf({ [name]: 'abcdefgh' })).toEqual([
    expect.stringContaining(`${name} is not a variable of this service: `),
  ]);
  expect(String(await warningsOf({ [name]: 'abcdefgh' }))).toContain(says);
});

test.each([
  [{ REDISURL: 'x', REDIS_URL: 'redis://127.0.0.1:6379' }],
  [{ REDIS_PORT: 'tcp://10.0.0.1:6379', REDIS_SERVICE_HOST: '10.0.0.1' }],
  [{ LANG: 'en_US.UTF-8', LOGNAME: 'me', npm_config_loglevel: 'warn', TZ: 'UTC' }],
  [{ OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '1', OTEL_LOGS_EXPORTER: 'none' }],
  [{ SALESFORCE_CLIENT_ID: '', HUBSPOT_TOKEN: '' }],
  [
    {
      WORKERS: '2',
      INGRESSES: '2',
      INGRESS_PORTS: '3000',
      DOMAIN: 'x',
      COMPOSE_COMMAND: 'x',
      COMPOSE_REDIS_URL: 'x',
    },
  ],
])('nothing is said about %j', async (given) => {
  expect(await warningsOf(given)).toEqual([]);
});

test('a variable that is given as a file too is not used, and that is said', async () => {
  const path = join(folder, 'token');
  writeFileSync(path, 'pat-na1-of-the-file\n');
  const { connector, warnings } = await load({ ...HUBSPOT, HUBSPOT_ACCESS_TOKEN_FILE: path });
  expect(connector!.settings).toMatchObject({ HUBSPOT_ACCESS_TOKEN: 'pat-na1-of-the-file' });
  expect(warnings).toEqual([expect.stringMatching(/^HUBSPOT_ACCESS_TOKEN is not used: .*the file wins/)]);
  writeFileSync(path, HUBSPOT.HUBSPOT_ACCESS_TOKEN);
  expect(await warningsOf({ HUBSPOT_ACCESS_TOKEN_FILE: path })).toEqual([]);
});

test('an empty mapping file is said to change nothing', async () => {
  const path = join(folder, 'mapping.yaml');
  writeFileSync(path, '# later\n\n');
  expect(await warningsOf({ MAPPING_FILE: path })).toEqual([
    expect.stringContaining('is empty: the default'),
  ]);
});

test('a daily summary that cannot be made, or sent, is warned of', async () => {
  const [at, key, url] = ['08:30', 'key-of-altur-1234567890', 'https://hooks.slack.com/services/T/B/x'];
  expect(await warningsOf({ DAILY_SUMMARY_AT: at })).toEqual([
    'DAILY_SUMMARY_AT: is not used: the daily summary needs ALTUR_API_KEY and ALERT_WEBHOOK_URL too',
  ]);
  expect(await warningsOf({ DAILY_SUMMARY_AT: at, ALTUR_API_KEY: key })).toEqual([
    'DAILY_SUMMARY_AT: is not used: the daily summary needs ALERT_WEBHOOK_URL too',
  ]);
  expect(await warningsOf({ DAILY_SUMMARY_AT: at, ALTUR_API_KEY: key, ALERT_WEBHOOK_URL: url })).toEqual([]);
});

test('a periodic reconcile without the key to ask Altur with is warned of', async () => {
  expect(await warningsOf({ RECONCILE_EVERY: '1h' })).toEqual([
    expect.stringMatching(/^RECONCILE_EVERY: has no effect without ALTUR_API_KEY/),
  ]);
  expect(await warningsOf({ RECONCILE_EVERY: '1h', ALTUR_API_KEY: 'key-of-altur' })).toEqual([]);
});
