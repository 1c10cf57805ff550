/** Connectors that are set up, or show what they would do, in the wrong way. */
import type { LookedUpPerson } from '../../../../connectors/connector.ts';
import { type WrongConnector, withContext, withMethods } from './wrong-connector.ts';

export const WRONG_SETUP: readonly WrongConnector[] = [
  {
    wrong: 'reads the schema each time',
    caughtBy: 'schema is read once, and again after invalidateSchema',
    create: withMethods((inner) => ({
      schema() {
        inner.invalidateSchema?.();
        return inner.schema();
      },
    })),
  },
  {
    wrong: 'never reads the schema again',
    caughtBy: 'schema is read once, and again after invalidateSchema',
    create: withMethods(() => ({ invalidateSchema: () => {} })),
  },
  {
    wrong: 'throws instead of finding',
    caughtBy: 'check of a CRM that is unauthorized is a finding with what to do, not an exception',
    create: withMethods((inner) => ({
      async check() {
        await inner.provision([]);
        return inner.check();
      },
    })),
  },
  {
    wrong: 'finds nothing wrong, ever',
    caughtBy: 'check finds missing keys, with what to do',
    create: withMethods(() => ({
      check: async () => [{ level: 'ok', subject: 'memo', message: 'answers' }],
    })),
  },
  {
    wrong: 'is ready without its keys',
    caughtBy:
      'prepare makes a CRM without our keys writable, or says what to do; either way no record is written',
    create: withMethods(() => ({ prepare: async () => {} })),
  },
  {
    wrong: 'says that it created what was there',
    caughtBy: 'provision creates the keys and the mapping’s fields; a second time it creates nothing',
    create: withMethods((inner) => ({
      provision: async (fields) =>
        (await inner.provision(fields)).map((change) => ({ ...change, action: 'created' })),
    })),
  },
  {
    wrong: 'creates no fields',
    caughtBy: 'a field that provision created can be written at once',
    create: withMethods((inner) => ({ provision: () => inner.provision([]) })),
  },
  {
    wrong: 'writes in a dry run',
    caughtBy: 'a dry run with look-ups only reads',
    create: withMethods((inner) => ({
      async dryRun(records, lookUp) {
        await inner.sync(records, new AbortController().signal);
        return inner.dryRun(records, lookUp);
      },
    })),
  },
  {
    wrong: 'looks people up in a dry run that must not',
    caughtBy: 'a dry run without look-ups sends nothing',
    create: withMethods((inner) => ({ dryRun: (records) => inner.dryRun(records, true) })),
  },
  {
    wrong: 'shows other requests than it sends',
    caughtBy: 'a dry run shows the requests that sync sends, in order, but for the ids that the CRM gives',
    create: withMethods((inner) => ({
      async dryRun(records, lookUp) {
        const { requests, people } = await inner.dryRun(records, lookUp);
        return { requests: requests.slice(0, -1), ...(people && { people }) };
      },
    })),
  },
  {
    wrong: 'says that what is filled is written',
    caughtBy: 'a dry run says which record a person is, by what, what it holds, and what stays as it is',
    create: withLookedUp((person) => ({ ...person, notWritten: [] })),
  },
  {
    wrong: 'takes nobody in a dry run for somebody',
    caughtBy: 'a dry run says that nobody matches, and who is created',
    create: withLookedUp((person) => ({ ...person, match: 'found' })),
  },
  {
    wrong: 'counts only the record that it takes',
    caughtBy: 'a dry run says how many people match, and which of them is taken',
    create: withLookedUp((person) => ({ ...person, candidates: person.candidates.slice(0, 1) })),
  },
  {
    wrong: 'forgets in a dry run what later calls have written',
    caughtBy: 'a dry run says what a later call has written, and what is added to a list',
    create: withContext(({ lastWrites: _, ...context }) => context),
  },
];

/** The sample connector, whose dry run says something else of the people it looks up. */
function withLookedUp(change: (person: LookedUpPerson) => LookedUpPerson): WrongConnector['create'] {
  return withMethods((inner) => ({
    async dryRun(records, lookUp) {
      const { people, ...answer } = await inner.dryRun(records, lookUp);
      return { ...answer, ...(people && { people: people.map((person) => person && change(person)) }) };
    },
  }));
}
