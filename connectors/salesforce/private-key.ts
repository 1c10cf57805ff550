/** `SALESFORCE_PRIVATE_KEY`: a PEM, or a path to one. It is checked at the start and read again for each sign-in. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The message comes after the variable's name and holds nothing of the key. */
export class PrivateKeyError extends Error {
  override readonly name = 'PrivateKeyError';
}

/** Throws PrivateKeyError. */
export function readPrivateKey(value: string): KeyObject {
  const text = pemOf(value);
  let key: KeyObject;
  try {
    key = createPrivateKey(withLineBreaks(text));
  } catch (cause) {
    throw new PrivateKeyError(whyNoKey(text), { cause });
  }
  // The flow takes RS256 alone: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm
  if (key.asymmetricKeyType === 'rsa') return key;
  throw new PrivateKeyError(
    `is a key of the kind ${key.asymmetricKeyType}, and the JWT bearer flow takes RSA: make one with \`openssl req -x509 -newkey rsa:2048 -nodes -days 365 -keyout server.key -out server.crt\` and give the app that server.crt`,
  );
}

/** Undefined where it can be used. */
export function privateKeyProblem(value: string): string | undefined {
  try {
    readPrivateKey(value);
    return undefined;
  } catch (error) {
    if (error instanceof PrivateKeyError) return error.message;
    throw error;
  }
}

/** Text or path? A PEM says so itself; nobody's path is as long as a key. */
function pemOf(value: string): string {
  if (value.includes('-----BEGIN')) return value;
  // Secret stores often hold a PEM in base64; this is how it begins.
  if (value.startsWith('LS0tLS1CRUdJTi')) return Buffer.from(value, 'base64').toString('utf8');
  if (value.length > 300 || value.includes('\n')) {
    throw new PrivateKeyError(
      'is no PEM: the key must be complete, with its lines -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY-----',
    );
  }
  return readKeyFile(value);
}

function readKeyFile(path: string): string {
  try {
    const bytes = readFileSync(path);
    // Windows PowerShell writes UTF-16.
    const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
    return new TextDecoder(encoding).decode(bytes);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new PrivateKeyError(whyNoFile(path, code), { cause });
  }
}

function whyNoFile(path: string, code = ''): string {
  // A secret that was put here by mistake looks like no path.
  const looksLikePath =
    /\.(pem|key|crt|cer|der|p8|p12|pfx|jks|txt)$/i.test(path) || /^(\/|\.{1,2}\/|~)/.test(path);
  if (code === 'EISDIR') return 'is a folder: write the path of the key file in it';
  if (code === 'EACCES' || code === 'EPERM')
    return 'names a file that this process may not read: fix its permissions';
  if (!looksLikePath) return 'is neither a PEM nor a path to a file that can be read';
  if (path.startsWith('~')) return 'begins with ~, which only shells understand: write the whole path';
  return `names a file that cannot be read (${code}, looked for at ${resolve(path)}): fix the path; in a container only mounted folders are seen`;
}

/** One line with `\n` as two letters, or with blanks for line breaks, is how environments hold a PEM. */
function withLineBreaks(text: string): string {
  return text
    .replaceAll('\\r', '')
    .replaceAll('\\n', '\n')
    .replace(/^[ \t]+/gm, '')
    .replace(/(-----BEGIN [A-Z ]+-----)([A-Za-z\d+/=\s]+)(-----END)/g, (_, begin, body: string, end) => {
      return `${begin}\n${body.replace(/\s+/g, '').replace(/(.{64})(?=.)/g, '$1\n')}\n${end}`;
    });
}

function whyNoKey(text: string): string {
  if (text.trim() === '') return 'names a file that is empty: it must hold the private key (PEM)';
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(text)) {
    return 'has a passphrase, which cannot be given here: remove it with `openssl pkey -in server.key -out plain.key`';
  }
  if (/BEGIN OPENSSH PRIVATE KEY/.test(text)) {
    return 'is in the form of OpenSSH: convert it with `ssh-keygen -p -m PEM -f <file>`, without a passphrase';
  }
  if (/BEGIN (\w+ )?PRIVATE KEY/.test(text)) {
    return /END (\w+ )?PRIVATE KEY/.test(text)
      ? 'holds no private key that can be read: copy the PEM again, completely'
      : 'holds the first lines of a PEM only: write it on one line with \\n for each line break, in quotes, or set the path of the file';
  }
  if (/BEGIN (\w+ )?PUBLIC KEY/.test(text))
    return 'is the public key: set the private key (PEM) that belongs to it';
  if (/BEGIN (TRUSTED )?CERTIFICATE/.test(text)) {
    return 'is the certificate, which belongs into the app: set the private key (PEM) it was made with';
  }
  return 'holds no PEM (-----BEGIN PRIVATE KEY-----): export the private key as PEM; a keystore (.jks, .p12) or a binary key (.der) must be converted';
}
