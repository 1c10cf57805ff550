/** What the parts of a batch share. */
import type { CallRecord, MatchPolicy, PersonCache } from '../connector.ts';
import type { PersonMatch } from '../engine/persons/match.ts';
import type { Lookup } from './lookup.ts';
import type { Relate } from './related.ts';
import type { OrgSchema } from './schema.ts';
import type { Transport } from './transport.ts';

export interface Org {
  readonly transport: Transport;
  readonly schema: OrgSchema;
  readonly policy: MatchPolicy;
  readonly personCache: PersonCache;
  /** Contact or Lead. */
  readonly personObject: string;
  /** Tasks may name their person by its key in the request that creates it; else it takes two requests. */
  readonly nests: boolean;
  /** Finds the accounts and opportunities of people. */
  readonly relate: Relate;
}

export interface Entry {
  readonly record: CallRecord;
  readonly target: PersonMatch | undefined;
}

/** What the rows of a batch are called: each name is unique in it. */
export const nameOf = {
  person: ({ key }: PersonMatch) => `person ${key}`,
  call: ({ callId }: CallRecord) => `call ${callId}`,
  task: (key: string) => `task ${key}`,
};

export function lookupOf({ transport, schema, personObject, policy }: Org): Lookup {
  return { transport, object: personObject, describes: schema.person, fields: policy.ifEmpty };
}
