import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createVerifier, sign } from '../../src/altur/signature.ts';

/** Made by an independent implementation: test/fixtures/signatures.py. */
const { base64Secret, textSecret, vectors } = JSON.parse(
  readFileSync(new URL('../fixtures/signatures.json', import.meta.url), 'utf8'),
) as {
  base64Secret: string;
  textSecret: string;
  vectors: { name: string; body: string; base64: string; hex: string }[];
};

describe.each(vectors)('signed $name', ({ body, base64, hex }) => {
  const wire = Buffer.from(body);

  test('the base64 scheme matches', () => {
    expect(createVerifier([base64Secret], 'auto').verify(wire, base64)).toMatchObject({ scheme: 'base64' });
    expect(createVerifier([base64Secret], 'base64').verify(wire, base64)).toMatchObject({ scheme: 'base64' });
  });

  test('the hex scheme matches', () => {
    expect(createVerifier([textSecret], 'auto').verify(wire, hex)).toMatchObject({ scheme: 'hex' });
    expect(createVerifier([textSecret], 'hex').verify(wire, hex.toUpperCase())).toMatchObject({
      scheme: 'hex',
    });
  });

  test('a changed body does not match', () => {
    const changed = Buffer.from(body.replace('cll_1', 'cll_2'));
    expect(createVerifier([base64Secret, textSecret], 'auto').verify(changed, base64)).toBeUndefined();
    expect(createVerifier([base64Secret, textSecret], 'auto').verify(changed, hex)).toBeUndefined();
  });
});

const body = Buffer.from('{"id": "cll_1"}');

test('white space inside a string is content', () => {
  const signature = sign('{"id":"a  b"}', textSecret, 'hex');
  const verifier = createVerifier([textSecret], 'hex');
  expect(verifier.verify(Buffer.from('{ "id" : "a  b" }'), signature)).toEqual({
    scheme: 'hex',
    form: 'compact',
  });
  expect(verifier.verify(Buffer.from('{"id":"a b"}'), signature)).toBeUndefined();
});

test('while rotating, each of several secrets is good', () => {
  const verifier = createVerifier(['old secret', 'new secret'], 'auto');
  for (const secret of ['old secret', 'new secret']) {
    expect(verifier.verify(body, sign(body, secret, 'hex'))).toEqual({ scheme: 'hex', form: 'raw' });
  }
  expect(verifier.verify(body, sign(body, 'another', 'hex'))).toBeUndefined();
});

test('a pinned scheme rejects the other', () => {
  expect(
    createVerifier([base64Secret], 'base64').verify(body, sign(body, base64Secret, 'hex')),
  ).toBeUndefined();
  expect(
    createVerifier([base64Secret], 'hex').verify(body, sign(body, base64Secret, 'base64')),
  ).toBeUndefined();
});

test.each(['***!!!', '', 'c2hvcnQ=', 'bm90IHN0cmljdA', ' AAECAwQFBgcICQoLDA0ODw==', 'ñandú'])(
  'a secret that is no strict base64 of 16 bytes is never a key of that scheme: %j',
  (secret) => {
    const decoded = Buffer.from(secret, 'base64');
    const forged = createHmac('sha256', decoded).update(body).digest('base64');
    const forgedHex = createHmac('sha256', decoded).update(body).digest('hex');
    for (const scheme of ['auto', 'base64'] as const) {
      expect(createVerifier([secret], scheme).verify(body, forged)).toBeUndefined();
      expect(createVerifier([secret], scheme).verify(body, forgedHex)).toBeUndefined();
    }
  },
);

test.each([
  undefined,
  '',
  'x',
  '0'.repeat(63),
  '0'.repeat(64),
  '0'.repeat(66),
  'é'.repeat(64),
  `${'A'.repeat(43)}=`,
])('a signature of the wrong shape is rejected without a crash: %j', (signature) => {
  expect(createVerifier([base64Secret, textSecret], 'auto').verify(body, signature)).toBeUndefined();
});

test('two signatures in one header are none', () => {
  const signature = sign(body, textSecret, 'hex');
  expect(createVerifier([textSecret], 'auto').verify(body, `${signature}, ${signature}`)).toBeUndefined();
});

test('no secret at all verifies nothing', () => {
  expect(createVerifier([], 'auto').verify(body, sign(body, 'x', 'hex'))).toBeUndefined();
});

test('bytes that are not UTF-8 are verified as they came', () => {
  const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
  const verifier = createVerifier([textSecret], 'hex');
  expect(verifier.verify(bytes, sign(bytes, textSecret, 'hex'))).toEqual({ scheme: 'hex', form: 'raw' });
  expect(verifier.verify(bytes, sign(body, textSecret, 'hex'))).toBeUndefined();
});

test('the largest body is verified in linear time', () => {
  const large = Buffer.from(JSON.stringify({ id: 'x', text: 'í\\"'.repeat(250_000) }).slice(0, 1_048_576));
  const started = Date.now();
  expect(
    createVerifier([base64Secret], 'auto').verify(large, sign(body, base64Secret, 'base64')),
  ).toBeUndefined();
  expect(Date.now() - started).toBeLessThan(2_000);
});
