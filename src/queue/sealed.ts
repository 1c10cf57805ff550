/** Texts encrypted with AES-256-GCM, for values in Redis that hold personal data. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** The form, so that it can change; no JSON begins so. */
const FORM = 'v1.';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** `key`: 32 bytes. */
export function seal(text: string, key: Buffer): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const encrypted = [cipher.update(text, 'utf8'), cipher.final()];
  return FORM + Buffer.concat([iv, cipher.getAuthTag(), ...encrypted]).toString('base64');
}

export function isSealed(text: string): boolean {
  return text.startsWith(FORM);
}

/** Undefined when it was sealed under another key, or is no sealed text. */
export function open(sealed: string, key: Buffer): string | undefined {
  if (!isSealed(sealed)) return undefined;
  const bytes = Buffer.from(sealed.slice(FORM.length), 'base64');
  if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}
