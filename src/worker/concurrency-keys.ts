/**
 * Concurrency keys: no two batches may write one of them at the same time. Within a process the batcher keeps them
 * apart, between processes the lease does.
 */
import type { Person } from '../../connectors/connector.ts';
import { callKey } from '../queue/job.ts';

export interface Writes {
  readonly callId: string;
  readonly person?: Pick<Person, 'key' | 'identities'> | undefined;
}

/** Of the call, and of its person under each identity. */
export function concurrencyKeys({ callId, person }: Writes): string[] {
  const keys = [`call:${callKey(callId)}`];
  if (!person) return keys;
  keys.push(`key:${person.key}`);
  for (const identity of person.identities) {
    if (identity.by === 'phone') keys.push(`phone:${identity.phone.e164}`);
  }
  return keys;
}
