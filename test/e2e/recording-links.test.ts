/** Calls that were synced before links were configured get theirs by `resync`; nothing else of them changes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { anyCall } from '../calls.ts';
import { runCommand } from '../command.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { freePort, type RedisServer, startRedis } from '../redis-server.ts';
import { startAltur } from '../simulators/altur/altur.ts';
import { startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { startSalesforce } from '../simulators/salesforce/salesforce.ts';
import { deliver, SECRET, type ServiceProcess, startProcess, until } from './service-process.ts';

interface Crm {
  readonly env: Record<string, string>;
  /** The fields of each call, oldest first, but when it was changed. */
  calls(): readonly Record<string, unknown>[];
  close(): Promise<void>;
}

let redis: RedisServer;
let altur: ReturnType<typeof createServer>;
let service: ServiceProcess;
let crm: Crm;
let releases: (() => Promise<void>)[];

beforeEach(async () => {
  releases = [];
  redis = await startRedis();
  altur = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(apiCall(Number(request.url!.slice(-6)))));
  });
  await new Promise<void>((listening) => altur.listen(0, '127.0.0.1', listening));
});
afterEach(async () => {
  await service.stop('SIGKILL');
  for (const release of releases) await release();
  altur.closeAllConnections();
  await new Promise((closed) => altur.close(closed));
  await crm.close();
  await redis.stop();
});

/** As the API shows it: without the transcript, and with a relative address. */
function apiCall(index: number): object {
  const { transcript: _, campaign_user, ...call } = callOf(index);
  const { f_id, name, contact, status, extracted_data, tags } = campaign_user as Record<string, unknown>;
  const recording_url = `/api/v1.0/call/${call.id}/recording`;
  const person = { f_id, name, phone_number: contact, status };
  return { ...call, recording_url, contact: person, extracted_data, tags };
}

function callOf(index: number): ReturnType<typeof anyCall> {
  const call = anyCall(index);
  return { ...call, recording_url: `https://api.altur.io/api/v1.0/call/${call.id}/recording` };
}

async function hubspot(): Promise<Crm> {
  const simulator = await startHubSpot({ provisioned: true });
  return {
    env: { CRM_CONNECTOR: 'hubspot', HUBSPOT_ACCESS_TOKEN: simulator.token, HUBSPOT_API_URL: simulator.url },
    calls: () =>
      simulator
        .calls()
        .map(({ properties: { hs_lastmodifieddate: _, ...properties } }) => ({ ...properties })),
    close: () => simulator.close(),
  };
}

async function salesforce(): Promise<Crm> {
  const simulator = await startSalesforce({ provisioned: true });
  return {
    env: {
      CRM_CONNECTOR: 'salesforce',
      SALESFORCE_LOGIN_URL: simulator.url,
      SALESFORCE_CLIENT_ID: 'client-id',
      SALESFORCE_CLIENT_SECRET: 'client-secret',
    },
    calls: () =>
      simulator
        .records('Task')
        .map(({ LastModifiedDate: _, SystemModstamp: __, ...fields }) => ({ ...fields })),
    close: () => simulator.close(),
  };
}

const environment = () => ({
  ...BASE_ENVIRONMENT,
  ...crm.env,
  ALTUR_WEBHOOK_SECRET: SECRET,
  REDIS_URL: redis.url,
});
const withLinks = (more: Record<string, string> = {}): Record<string, string> => ({
  ...environment(),
  ALTUR_API_KEY: 'key-of-altur',
  ALTUR_API_URL: `http://127.0.0.1:${(altur.address() as AddressInfo).port}/api/v1.0`,
  PUBLIC_URL: 'https://calls.example.com',
  ...more,
});

/** As after a restart with these settings. Resolves when the calls of the last day are written again. */
async function resyncAll(env: Record<string, string>, calls: number): Promise<void> {
  await service.stop();
  service = await startProcess(env);
  const { code, output, errors } = await runCommand(['resync', '--since', '24h'], env);
  if (code !== 0) throw new Error(`${output}${errors}`);
  expect(output).toContain(`${calls} calls: ${calls} queued again`);
  await until(() => synced().length === calls, 'they are synced again');
}

const synced = () => service.log.filter(({ message }) => message.startsWith('call synced'));
const linkTo = (id: string) =>
  new RegExp(`https://calls\\.example\\.com/recordings/${id}\\?k=[\\w-]{6}(?:&amp;|&)s=[\\w-]{43}`, 'g');

test.each([
  { name: 'HubSpot', start: hubspot, text: 'hs_call_body', field: 'hs_call_recording_url' },
  { name: 'Salesforce', start: salesforce, text: 'Description', field: undefined },
])(
  '$name: the link comes to its place, and to its new form after another secret',
  async ({ start, text, field }) => {
    crm = await start();
    service = await startProcess(environment());
    for (const index of [1, 2]) await deliver(service.url, callOf(index));
    await until(() => synced().length === 2, 'the calls are synced');
    const before = crm.calls();
    for (const call of before) {
      expect(call[text]).toMatch(
        /Recording \(needs the Altur API key\): https:\/\/api\.altur\.io\S+\/recording/,
      );
      expect(call[text]).toContain('Sofía');
    }

    const links: string[][] = [];
    for (const RECORDING_LINK_SECRET of ['the first secret of links', 'the second secret of links']) {
      await resyncAll(withLinks({ RECORDING_LINK_SECRET }), 2);
      const after = crm.calls();
      for (const [at, call] of after.entries()) {
        const [link, ...others] = new Set(String(call[text]).match(linkTo(callOf(at + 1).id)));
        expect(others).toEqual([]);
        if (field) expect(call[field]).toBe(link!.replace('&amp;', '&'));
        const line = `Recording: ${field ? `<a href="${link}">${link}</a>` : link}`;
        const url = `Recording (needs the Altur API key): ${callOf(at + 1).recording_url}`;
        const { [text]: body, [field ?? '']: _, ...rest } = call;
        const { [text]: bodyBefore, [field ?? '']: __, ...othersBefore } = before[at]!;
        expect(rest).toEqual(othersBefore);
        expect(String(body).replace(line, url)).toBe(bodyBefore);
        links.push([link!]);
      }
    }
    expect(new Set(links.flat()).size).toBe(4);
  },
);

test('an address without https is written to HubSpot’s text alone, and no field is reported as skipped', async () => {
  crm = await hubspot();
  service = await startProcess(withLinks({ PUBLIC_URL: 'http://10.0.0.5:3000' }));
  await deliver(service.url, callOf(1));
  await until(() => synced().length === 1, 'the call is synced');
  expect(synced()[0]!.message).toBe('call synced');
  const [call] = crm.calls();
  expect(call!.hs_call_recording_url).toBeUndefined();
  expect(call!.hs_call_body).toContain(
    'Recording: <a href="http://10.0.0.5:3000/recordings/cll_test000001?k=',
  );
});

test('who follows the link in the CRM hears the recording', async () => {
  crm = await hubspot();
  const account = await startAltur();
  releases.push(() => account.close());
  const { id } = account.addCall(account.addCampaign().id);
  const PORT = `${await freePort()}`;
  const PUBLIC_URL = `http://127.0.0.1:${PORT}`;
  service = await startProcess(
    withLinks({ PORT, PUBLIC_URL, ALTUR_API_KEY: account.apiKey, ALTUR_API_URL: account.apiUrl }),
  );
  await deliver(service.url, account.webhookEvent(id));
  await until(() => synced().length === 1, 'the call is synced');
  const [, link] = /<a href="([^"]+)">/.exec(String(crm.calls()[0]!.hs_call_body)) ?? [];
  const answer = await fetch(link!.replaceAll('&amp;', '&'), { headers: { range: 'bytes=0-99' } });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    206,
    expect.stringMatching(/^audio\//),
  ]);
  expect((await answer.arrayBuffer()).byteLength).toBe(100);
});
