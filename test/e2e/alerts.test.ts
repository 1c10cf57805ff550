/** Alerts of the real service, with the times a customer has. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Receiver } from '../alerts/receiver.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { type ServiceProcess, startProcess, until } from './service-process.ts';

let redis: RedisServer;
let crm: HubSpotSimulator;
let receiver: Receiver;
let services: ServiceProcess[];

beforeEach(async () => {
  [redis, crm, receiver] = await Promise.all([startRedis(), startHubSpot(), new Receiver().start()]);
  services = [];
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop('SIGKILL')));
  await Promise.all([receiver.stop(), crm.close(), redis.stop()]);
});

async function start(role: 'ingress' | 'worker', token = crm.settings.token): Promise<ServiceProcess> {
  const service = await startProcess(
    {
      CRM_CONNECTOR: 'hubspot',
      HUBSPOT_ACCESS_TOKEN: token,
      HUBSPOT_API_URL: crm.url,
      REDIS_URL: redis.url,
      ALERT_WEBHOOK_URL: receiver.url,
      PUBLIC_URL: 'https://sync.example.com',
    },
    role,
  );
  services.push(service);
  return service;
}

const titles = () => receiver.texts.map((text) => /\*(.*)\*/.exec(text)?.[1]);

test('no worker and a wrong secret are one message each, within a minute, from two ingresses', async () => {
  const [ingress] = await Promise.all([start('ingress'), start('ingress')]);
  await Promise.all(Array.from({ length: 20 }, () => postUnsigned(ingress.url)));
  await until(() => receiver.texts.length >= 2, 'both are told of', 60_000);
  expect(titles().toSorted()).toEqual(['Deliveries are refused: wrong signature', 'No worker is running']);
  expect(receiver.texts[0]).toContain('20 in the last hour');
  expect(receiver.texts[0]).toContain('https://sync.example.com/dashboard');
  const metrics = await Promise.all(services.map(({ url }) => fetch(`${url}/metrics`).then((r) => r.text())));
  expect(metrics.join('\n').match(/^altur_alerts_total\{.*\} 1$/gm)).toHaveLength(2);
  expect(services.flatMap(({ log }) => log).filter(({ message }) => message === 'alert')).toHaveLength(2);
});

test('a token that the CRM rejects is told of as such, before any call arrives', async () => {
  await start('worker', 'pat-na1-wrong');
  await until(() => receiver.texts.length > 0, 'it is told of', 60_000);
  expect(titles()).toEqual(['HubSpot rejects the credentials']);
  const written = services
    .flatMap(({ log }) => log)
    .map((line) => JSON.stringify(line))
    .join('\n');
  expect(written).not.toContain('secret-of-the-url');
});

async function postUnsigned(url: string): Promise<void> {
  const headers = { 'content-type': 'application/json', 'x-altur-signature': 'no signature' };
  const response = await fetch(`${url}/webhooks/altur/on-call-end`, { method: 'POST', headers, body: '{}' });
  expect(response.status).toBe(401);
}
