/** What `doctor` says of links to recordings by the configuration alone, and of Altur's API. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkAlturApi } from '../../src/commands/check-altur-api.ts';
import { checkConfiguration } from '../../src/commands/check-configuration.ts';
import { HUBSPOT } from '../config/message.ts';
import { startAltur } from '../simulators/altur/altur.ts';
import type { AlturSimulator } from '../simulators/altur/altur-simulator.ts';

const API_KEY = 'key-of-altur-1234567890';
const ofRecordings = async (given: Record<string, string>) => {
  const { findings } = await checkConfiguration({ ...HUBSPOT, ...given });
  return findings.filter(({ subject }) => subject === 'recordings');
};

test.each([
  [{}, /set PUBLIC_URL and ALTUR_API_KEY for links that need none/],
  [{ ALTUR_API_KEY: API_KEY }, /set PUBLIC_URL for links/],
])('links are off: says what turns them on', async (given, says) => {
  expect(await ofRecordings(given)).toMatchObject([{ level: 'ok', message: expect.stringMatching(says) }]);
});

test('warns of links that are signed with the API key, and says how to rotate it', async () => {
  expect(await ofRecordings({ ALTUR_API_KEY: API_KEY, PUBLIC_URL: 'http://127.0.0.1:1' })).toMatchObject([
    { level: 'ok' },
    {
      level: 'warning',
      message: expect.stringMatching(/^rotating ALTUR_API_KEY would break every link/),
      fix: expect.stringMatching(/^set RECORDING_LINK_SECRET=<a new secret>,<the present ALTUR_API_KEY>/),
    },
  ]);
});

let altur: AlturSimulator;
beforeAll(async () => {
  altur = await startAltur();
});
afterAll(() => altur.close());

test.each([
  [
    'a key that is not accepted',
    'error',
    { apiKey: 'not-the-key-0123456789' },
    { message: 'Altur’s API answered 401', fix: expect.stringMatching(/^ALTUR_API_KEY is not accepted/) },
  ],
  [
    'an API that is not there',
    'warning',
    { apiUrl: 'http://127.0.0.1:1/api/v1.0' },
    {
      message: expect.stringMatching(/cannot be reached/),
      fix: expect.stringMatching(/^check ALTUR_API_URL/),
    },
  ],
])('names %s: %s', async (_, level, wrong, says) => {
  const { apiKey, apiUrl } = altur;
  expect(await checkAlturApi({ apiKey, apiUrl, ...wrong })).toMatchObject([{ level, ...says }]);
});
