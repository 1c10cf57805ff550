/** The assumptions that a live probe tests: what is claimed of the CRM, and what the service does where it is not so. */
import type { AssumptionName, ProbeResult } from '../../live-probe.ts';

const ASSUMPTIONS: Readonly<Record<AssumptionName, { readonly claim: string; readonly otherwise: string }>> =
  {
    write: {
      claim: 'a person, a call and a task can be written and linked',
      otherwise: 'no call can be synced until this is fixed',
    },
    repeatable: {
      claim: 'the same event written again changes the same records and adds none',
      otherwise: 'a lost response may write a record twice: report this',
    },
    update: {
      claim: 'an event that changed updates the records of its first version',
      otherwise: 'a changed event is written as new records',
    },
    'activity-keys': {
      claim: 'the CRM keeps the keys of calls unique',
      otherwise: 'calls are searched for before they are created, and a lost response may write one twice',
    },
    'nested-writes': {
      claim: 'a task may name a person who is created in the same request',
      otherwise: 'people and tasks are written in two requests',
    },
    'unknown-field': {
      claim: 'a field that does not exist costs its own row only',
      otherwise: 'the batch is sent again without the field',
    },
    'key-conflict': {
      claim: 'a key that another record has costs its own row only',
      otherwise: 'the batch is bisected until the row is alone',
    },
    'key-case': {
      claim: 'keys that differ in case only belong to two people',
      otherwise: 'the second person whose id differs in case only becomes a dead letter',
    },
    'key-lookup': {
      claim: 'a person who was just written is found by key at once',
      otherwise: 'the person cache alone prevents a second record',
    },
    'phone-lookup': {
      claim: 'a person who was just written is found by phone within a minute',
      otherwise: 'a person who calls by number only is found by the person cache alone',
    },
  };

export function confirmed(assumption: AssumptionName): ProbeResult {
  return { assumption, claim: ASSUMPTIONS[assumption].claim, result: 'confirmed' };
}

/** `seen`: what the CRM did instead. */
export function different(assumption: AssumptionName, seen?: string): ProbeResult {
  const { claim, otherwise } = ASSUMPTIONS[assumption];
  return { assumption, claim, result: 'different', detail: seen ? `${seen}: ${otherwise}` : otherwise };
}

export function notTestable(assumption: AssumptionName, reason: string): ProbeResult {
  return { assumption, claim: ASSUMPTIONS[assumption].claim, result: 'not testable', detail: reason };
}
