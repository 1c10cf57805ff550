/** Which sign-in flow of Salesforce is meant, what it lacks, and keys that cannot be used: all said at the start. */
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readPrivateKey } from '../../connectors/salesforce/private-key.ts';
import { lineOf, load, message, SALESFORCE } from './message.ts';

const folder = mkdtempSync(join(tmpdir(), 'altur-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { SALESFORCE_CLIENT_SECRET: secret, ...base } = SALESFORCE;
const pem = { type: 'pkcs8', format: 'pem' } as const;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = rsa.privateKey.export(pem).toString();
const username = 'integration@example.com';
const PASSPHRASE = { ...pem, cipher: 'aes-256-cbc', passphrase: 'secret' } as const;

function write(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const jwt = (privateKey: string) => ({
  ...base,
  SALESFORCE_USERNAME: username,
  SALESFORCE_PRIVATE_KEY: privateKey,
});

describe('the flow', () => {
  test.each([
    [{ SALESFORCE_USERNAME: username }, 'SALESFORCE_PRIVATE_KEY', /is missing: .*JWT bearer flow is meant/],
    [{ SALESFORCE_PRIVATE_KEY: key }, 'SALESFORCE_USERNAME', /is missing: .*JWT bearer flow is meant/],
    [{}, 'SALESFORCE_CLIENT_SECRET', /is missing: copy the consumer secret.*\(JWT bearer flow\)/],
  ])('that is meant with %# names what it lacks, and that alone', async (given, variable, says) => {
    const text = await message({ ...base, ...given });
    expect(await lineOf(variable, { ...base, ...given })).toMatch(says);
    expect(text.match(/^ {2}SALESFORCE_/gm)).toHaveLength(1);
  });

  test.each([
    [{ SALESFORCE_USERNAME: username, SALESFORCE_PRIVATE_KEY: key }, /^SALESFORCE_CLIENT_SECRET is not used/],
    [{ SALESFORCE_USERNAME: username }, /^SALESFORCE_USERNAME is not used: .*SALESFORCE_PRIVATE_KEY too/],
    [{ SALESFORCE_PRIVATE_KEY: key }, /^SALESFORCE_PRIVATE_KEY is not used: .*SALESFORCE_USERNAME too/],
  ])('that is used beside a secret is said as a warning: %#', async (given, says) => {
    const { warnings } = await load({ ...base, SALESFORCE_CLIENT_SECRET: secret, ...given });
    expect(warnings).toEqual([expect.stringMatching(says)]);
  });

  test('of JWT signs in at the common login hosts too', async () => {
    const common = { ...jwt(key), SALESFORCE_LOGIN_URL: 'https://login.salesforce.com' };
    expect((await load(common)).warnings).toEqual([]);
  });
});

describe('a private key', () => {
  const oneLine = key.trim().replaceAll('\n', '\\n');
  test.each([
    ['as a PEM', key],
    ['on one line, with \\n', oneLine],
    ['on one line, with \\n, in quotes', `"${oneLine}"`],
    ['with blanks for line breaks', key.trim().replaceAll('\n', ' ')],
    ['with CRLF', key.replaceAll('\n', '\r\n')],
    ['in base64', Buffer.from(key).toString('base64')],
    ['in the older form', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['as a path', write('server.key', key)],
    ['as a path to a file with the certificate too', write('both.pem', `# app\n${key}`)],
  ])('is understood %s', async (_, given) => {
    const { connector, warnings } = await load(jwt(given));
    const { SALESFORCE_PRIVATE_KEY } = connector!.settings as Record<string, string>;
    expect(readPrivateKey(SALESFORCE_PRIVATE_KEY!).equals(rsa.privateKey)).toBe(true);
    expect(warnings).toEqual([]);
  });

  test.each([
    [
      'a missing file',
      join(folder, 'none.key'),
      /names a file that cannot be read \(ENOENT, looked for at .*none\.key\)/,
    ],
    ['a folder', folder, /is a folder: write the path/],
    ['an empty file', write('empty.key', ''), /is empty/],
    ['a file without a PEM', write('store.jks', Buffer.from([0xfe, 0xed, 0, 1])), /holds no PEM.*keystore/],
    ['~', '~/server.key', /begins with ~/],
    ['a public key', rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(), /is the public key/],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----', /is the certificate/],
    ['a passphrase', rsa.privateKey.export(PASSPHRASE).toString(), /has a passphrase/],
    [
      'the form of OpenSSH',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3\n-----END OPENSSH PRIVATE KEY-----',
      /ssh-keygen -p -m PEM/,
    ],
    [
      'an elliptic curve',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem).toString(),
      /of the kind ec.*takes RSA/,
    ],
    ['its first line alone', '-----BEGIN PRIVATE KEY-----', /first lines of a PEM only.*\\n/],
    ['a cut PEM', `${key.slice(0, 300)}\n-----END PRIVATE KEY-----`, /copy the PEM again, completely/],
    ['no lines around it', key.replace(/-----.*-----/g, '').trim(), /must be complete, with its lines/],
    ['a client secret', 'ABCDEF0123456789', /neither a PEM nor a path/],
  ])('that has or is %s is named', async (_, given, says) => {
    expect(await lineOf('SALESFORCE_PRIVATE_KEY', jwt(given))).toMatch(says);
    expect(await message(jwt(given))).not.toContain(key.slice(40, 80));
  });

  test('may be given as SALESFORCE_PRIVATE_KEY_FILE; a folder there is named', async () => {
    const { SALESFORCE_PRIVATE_KEY, ...rest } = jwt('');
    const file = { ...rest, SALESFORCE_PRIVATE_KEY_FILE: write('own.pem', key) };
    expect((await load(file)).warnings).toEqual([]);
    mkdirSync(join(folder, 'mounted.pem'));
    expect(await message({ ...file, SALESFORCE_PRIVATE_KEY_FILE: join(folder, 'mounted.pem') })).toMatch(
      /SALESFORCE_PRIVATE_KEY_FILE: cannot read .*it is a folder/,
    );
  });

  // The superuser reads everything.
  (process.getuid?.() === 0 ? test.skip : test)('that this process may not read is named', async () => {
    const path = write('locked.key', key);
    chmodSync(path, 0);
    expect(await lineOf('SALESFORCE_PRIVATE_KEY', jwt(path))).toMatch(/may not read: fix its permissions/);
  });
});
