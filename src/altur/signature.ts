/**
 * Verifies `X-Altur-Signature`. Two schemes are documented, and the newer one signs "the JSON payload serialized
 * without spaces", which need not be the bytes on the wire; so the signature is tried over the raw body and over its
 * canonical forms. All are MACs over the same tokens: trying several does not weaken the check.
 * https://docs.altur.io/api-reference/webhooks/overview#securing-your-webhooks
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

export type Scheme = 'base64' | 'hex';
export type Form = 'raw' | 'compact' | 'compact-escaped' | 'compact-unescaped';

export interface Match {
  readonly scheme: Scheme;
  readonly form: Form;
}

export interface Verifier {
  /** The scheme and form that matched; undefined when the body is not signed by any of the secrets. */
  verify(body: Buffer, signature: string | undefined): Match | undefined;
}

/** A shorter secret is no key: `***` decodes to no bytes at all, and then anyone could sign. */
const MIN_KEY_BYTES = 16;
const DIGEST_BYTES = 32;

interface Key {
  readonly scheme: Scheme;
  /** Made once: from bytes, Node makes one for each signature, which takes four times as long as the signature. */
  readonly key: KeyObject;
}

export function createVerifier(secrets: readonly string[], scheme: Scheme | 'auto'): Verifier {
  const keys = secrets.flatMap((secret) => keysOf(secret, scheme));
  return {
    verify(body, signature) {
      if (signature === undefined) return undefined;
      for (const [form, message] of canonicalForms(body)) {
        for (const key of keys) {
          if (isSignedBy(key, message, signature)) return { scheme: key.scheme, form };
        }
      }
      return undefined;
    },
  };
}

/** The signature Altur would send; `secret` as it is configured. Throws when the secret does not fit the scheme. */
export function sign(body: Buffer | string, secret: string, scheme: Scheme): string {
  const [key] = keysOf(secret, scheme);
  if (!key) throw new Error('the secret is not base64 of at least 16 bytes: use the scheme `hex`');
  return createHmac('sha256', key.key).update(body).digest(scheme);
}

/**
 * The bytes of a base64 secret; undefined when it is not base64 or too short to be a key. Secrets are copied without
 * their `=`, in the URL alphabet and behind a prefix as well: https://www.standardwebhooks.com.
 */
export function base64Key(secret: string): Buffer | undefined {
  const text = secret.replace(/^whsec_/, '');
  const bytes = strictBase64(
    text
      .padEnd(Math.ceil(text.length / 4) * 4, '=')
      .replaceAll('-', '+')
      .replaceAll('_', '/'),
  );
  return bytes && bytes.length >= MIN_KEY_BYTES ? bytes : undefined;
}

function keysOf(secret: string, scheme: Scheme | 'auto'): Key[] {
  const keys: Key[] = [];
  const decoded = scheme === 'hex' ? undefined : base64Key(secret);
  if (decoded) keys.push({ scheme: 'base64', key: createSecretKey(decoded) });
  if (scheme !== 'base64') {
    const texts = new Set([secret, secret.replace(/^whsec_/, '')]);
    for (const text of texts)
      if (text !== '') keys.push({ scheme: 'hex', key: createSecretKey(text, 'utf8') });
  }
  return keys;
}

function isSignedBy({ scheme, key }: Key, message: Buffer, signature: string): boolean {
  const given = scheme === 'hex' ? strictHex(signature) : strictBase64(signature);
  if (given?.length !== DIGEST_BYTES) return false;
  // As text: Node makes a buffer of its own for a digest in bytes, which takes longer than the digest.
  const digest = createHmac('sha256', key).update(message).digest('binary');
  return timingSafeEqual(Buffer.from(digest, 'binary'), given);
}

/** Node decodes any text and ignores invalid characters; only text that encodes back to itself is base64. */
function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

function strictHex(text: string): Buffer | undefined {
  return /^(?:[0-9a-fA-F]{2})+$/.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** Made one by one, since the first usually matches. */
function* canonicalForms(body: Buffer): Generator<[Form, Buffer]> {
  yield ['raw', body];
  const text = body.toString('utf8');
  // Bytes that are not UTF-8 have no canonical text.
  if (Buffer.byteLength(text) !== body.length) return;
  const compact = withoutWhitespace(text);
  yield ['compact', Buffer.from(compact)];
  yield ['compact-escaped', Buffer.from(escapeNonAscii(compact))];
  yield ['compact-unescaped', Buffer.from(unescapeNonAscii(compact))];
}

/**
 * Removes JSON's white space outside strings; inside a string a backslash hides the next character. One pass: the
 * body is anyone's until it is verified, and an unclosed string must not cost more than a closed one.
 */
function withoutWhitespace(json: string): string {
  const kept: string[] = [];
  let from = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const sign = json[at];
    if (inString) {
      if (sign === '\\') at += 1;
      else if (sign === '"') inString = false;
    } else if (sign === '"') inString = true;
    else if (sign === ' ' || sign === '\n' || sign === '\r' || sign === '\t') {
      kept.push(json.slice(from, at));
      from = at + 1;
    }
  }
  kept.push(json.slice(from));
  return kept.join('');
}

/** As Python's json does by default: everything outside printable ASCII as `\uXXXX`, per UTF-16 unit. */
function escapeNonAscii(json: string): string {
  return json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The opposite; ASCII escapes such as `\u0000` stay, as does an escaped backslash before a `u`. */
function unescapeNonAscii(json: string): string {
  return json.replace(/\\(?:u([0-9a-fA-F]{4})|[\s\S])/g, (sequence, code: string | undefined) => {
    const unit = code === undefined ? 0 : Number.parseInt(code, 16);
    return unit < 0x7f ? sequence : String.fromCharCode(unit);
  });
}
