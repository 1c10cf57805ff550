/** The check of all logs finds each kind of thing that no log may hold, and nothing else. */
import { describe, expect, test } from '@jest/globals';
import type { Collected } from './collected.ts';
import { findLeaks } from './find-leaks.ts';
import { personalValues } from './personal-values.ts';
import { secretsOf } from './secrets-of.ts';

const KNOWN: readonly Collected[] = [
  { kind: 'secret', name: 'HUBSPOT_ACCESS_TOKEN', value: 'pat-na1-1234' },
  { kind: 'phone', value: '525512345678' },
  { kind: 'sentence', value: 'Dije "mañana" a las 10' },
];

const leaksOf = (text: string) =>
  findLeaks([...KNOWN, { kind: 'line', test: 'a.test.ts › a test', text }]).map(({ what }) => what);

test.each([
  [
    'a secret in a field',
    '{"level":"info","error":"401 for pat-na1-1234"}',
    /the secret HUBSPOT_ACCESS_TOKEN/,
  ],
  ['a secret on stderr', 'Error: Bearer pat-na1-1234', /the secret HUBSPOT_ACCESS_TOKEN/],
  ['a number', '{"level":"info","note":"no contact 525512345678"}', /phone number 525512345678/],
  ['a number without its country', '{"level":"info","id":"5512345678"}', /phone number 5512345678/],
  [
    'a number with blanks',
    '10:00:00.000 INFO  no contact +52 55 1234 5678',
    /phone number \+52 55 1234 5678/,
  ],
  ['a number that is a key', '{"level":"info","persons":{"phone:+525512345678":1}}', /phone number/],
  ['a number of no event, with its plus', '{"level":"warn","note":"+14155550123"}', /number \+14155550123/],
  ['a sentence', '10:00:00.000 INFO  said text=Dije "mañana" a las 10', /of a transcript “Dije/],
  ['a sentence in JSON', '{"level":"info","text":"… Dije \\"mañana\\" a las 10 …"}', /of a transcript “Dije/],
])('%s is found', (_, line, leak) => {
  expect(leaksOf(line)).toEqual([expect.stringMatching(leak)]);
});

test.each([
  ['a masked number', '{"level":"info","note":"no contact …5678"}'],
  ['a time', '{"level":"info","timestamp":"2026-11-26T16:00:00.000Z","receivedAt":1795708800000}'],
  ['another id', '{"level":"info","callId":"cll_525512345","records":{"person":"40112345678"}}'],
  ['a part of a sentence', '{"level":"info","text":"a las 10"}'],
  ['another number in a sentence', '{"level":"info","text":"Dije \\"mañana\\" a las 11"}'],
])('%s is not', (_, line) => {
  expect(leaksOf(line)).toEqual([]);
});

test('a leak names the test and the line', () => {
  const line: Collected = { kind: 'line', test: 'a.test.ts › a test', text: 'pat-na1-1234' };
  expect(findLeaks([line, ...KNOWN])).toEqual([
    { what: 'the secret HUBSPOT_ACCESS_TOKEN', test: line.test, line: line.text },
  ]);
});

describe('what is looked for', () => {
  test('is each secret of an environment, by the name of its variable', () => {
    const secrets = secretsOf({
      ALTUR_WEBHOOK_SECRET: 'first secret,second secret',
      SALESFORCE_PRIVATE_KEY: '-----BEGIN KEY-----\nMIIabcdefgh\n-----END KEY-----',
      REDIS_URL: 'redis://user:a-password@host:1',
      ALERT_WEBHOOK_URL: 'https://hooks.slack.com/services/T0/B0/xyz',
      HUBSPOT_API_URL: 'https://api.hubapi.com',
      DASHBOARD_PASSWORD_FILE: '/no/such/file',
    });
    expect(secrets.map(({ value }) => value)).toEqual([
      ...['first secret', 'second secret', 'MIIabcdefgh', 'a-password', '/services/T0/B0/xyz'],
    ]);
  });

  test('is each number and each sentence of an event, of whatever else it is made', () => {
    const event = {
      phone_number_to: 525512345678,
      campaign_user: { contact: '+52 55 9999 0000', context: null },
      phone_number_from: 'sip:5511112222@host',
      end_user: 'none',
      transcript: [{ content: 'Sí. Le pago el viernes, seguro. ¿Bien?' }, null, { content: 7 }],
    };
    expect(personalValues(event)).toEqual({
      phones: ['525512345678', '525599990000'],
      sentences: ['Le pago el viernes, seguro'],
    });
    expect(personalValues(null)).toEqual({ phones: [], sentences: [] });
  });
});
