/** The settings of links to recordings: when there are links, with which secrets, and what is said otherwise. */
import { describe, expect, test } from '@jest/globals';
import { RecordingLinks } from '../../src/recordings/recording-links.ts';
import { HUBSPOT, lineOf, load, SECRET } from './message.ts';

const OWN = 'a long random text of our own';
const LINKED = {
  ...HUBSPOT,
  PUBLIC_URL: 'https://calls.example.com/altur/',
  ALTUR_API_KEY: 'key-of-altur-1234567890',
};
const warningsOf = async (given: Record<string, string>) => (await load(given)).warnings;

test('there are links where they can be followed and the recording can be read', async () => {
  expect((await load(HUBSPOT)).recordings).toBeUndefined();
  expect((await load({ ...HUBSPOT, PUBLIC_URL: LINKED.PUBLIC_URL })).recordings).toBeUndefined();
  expect((await load({ ...HUBSPOT, ALTUR_API_KEY: LINKED.ALTUR_API_KEY })).recordings).toBeUndefined();
  const { recordings, warnings } = await load(LINKED);
  expect(recordings).toMatchObject({ isDerived: true });
  expect(warnings).toEqual([]);
  expect(new RecordingLinks(recordings!).linkTo('cll_1')).toMatch(
    /^https:\/\/calls\.example\.com\/altur\/recordings\/cll_1\?k=/,
  );
});

test('links of before the first own secret go on working where the API key is named behind it', async () => {
  const before = new RecordingLinks((await load(LINKED)).recordings!);
  const secrets = `${OWN},${LINKED.ALTUR_API_KEY}`;
  const rotated = { ...LINKED, RECORDING_LINK_SECRET: secrets, ALTUR_API_KEY: 'another-key-0987654321' };
  const { recordings, warnings } = await load(rotated);
  const after = new RecordingLinks(recordings!);
  const query = (link: string) => Object.fromEntries(new URL(link).searchParams);
  expect(after.check('cll_1', query(before.linkTo('cll_1')))).toBe('valid');
  expect(before.check('cll_1', query(after.linkTo('cll_1')))).toBe('invalid');
  expect([recordings!.isDerived, warnings]).toEqual([false, []]);
});

test.each([
  ['RECORDING_LINK_SECRET', '"",\'\'', /holds nothing but quotes and commas/],
  ['RECORDING_LINK_SECRET', 'short', /at least 16 characters: write a long random text/],
  ['RECORDING_LINK_SECRET', `short,${OWN}`, /at least 16 characters/],
  ['RECORDING_LINK_SECRET', 'https://calls.example.com', /is a URL: .*PUBLIC_URL/],
  ['RECORDING_LINK_SECRET', '<a secret>', /is a placeholder/],
  ['RECORDING_LINK_SECRET', '$RECORDING_LINK_SECRET', /is a reference/],
  [
    'PUBLIC_URL',
    'https://calls.example.com/dashboard',
    /no link to a recording would work: write what comes before/,
  ],
  ['PUBLIC_URL', 'https://calls.example.com/altur/dashboard/', /ends in \/dashboard/],
  ['RECORDING_LINK_TTL', '90', /must be a time such as 30m, 24h or 7d.*write it like 90d/],
  ['RECORDING_LINK_TTL', '0d', /at least 1 m/],
  ['RECORDING_LINK_TTL', '3 months', /write it like 90d/],
  ['RECORDING_LINK_TTL', '-1d', /write it like 90d/],
])('%s=%s stops the start', async (name, value, says) => {
  const line = await lineOf(name, { ...LINKED, [name]: value });
  expect(line).toMatch(says);
});

describe('a start warns', () => {
  test.each([
    [{ PUBLIC_URL: '' }, 'links to recordings need PUBLIC_URL too'],
    [{ ALTUR_API_KEY: '' }, 'links to recordings need ALTUR_API_KEY too'],
    [{ PUBLIC_URL: '', ALTUR_API_KEY: '' }, 'links to recordings need PUBLIC_URL and ALTUR_API_KEY too'],
  ])('of settings that are not used: %j', async (given, says) => {
    const settings = { ...LINKED, RECORDING_LINK_SECRET: OWN, RECORDING_LINK_TTL: '90d', ...given };
    expect(await warningsOf(settings)).toEqual([
      `RECORDING_LINK_SECRET: is not used: ${says}`,
      `RECORDING_LINK_TTL: is not used: ${says}`,
    ]);
  });

  test.each([
    ['twice the same', `${OWN},${OWN}`, /names the same secret twice/],
    ['the webhook’s', SECRET, /is ALTUR_WEBHOOK_SECRET, which others know/],
    ['an older one that is short', `${OWN},stubby`, /1 of its older secrets can be guessed/],
  ])('of a secret that is %s, and does not show it', async (_, secret, says) => {
    const warnings = await warningsOf({ ...LINKED, RECORDING_LINK_SECRET: secret });
    expect(warnings).toEqual([expect.stringMatching(says)]);
    for (const part of secret.split(',')) expect(warnings.join()).not.toContain(part);
  });

  test('of links that no player takes', async () => {
    expect(await warningsOf({ ...LINKED, PUBLIC_URL: 'http://calls.example.com' })).toEqual([
      expect.stringContaining('password travels unencrypted'),
      expect.stringContaining('written as text alone, since players in CRMs take https:// only'),
    ]);
  });
});
