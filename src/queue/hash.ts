import { createHash } from 'node:crypto';

/** Person keys and phone numbers are personal data: as Redis keys they are hashed. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
