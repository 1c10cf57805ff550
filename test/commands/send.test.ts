/** `send`, and `send --wait`: from the ingress into the CRM and back. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { anyCall } from '../calls.ts';
import { runCommand } from '../command.ts';
import { rejectedCall } from '../e2e/rejected-call.ts';
import { SECRET, type ServiceProcess, startProcess } from '../e2e/service-process.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { freePort, type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { type SalesforceSimulator, startSalesforce } from '../simulators/salesforce/salesforce.ts';

const WEBHOOK = '/webhooks/altur/on-call-end';
const folder = mkdtempSync(join(tmpdir(), 'altur-send-'));
let redis: RedisServer;
let hubspot: HubSpotSimulator;
let salesforce: SalesforceSimulator;
let service: ServiceProcess | undefined;
let releases: (() => unknown)[] = [];

beforeAll(async () => {
  hubspot = await startHubSpot({ provisioned: true });
  salesforce = await startSalesforce({ provisioned: true });
});
beforeEach(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  await service?.stop('SIGKILL');
  service = undefined;
  for (const release of releases.toReversed()) await release();
  releases = [];
  hubspot.clearFaults();
  await redis.stop();
});
afterAll(async () => {
  await Promise.all([hubspot.close(), salesforce.close()]);
  rmSync(folder, { recursive: true });
});

const environment = (): Record<string, string> => ({
  ...BASE_ENVIRONMENT,
  CRM_CONNECTOR: 'hubspot',
  HUBSPOT_ACCESS_TOKEN: hubspot.token,
  HUBSPOT_API_URL: hubspot.url,
  ALTUR_WEBHOOK_SECRET: SECRET,
  REDIS_URL: redis.url,
});

async function start(env: Record<string, string> = {}, role: 'all' | 'ingress' | 'worker' = 'all') {
  service = await startProcess({ ...environment(), ...env }, role);
  return service;
}

function eventFile(event: object): string {
  const path = join(folder, 'event.json');
  writeFileSync(path, JSON.stringify(event));
  return path;
}

const send = (args: readonly string[], env: Record<string, string> = {}) =>
  runCommand(['send', ...args], { ...environment(), ...env });

const sendWaiting = (event: object, args: readonly string[], env: Record<string, string> = {}) =>
  send([eventFile(event), '--wait', ...args], env);

/** Another server at the URL. */
async function serverThat(answers: RequestListener): Promise<string> {
  const server = createServer(answers).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  releases.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('send --wait', () => {
  test('says each step once, reads the records back from HubSpot, and says where they are', async () => {
    const { url } = await start();
    const { code, output, errors } = await sendWaiting(anyCall(1), ['--url', url]);
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/^200 queued after \d+\.\d s, at http:\S+\/webhooks\/altur\/on-call-end\n/);
    expect(output.match(/^synced after \d+\.\d s: person \d+, call \d+$/gm)).toHaveLength(1);
    expect(output).toMatch(/\nchecked in hubspot:\n {2}✓ person \d+ is there\n {2}✓ call \d+ is there\n/);
    expect(output).toMatch(/\nthe call is in hubspot: https:\/\/\S+\n/);
    expect(output).toMatch(/\nTo remove the test, .*\n {2}person \d+: https:\S+\n {2}call \d+: https:\S+\n$/);
  });

  test('goes through the public door, and reads back from Salesforce', async () => {
    const env = {
      CRM_CONNECTOR: 'salesforce',
      SALESFORCE_LOGIN_URL: salesforce.url,
      SALESFORCE_CLIENT_ID: salesforce.settings.clientId,
      SALESFORCE_CLIENT_SECRET: salesforce.settings.clientSecret,
    };
    const { url } = await start(env);
    const { code, output } = await sendWaiting(anyCall(2), [], { ...env, PUBLIC_URL: url });
    expect([code, output]).toEqual([0, expect.stringMatching(/\nthe call is in salesforce: http\S+\n/)]);
  });

  test('a call that was sent before is said to be, and --new-id sends it again', async () => {
    const { url } = await start();
    const event = anyCall(3);
    expect((await sendWaiting(event, ['--url', url])).code).toBe(0);
    const again = await sendWaiting(event, ['--url', url]);
    expect([again.code, again.errors]).toEqual([
      1,
      'this call was sent before: it is synced already; use --new-id to send the event as a new call\n',
    ]);
    const before = hubspot.calls().length;
    const fresh = await sendWaiting(event, ['--url', url, '--new-id']);
    expect([fresh.code, fresh.output]).toEqual([
      0,
      expect.stringMatching(/^the call id is cll_[0-9a-f]{20}$/m),
    ]);
    expect(hubspot.calls()).toHaveLength(before + 1);
  });

  test('a dead letter ends it, with the reason and the command for after the fix', async () => {
    hubspot.fault(rejectedCall('cll_test000004'));
    const { url } = await start();
    const { code, errors } = await sendWaiting(anyCall(4), ['--url', url]);
    expect([code, errors]).toEqual([
      1,
      expect.stringMatching(
        /^dead letter: .*VALIDATION_ERROR[\s\S]*after the fix: npx altur-crm-sync failed retry cll_test000004\n/,
      ),
    ]);
  });

  test('a call that the mapping skips is not in the CRM', async () => {
    const mapping = join(folder, 'skip.yaml');
    writeFileSync(mapping, 'calls: [{ do: skip }]');
    const { url } = await start({ MAPPING_FILE: mapping });
    const { code, errors } = await sendWaiting(anyCall(5), ['--url', url]);
    expect([code, errors]).toEqual([1, expect.stringMatching(/^skipped: .*[\s\S]*nothing is in the CRM: /)]);
  });

  test('no worker ends it soon, with the command that starts one', async () => {
    const { url } = await start({}, 'ingress');
    const { code, output, errors } = await sendWaiting(anyCall(6), ['--url', url]);
    expect([code, output]).toEqual([1, expect.stringMatching(/^queued; no worker is running after/m)]);
    expect(errors).toMatch(/NO WORKER is running: start one with npx altur-crm-sync start worker\n/);
  });

  test('credentials that the CRM rejects end it, with the reason', async () => {
    hubspot.fault({ kind: 'status', status: 401, path: 'crm', times: 'always' });
    const { url } = await start();
    const { code, errors } = await sendWaiting(anyCall(7), ['--url', url]);
    expect([code, errors]).toEqual([1, expect.stringMatching(/the queue is paused: .*401/)]);
  });

  test('a CRM that is down is waited for, until the time is over', async () => {
    hubspot.fault({ kind: 'status', status: 503, path: 'crm', times: 'always' });
    const { url } = await start();
    const { code, errors } = await sendWaiting(anyCall(8), ['--url', url, '--timeout', '5s']);
    expect(code).toBe(1);
    expect(errors).toMatch(/^the call is not in the CRM after 5 s; it goes on without this command\n/);
    expect(errors).toMatch(/to see what becomes of it: npx altur-crm-sync status cll_test000008\n$/);
  });

  test('with the connector preview it ends well, and says that nothing was written', async () => {
    const env = { CRM_CONNECTOR: 'preview' };
    const { url } = await start(env);
    const { code, output } = await sendWaiting(anyCall(9), ['--url', url], env);
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/CRM_CONNECTOR is preview: nothing was written/),
    ]);
  });

  test('without the CRM’s credentials it says that the records could not be read back', async () => {
    const { url } = await start();
    const { code, output, errors } = await sendWaiting(anyCall(10), ['--url', url], {
      HUBSPOT_ACCESS_TOKEN: '',
    });
    expect([code, output]).toEqual([1, expect.stringMatching(/^synced after/m)]);
    expect(errors).toMatch(
      /^the call is synced, but its records could not be read back[\s\S]*HUBSPOT_ACCESS_TOKEN/,
    );
  });

  test('an ingress with another Redis is found out', async () => {
    const other = await startRedis();
    releases.push(other.stop);
    const { url } = await start();
    const { code, errors } = await sendWaiting(anyCall(11), ['--url', url], { REDIS_URL: other.url });
    expect([code, errors]).toEqual([1, expect.stringMatching(/not in the Redis of this command: REDIS_URL/)]);
  });
});

describe('an event that is not accepted', () => {
  const ends = async (args: readonly string[], env: Record<string, string>, sentence: RegExp) => {
    const { code, errors } = await sendWaiting(anyCall(20), args, env);
    expect([code, errors.trimEnd().split('\n')]).toEqual([1, [expect.stringMatching(sentence)]]);
  };

  test('by its ingress: another secret, a path that is none, a worker, a file that is too large, no Redis', async () => {
    const { url } = await start();
    await ends(
      ['--url', url],
      { ALTUR_WEBHOOK_SECRET: 'another secret' },
      /^401: the signature .*ALTUR_WEBHOOK_SECRET/,
    );
    await ends(['--url', `${url}/webhooks`], {}, /^404: nothing takes events at \/webhooks: .*on-call-end/);
    const { code, errors } = await sendWaiting(anyCall(21, 21, { notes: 'x'.repeat(1_100_000) }), [
      '--url',
      url,
    ]);
    expect([code, errors]).toEqual([1, expect.stringMatching(/^413: .*1 MiB/)]);
    await redis.stop();
    await ends(['--url', url], {}, /^503: the ingress cannot store the event: .*Redis.*; once that is fixed/);
  });

  test.each([
    [
      'http://127.0.0.1:1',
      /^http:\/\/127\.0\.0\.1:1 does not answer \(.+\): is the ingress running there\?$/,
    ],
    ['http://no-such-host.invalid', /^there is no host no-such-host\.invalid \(\w+\): check the spelling/],
  ])('by %s, which is not there', (url, sentence) => ends(['--url', url], {}, sentence));

  test('by a port that does not speak TLS', async () => {
    const url = await serverThat((_, response) => response.end());
    await ends(['--url', url.replace('http:', 'https:')], {}, /does not speak TLS .*: use http:\/\//);
  });

  test.each([
    [302, { location: 'https://example.com/' }, '', /^302: .* redirects to https:\/\/example\.com\/: /],
    [404, {}, '<html>no tunnel</html>', /^404: .* a page of HTML, .*the tunnel is closed$/],
    [502, {}, '<html>bad gateway</html>', /^502: .* does not reach the ingress/],
    [401, {}, 'who are you', /^401: .* a proxy asks for a sign-in; except \/webhooks/],
    [413, {}, '<html>large</html>', /^413: .* a proxy's limit is too low/],
    [200, {}, '<html>welcome</html>', /^200: .* is not the ingress: it answers 200 with a page of HTML$/],
  ])('by another server that answers %d %j', async (status, headers, body, sentence) => {
    const url = await serverThat((_, response) => response.writeHead(status, headers).end(body));
    await ends(['--url', url], {}, sentence);
  });

  test('by a host that redirects to https', async () => {
    const port = await freePort();
    const server = createServer((_, response) => {
      response.writeHead(308, { location: `https://127.0.0.1:${port}${WEBHOOK}` }).end();
    }).listen(port);
    releases.push(() => server.close());
    await ends(['--url', `http://127.0.0.1:${port}`], {}, /: use the https:\/\/ URL, in Altur too$/);
  });

  test.each([
    [['--timeout', '5s'], '--timeout is for send --wait'],
    [['--wait', '--timeout', 'soon'], '--timeout takes a time such as 45s or 2m'],
    [['--wait', '--timeout', '0s'], '--timeout takes a time such as 45s or 2m'],
    [['--url', 'localhost:3000'], 'localhost:3000 is not a URL that begins with http:// or https://'],
  ])('since it was called with %j', async (args, sentence) => {
    const { code, output, errors } = await send([eventFile(anyCall(30)), ...args]);
    expect([code, output, errors]).toEqual([2, '', `${sentence}\n`]);
  });
});
