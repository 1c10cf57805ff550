/**
 * Concurrency keys: no two batches may write one of them at the same time. Within a process the batcher keeps them
 * apart, between processes the lease does.
 */
import { identityNames, type Person } from '../../connectors/connector.ts';
import { callKey } from '../queue/job.ts';

export interface Writes {
  readonly callId: string;
  readonly person?: Pick<Person, 'key' | 'identities'> | undefined;
}

/** Of the call, and of its person under each identity; in lower case, since a CRM may compare keys without case. */
export function concurrencyKeys({ callId, person }: Writes): string[] {
  const names = person ? identityNames(person).map((name) => name.toLowerCase()) : [];
  return [`call:${callKey(callId)}`, ...names];
}
