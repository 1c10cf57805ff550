/** Secrets as they arrive, from the configuration to the signature that Altur sends. */
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createVerifier } from '../../src/altur/signature.ts';
import { type Config, loadConfig } from '../../src/config/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'altur-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** 40 bytes in base64 end with `=`; these hold all signs in which the two alphabets differ. */
const bytes = Buffer.concat([Buffer.from('fbefbefbffffff', 'hex'), randomBytes(33)]);
const key = bytes.toString('base64');
const other = randomBytes(40).toString('base64');
const body = Buffer.from('{"id":"cll_1"}');

function config(environment: Record<string, string>): Promise<Config> {
  return loadConfig({ CRM_CONNECTOR: 'preview', ...environment }, 'all', false);
}

/** Whether an event that Altur signs with the key is accepted. */
function accepts({ webhook }: Config): boolean {
  const signature = createHmac('sha256', bytes).update(body).digest('base64');
  return createVerifier(webhook.secrets, webhook.scheme).verify(body, signature)?.scheme === 'base64';
}

describe.each(['auto', 'base64'])('in the scheme %s', (scheme) => {
  test.each([
    ['as it is', key],
    ['without its =', key.replace(/=+$/, '')],
    ['in base64url', bytes.toString('base64url')],
    ['in base64url with =', key.replaceAll('+', '-').replaceAll('/', '_')],
    ['behind whsec_', `whsec_${key}`],
    ['behind whsec_, without its =', `whsec_${key.replace(/=+$/, '')}`],
    ['in double quotes', `"${key}"`],
    ['in single quotes', `'${key}'`],
    ['with a zero-width space before it', `\u200B${key}`],
    ['with a zero-width space after it, in quotes', `"${key}\u200B"`],
    ['with a byte order mark', `\uFEFF${key}`],
    ['new, old', `${other}, ${key}`],
    ['new, old, each in quotes', `"${other}", "${key}"`],
    ['two in one pair of quotes', `"${other},${key}"`],
  ])('the key %s is understood without a warning', async (_, secret) => {
    const read = await config({ ALTUR_WEBHOOK_SECRET: secret, ALTUR_SIGNATURE_SCHEME: scheme });
    expect(accepts(read)).toBe(true);
    expect(read.warnings).toEqual([]);
  });

  test.each([
    ['LF', `${key}\n`],
    ['CRLF', `${key}\r\n`],
    ['a byte order mark', `\uFEFF${key}\n`],
    ['an old key in its first line', `${other}\n${key}\n`],
    ['an old key in its second line', `${key}\r\n${other}\r\n`],
  ])('a file with %s is understood', async (_, text) => {
    const path = join(folder, 'secret');
    writeFileSync(path, text);
    const read = await config({ ALTUR_WEBHOOK_SECRET_FILE: path, ALTUR_SIGNATURE_SCHEME: scheme });
    expect(accepts(read)).toBe(true);
  });
});

test.each(['abc', 'password1', '0123456789abcde', `${'k'.repeat(20)}, short`])(
  'a secret that is too short is named at the start, and not shown: %j',
  async (secret) => {
    const { warnings } = await config({ ALTUR_WEBHOOK_SECRET: secret });
    expect(warnings).toEqual([expect.stringMatching(/^ALTUR_WEBHOOK_SECRET: .*fewer than 16 characters/)]);
    for (const part of secret.split(', ')) expect(warnings.join()).not.toContain(part);
  },
);

test.each([`it's $HOME #1, no "quotes"`, 'a long text with $ # \' " and blanks', 'whsec_is a text here'])(
  'a long text is the key of the scheme hex as it is: %j',
  async (secret) => {
    const read = await config({
      ALTUR_WEBHOOK_SECRET: secret.replaceAll(',', ';'),
      ALTUR_SIGNATURE_SCHEME: 'hex',
    });
    const signature = createHmac('sha256', secret.replaceAll(',', ';')).update(body).digest('hex');
    expect(createVerifier(read.webhook.secrets, 'hex').verify(body, signature)).toMatchObject({
      scheme: 'hex',
    });
    expect(read.warnings).toEqual([]);
  },
);

test('nothing but quotes, commas and invisible signs is no secret', async () => {
  await expect(config({ ALTUR_WEBHOOK_SECRET: '"\u200B", \'\'' })).rejects.toThrow(
    /ALTUR_WEBHOOK_SECRET: holds nothing but quotes and commas/,
  );
});
