/** `doctor` and `provision` as typed by somebody who sets the service up, mistakes included. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { anyCall } from '../calls.ts';
import { type Run, runCommand } from '../command.ts';
import { BASE_ENVIRONMENT, CLI, ELSEWHERE } from '../entry.ts';
import { startHeartbeat, startHeartbeatOf } from '../heartbeats.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { startSalesforce } from '../simulators/salesforce/salesforce.ts';
import { deliver, SECRET, startProcess, until } from './service-process.ts';

type Environment = Record<string, string>;

let redis: RedisServer;
let crm: HubSpotSimulator;
let folder: string;
let releases: (() => unknown)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'altur-doctor-'));
  redis = await startRedis({ appendonly: 'yes' });
  // Some tests ask again and again, faster than anybody types.
  crm = await startHubSpot({
    provisioned: true,
    limits: { app: 10_000, associations: 10_000, search: 1_000 },
  });
  releases = [];
});
afterEach(async () => {
  for (const release of releases.reverse()) await release();
  await crm.close();
  await redis.stop();
  rmSync(folder, { recursive: true });
});

const environment = (): Environment => ({
  ...BASE_ENVIRONMENT,
  CRM_CONNECTOR: 'hubspot',
  HUBSPOT_ACCESS_TOKEN: crm.token,
  HUBSPOT_API_URL: crm.url,
  ALTUR_WEBHOOK_SECRET: SECRET,
  REDIS_URL: redis.url,
});

async function salesforce(): Promise<Environment> {
  const org = await startSalesforce({ provisioned: true });
  releases.push(org.close);
  return {
    ...environment(),
    CRM_CONNECTOR: 'salesforce',
    SALESFORCE_LOGIN_URL: org.url,
    SALESFORCE_CLIENT_ID: org.settings.clientId,
    SALESFORCE_CLIENT_SECRET: org.settings.clientSecret,
  };
}

function mapping(text: string): Environment {
  const path = join(folder, 'mapping.yaml');
  writeFileSync(path, text);
  return { MAPPING_FILE: path };
}

function run(args: readonly string[], more: Environment = {}, env = environment()): Promise<Run> {
  return runCommand(args, { ...env, ...more });
}

const doctor = (more?: Environment, env?: Environment) => run(['doctor'], more, env);

async function running(role: 'all' | 'ingress' | 'worker' = 'all'): Promise<void> {
  const { stop } = await startHeartbeatOf(role, redis.url);
  releases.push(stop);
}

describe('what is to be done next', () => {
  test('is nothing once calls arrive and are written', async () => {
    const service = await startProcess(environment());
    releases.push(() => service.stop('SIGKILL'));
    await deliver(service.url, anyCall(1));
    await until(() => crm.calls().length === 1, 'the call is written');
    await until(
      async () => (await run(['status', 'cll_test000001'])).output.startsWith('synced'),
      'the call is in the ledger',
    );
    const accepted = /✓ deliveries: +1 event accepted in the last hour, the latest call received at \d/;
    // Counted once a second.
    await until(async () => accepted.test((await doctor()).output), 'doctor sees the delivery');
    const { code, output } = await doctor();
    expect(output).toMatch(/\n {2}✓ ingress: .*\n {2}✓ worker: /);
    expect([code, output.split('\n').slice(-3)]).toEqual([0, ['No problems found.', 'Nothing to do.', '']]);
  });

  test('is provision in a new portal, then start, then the webhook in Altur', async () => {
    const bare = await startHubSpot();
    releases.push(bare.close);
    const env = { HUBSPOT_ACCESS_TOKEN: bare.token, HUBSPOT_API_URL: bare.url };
    expect((await doctor(env)).output).toMatch(/^First: contacts\.altur_person_key: run `.* provision`$/m);
    expect((await run(['provision'], env)).code).toBe(0);
    const stopped = await doctor(env);
    expect([stopped.code, stopped.output]).toEqual([
      1,
      expect.stringMatching(/^First: service: start it: `npx altur-crm-sync start`$/m),
    ]);
    await running();
    const { code, output } = await doctor({ ...env, PUBLIC_URL: 'https://sync.example.com/' });
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(
        /^Next: set the webhook URL in Altur to https:\/\/sync\.example\.com\/webhooks\/altur\/on-call-end, and .*`.* send examples\/events\/answered\.json --wait`$/m,
      ),
    ]);
    expect(output).not.toContain('No problems found');
  });

  test('is to create the fields of the mapping that are missing', async () => {
    await running();
    const { code, output } = await doctor(mapping('person: { plan: customer.status }'));
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(
        /! fields: +skipped, not in the CRM: person\.plan\n +→ create them: `.* provision`/,
      ),
    ]);
    expect(output).toMatch(
      /^Next: create the fields that the mapping writes: `npx altur-crm-sync provision`$/m,
    );
  });
});

describe('the mapping is compared with the CRM', () => {
  test('each mistake is named with its line, what the CRM has, and the fix', async () => {
    await running();
    crm.define('contacts', {
      name: 'stage',
      type: 'enumeration',
      fieldType: 'select',
      groupName: 'contactinformation',
      options: [
        { label: 'Won', value: 'won' },
        { label: 'Lost', value: 'lost' },
      ],
    });
    const { output } = await doctor(
      mapping(`person:
  stage:
    from: customer.status
    values: { converted: Won, lost: lots }
  fistname: customer.first_name
  hs_lead_status: { constant: OPEN_DEL }
  lastmodifieddate: call.at
call:
  hs_call_duration: call.outcome_text
owner: 5
`),
    );
    const at = (line: number) => `\\(.*mapping\\.yaml:${line}\\): +`;
    for (const expected of [
      `✓ person\\.stage\\.values\\.converted ${at(4)}\`Won\` is the label; the value \`won\` is written`,
      `! person\\.stage\\.values\\.lost ${at(4)}skipped: \`lots\` is not an option.*\\n +→ write \`lost\``,
      `! person\\.fistname ${at(5)}skipped: the CRM has no \`fistname\`; did you mean \`firstname\`\\?\\n +→ write \`firstname\`; .*provision --create fistname`,
      `! person\\.hs_lead_status\\.constant ${at(6)}.*\\n +→ write \`OPEN_DEAL\`; the field has \`NEW\``,
      `! person\\.lastmodifieddate ${at(7)}skipped: read-only`,
      `! call\\.hs_call_duration ${at(9)}.*is a text, the CRM’s field is a number`,
      '! owners: +the mapping names 5 as owner: not an active owner of this portal',
    ])
      expect(output).toMatch(new RegExp(expected));
  });

  test('owners are not checked where the key may not list them, and that is said', async () => {
    crm.settings.missingScopes = ['crm.objects.owners.read'];
    const { output } = await doctor(mapping('owner: 5'));
    expect(output).toMatch(/! owners: +.*not checked are 5\n +→ .*crm\.objects\.owners\.read/);
  });

  test('in Salesforce a name without __c that it does not have cannot be created', async () => {
    const env = {
      ...(await salesforce()),
      ...mapping('person: { Plan: customer.status, FistName: customer.name }'),
    };
    const { output } = await doctor({}, env);
    expect(output).toMatch(
      /! person\.Plan .*skipped: Salesforce has no standard field of this name.*\n +→ .*`Plan__c`/,
    );
    expect(output).toMatch(/! person\.FistName .*did you mean `FirstName`\?\n +→ write `FirstName`$/m);
    const provisioned = await run(['provision'], {}, env);
    expect(provisioned.output).toMatch(/^skipped +person +Plan +\(Salesforce has no standard field/m);
  });
});

describe('what can be checked is checked although something else is wrong', () => {
  test('Redis, while the token is missing; all problems are there', async () => {
    const { HUBSPOT_ACCESS_TOKEN: _, ...env } = environment();
    const { code, output, errors } = await doctor({ PORT: 'http' }, env);
    expect([code, errors]).toEqual([1, '']);
    expect(output).toMatch(/✗ HUBSPOT_ACCESS_TOKEN: +is missing\n +→ create a service key/);
    expect(output).toMatch(/✗ PORT: +must be a port number/);
    expect(output).toMatch(/✓ Redis: +answers/);
    expect(output).toMatch(/^First: /m);
  });

  test('the CRM, while the mapping or the address of Redis is wrong', async () => {
    const wrongMapping = await doctor(mapping('person:\n  city: custmer.name\n'));
    expect(wrongMapping.output).toMatch(
      /✗ mapping: .*\n.*mapping\.yaml:2:9: the event has no `custmer\.name`/,
    );
    expect(wrongMapping.output).toMatch(/✓ HubSpot: +answers/);
    const wrongRedis = await doctor({ REDIS_URL: 'localhost' });
    expect(wrongRedis.output).toMatch(/✗ REDIS_URL: +must be redis:/);
    expect(wrongRedis.output).toMatch(/✓ HubSpot: +answers/);
    for (const { code, errors } of [wrongMapping, wrongRedis]) expect([code, errors]).toEqual([1, '']);
  });

  test('the service, while the CRM is not reached, which is said in a line', async () => {
    await running();
    const addresses = ['https://crm.invalid', crm.url.replace('http:', 'https:')];
    const runs = await Promise.all(addresses.map((HUBSPOT_API_URL) => doctor({ HUBSPOT_API_URL })));
    for (const { code, output, errors } of runs) {
      expect([code, errors]).toEqual([1, '']);
      expect(output).toMatch(
        /✗ HubSpot: .*could not be reached \(\w+\)\n +→ see that HUBSPOT_API_URL is right/,
      );
      expect(output).toMatch(/✓ worker: /);
      expect(output).not.toMatch(/^\s+at /m);
    }
  });

  test('and what is found is printed while a slow CRM is still asked', async () => {
    crm.settings.latencyMs = 5_000;
    const child = spawn(process.execPath, [CLI, 'doctor'], { env: environment(), cwd: ELSEWHERE });
    releases.push(() => child.kill('SIGKILL'));
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await until(() => output.endsWith('\nCRM\n'), 'the CRM is asked');
    expect(output).toMatch(/✓ Redis: +answers/);
  });
});

describe('the service', () => {
  test('without an ingress, or without a worker, is not content', async () => {
    await running('worker');
    expect(await doctor()).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /✗ ingress: +none is running.*\[NO_INGRESS\]\n +→ start one: `.* start ingress`/,
      ),
    });
    await running('ingress');
    expect((await doctor()).code).toBe(0);
  });

  test('that refuses all deliveries has the wrong secret', async () => {
    const service = await startProcess(environment());
    releases.push(() => service.stop('SIGKILL'));
    const refuse = async () => {
      const headers = { 'content-type': 'application/json', 'x-altur-signature': '00'.repeat(32) };
      const body = JSON.stringify(anyCall(1));
      const response = await fetch(`${service.url}/webhooks/altur/on-call-end`, {
        method: 'POST',
        headers,
        body,
      });
      expect(response.status).toBe(401);
    };
    for (let count = 0; count < 3; count += 1) await refuse();
    const refused =
      /✗ deliveries: +3 deliveries were refused in the last hour, the last at \d.*wrong signature/;
    // Counted once a second.
    await until(async () => refused.test((await doctor()).output), 'doctor sees them');
    const pinned = await doctor({ ALTUR_SIGNATURE_SCHEME: 'hex' });
    expect(pinned.output).toMatch(
      /^First: deliveries: compare ALTUR_WEBHOOK_SECRET .*ALTUR_SIGNATURE_SCHEME=auto in place of hex/m,
    );
    await deliver(service.url, anyCall(2));
    await until(
      async () => /! deliveries: +3 .*others are accepted/.test((await doctor()).output),
      'doctor sees that others are accepted',
    );
  });
});

describe('what a key lacks is named', () => {
  test.each([
    ['crm.objects.contacts.read', 1, /✗ reading contacts: .*crm\.objects\.contacts\.read/],
    ['crm.objects.contacts.write', 1, /✗ writing contacts: .*crm\.objects\.contacts\.write/],
    ['oauth', 0, /! portal: .*HubSpot/],
  ])('%s', async (scope, exitCode, expected) => {
    await running();
    crm.settings.missingScopes = [scope];
    const { code, output } = await doctor();
    expect([code, output]).toEqual([exitCode, expect.stringMatching(expected)]);
    expect(output).not.toContain('No problems found');
  });
});

describe('provision asks about a name that is close to another', () => {
  const TYPO = 'person: { fistname: customer.first_name, plan: customer.status }';
  const names = async () => {
    const response = await fetch(`${crm.url}/crm/v3/properties/contacts`, {
      headers: { authorization: `Bearer ${crm.token}` },
    });
    const { results } = (await response.json()) as { results: { name: string }[] };
    return results.map(({ name }) => name);
  };

  test('without a terminal it is not created, and said; --create creates it all the same', async () => {
    const env = mapping(TYPO);
    const { code, output } = await run(['provision'], env);
    expect(code).toBe(1);
    expect(output).toMatch(
      /^skipped +person +fistname +\(`fistname` is close to `firstname`: correct the mapping, or run `npx altur-crm-sync provision --create fistname`\)$/m,
    );
    expect(output).toMatch(/^1 created, 0 failed, \d+ unchanged, 1 not created because of the name$/m);
    expect(await names()).toEqual(expect.arrayContaining(['plan']));
    expect(await names()).not.toContain('fistname');

    const unknown = await run(['provision', '--create', 'fistnam'], env);
    expect([unknown.code, unknown.errors]).toEqual([
      2,
      '--create fistnam: the mapping writes no such field; did you mean fistname?\n',
    ]);
    expect(await run(['provision', '--create', 'fistname'], env)).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^created +person +fistname$/m),
    });
  });

  /** Types `keys` at the question; answers the exit code. `script` gives the command a terminal. */
  async function answered(keys: string): Promise<unknown> {
    const command = `'${process.execPath}' '${CLI}' provision`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { ...environment(), ...mapping(TYPO) },
      cwd: ELSEWHERE,
    });
    releases.push(() => child.kill('SIGKILL'));
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await until(() => output.includes('[y/N]'), 'it asks');
    expect(output).toContain('`fistname` is close to `firstname`. Create fistname all the same? [y/N]');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin.write(keys);
    return ended;
  }

  test.each([
    ['n', false],
    ['y', true],
  ])('at a terminal the answer %s decides', async (answer, isCreated) => {
    expect(await answered(`${answer}\n`)).toBe(isCreated ? 0 : 1);
    expect((await names()).includes('fistname')).toBe(isCreated);
  });

  test('and Ctrl-C is no answer: nothing is created', async () => {
    const before = await names();
    // 128 and the number of the signal, as shells report it.
    expect(await answered('\x03')).toBe(130);
    expect(await names()).toEqual(before);
  });

  test('extracted data are never asked about', async () => {
    const event = join(folder, 'event.json');
    const customer = anyCall(1).campaign_user as object;
    const extracted_data = { statuss: 'x', 'Payment Rate': 1, 'Payment Date': '2026-01-02' };
    writeFileSync(event, JSON.stringify({ ...anyCall(1), campaign_user: { ...customer, extracted_data } }));
    const { code, output } = await run(['provision', '--sample', event]);
    expect([code, output]).toEqual([0, expect.stringMatching(/^created +person +altur_statuss$/m)]);
  });
});

test('--json has every finding with its group, and the next step', async () => {
  await startHeartbeat(redis.url).then(({ stop }) => releases.push(stop));
  const { code, output } = await run(['doctor', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({
    findings: expect.arrayContaining([
      { group: 'CRM', level: 'ok', subject: 'HubSpot', message: expect.any(String) },
    ]),
    next: expect.stringMatching(/^Next: set the webhook URL/),
  });
});
