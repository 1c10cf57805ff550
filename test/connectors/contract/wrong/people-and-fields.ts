/** Connectors that write to the wrong people, or the wrong values. */
import { randomUUID } from 'node:crypto';
import type {
  ConnectorContext,
  Identity,
  MatchPolicy,
  Person,
  Phone,
  WriteRule,
} from '../../../../connectors/connector.ts';
import { type WrongConnector, withContext, withPeople, withRecords } from './wrong-connector.ts';

export const WRONG_PEOPLE_AND_FIELDS: readonly WrongConnector[] = [
  {
    wrong: 'writes link-only people',
    caughtBy: 'a link-only person who is found is linked to and left unchanged',
    create: withPeople(({ linkOnly: _, ...person }) => person),
  },
  {
    wrong: 'creates link-only people under onMissing: skip, and loses their tasks',
    caughtBy:
      'a link-only person who is missing is not created under onMissing: skip; call and tasks are logged',
    create: (url, context) =>
      withRecords(({ person, ...record }) => {
        const { linkOnly, ...writable } = person ?? { linkOnly: false };
        return {
          ...record,
          ...(person && { person: writable as Person }),
          tasks: linkOnly ? [] : record.tasks,
        };
      })(url, { ...context, policy: { ...context.policy, onMissing: 'create' } }),
  },
  {
    wrong: 'creates people under onMissing: skip',
    caughtBy: 'onMissing: skip writes nothing, and the outcome notes it',
    create: withPolicy((policy) => ({ ...policy, onMissing: 'create' })),
  },
  {
    wrong: 'logs calls under onMissing: skip',
    caughtBy: 'onMissing: skip writes nothing, and the outcome notes it',
    create: withPolicy(({ onMissing, ...policy }) => {
      return { ...policy, onMissing: onMissing === 'skip' ? 'log-only' : onMissing };
    }),
  },
  {
    wrong: 'creates people under onMissing: log-only',
    caughtBy: 'onMissing: log-only logs the call and its tasks, and creates nobody',
    create: withPolicy((policy) => ({ ...policy, onMissing: 'create' })),
  },
  {
    wrong: 'ignores onMany: oldest',
    caughtBy: 'onMany: oldest uses the oldest of several people with the number',
    create: withPolicy((policy) => ({ ...policy, onMany: 'newest' })),
  },
  {
    wrong: 'ignores onMany: skip',
    caughtBy: 'onMany: skip writes nothing when several people have the number, and the outcome notes it',
    create: withPolicy((policy) => ({ ...policy, onMany: 'newest' })),
  },
  {
    wrong: 'overwrites if-empty fields',
    caughtBy: 'if-empty: an empty field is filled, a filled one is kept',
    create: withPeople(ignoring('if-empty')),
  },
  {
    wrong: 'overwrites append fields',
    caughtBy: 'append: items are added to what is there, each once, within a batch and across batches',
    create: withPeople(ignoring('append')),
  },
  {
    wrong: 'lets an older call overwrite newest fields within a batch',
    caughtBy: 'newest: of the calls of a batch, the one that ended last decides',
    create: withRecords((record) => {
      const person = record.person && ignoring('newest')(record.person);
      return { ...record, ...(person && { person }), endedAt: -record.endedAt };
    }),
  },
  {
    wrong: 'lets an older call overwrite newest fields across batches',
    caughtBy: 'newest: a call that arrives late does not overwrite what a later one said',
    create: withContext(({ lastWrites: _, ...context }) => context),
  },
  {
    wrong: 'ignores the person cache',
    caughtBy: 'people who are cached are not looked up again',
    create: withContext(({ personCache: _, ...context }) => context),
  },
  {
    wrong: 'relies on a search that lags behind',
    caughtBy: 'behind search lag, a person created a moment ago is found by number',
    create: withContext(({ personCache: _, ...context }) => context),
  },
  {
    wrong: 'relies on the person cache alone for people who are known by number',
    caughtBy: 'a cache that is lost costs requests, not correctness',
    create: withPhones(() => undefined),
  },
  {
    wrong: 'never looks phones up',
    caughtBy: 'a person whose number is written as +525510000001 is found, used and given the key',
    create: withPhones(() => undefined),
  },
  {
    wrong: 'looks phones up as E.164 only',
    caughtBy: 'a person whose number is written as 5510000001 is found, used and given the key',
    create: withPhones(({ e164 }) => ({ e164, national: [], textForms: [e164] })),
  },
  {
    wrong: 'takes who has the same number for the same person',
    caughtBy: 'a person with the same number and another external id is somebody else',
    create: withPeople((person) => ({ ...person, hasExternalId: false })),
  },
  {
    wrong: 'gives people another key each time',
    caughtBy: 'a response lost after any write, then the same batch again: everything is there once',
    create: withPeople((person) => ({ ...person, key: randomUUID(), identities: [] })),
  },
];

function withPolicy(change: (policy: MatchPolicy) => MatchPolicy): WrongConnector['create'] {
  return withContext((context): ConnectorContext => ({ ...context, policy: change(context.policy) }));
}

function withPhones(change: (phone: Phone) => Phone | undefined): WrongConnector['create'] {
  return withPeople(({ identities, ...person }) => {
    const changed = identities.flatMap((identity): Identity[] => {
      if (identity.by !== 'phone') return [identity];
      const phone = change(identity.phone);
      return phone ? [{ by: 'phone', phone }] : [];
    });
    return { ...person, identities: changed };
  });
}

type ChangePerson = Parameters<typeof withPeople>[0];

/** Writes the fields of this rule always. */
function ignoring(rule: WriteRule): ChangePerson {
  return (person) => ({
    ...person,
    fields: person.fields.map((write) => (write.when === rule ? { ...write, when: 'always' } : write)),
  });
}
