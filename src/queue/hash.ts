import * as crypto from 'node:crypto';

/** Person keys and phone numbers are personal data: as Redis keys they are hashed. */
export function hash(text: string): string {
  return crypto.hash('sha256', text, 'base64url').slice(0, 22);
}
