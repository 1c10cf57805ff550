/** Connectors that write the wrong calls and tasks, or report the wrong outcomes. */
import { randomUUID } from 'node:crypto';
import type { Outcome, SkippedField } from '../../../../connectors/connector.ts';
import { type WrongConnector, withMethods, withOutcomes, withRecords } from './wrong-connector.ts';

export const WRONG_BATCHES_AND_OUTCOMES: readonly WrongConnector[] = [
  {
    wrong: 'ignores tasks',
    caughtBy: 'tasks are written under their keys and linked to their person',
    create: withRecords((record) => ({ ...record, tasks: [] })),
  },
  {
    wrong: 'logs calls of nobody only',
    caughtBy: 'a batch has one outcome per call, in order, with the ids of its own records',
    create: withRecords(({ person: _, ...record }) => record),
  },
  {
    wrong: 'is not idempotent: calls get another key each time',
    caughtBy: 'the same batch again changes nothing',
    create: withRecords((record) => ({ ...record, callId: `${record.callId} ${randomUUID()}` })),
  },
  {
    wrong: 'ignores the records of an earlier version of the event (existing)',
    caughtBy: 'a changed event updates the records that were written for it before (existing)',
    create: withRecords(({ existing: _, ...record }) => record),
  },
  {
    wrong: 'ignores that an earlier version may have been written (possiblyWritten)',
    caughtBy:
      'a changed event updates what may have been written before, though the response was lost (possiblyWritten)',
    create: withRecords(({ possiblyWritten: _, ...record }) => record),
  },
  {
    wrong: 'overwrites a call that is to keep its fields (keepCall)',
    caughtBy:
      'a call that keeps its fields (keepCall) is as it was, known by its record or by its key; its task and link are written',
    create: withRecords(({ keepCall: _, ...record }) => record),
  },
  {
    wrong: 'writes nothing to a call that keeps its fields (evenIfKept)',
    caughtBy: 'a call that keeps its fields gets those that are written even so (evenIfKept)',
    create: withRecords(({ call, ...record }) => {
      if (!record.keepCall || !call) return { ...record, ...(call && { call }) };
      const fields = call.fields.map(({ evenIfKept: _, ...write }) => write);
      return { ...record, call: { ...call, fields } };
    }),
  },
  {
    wrong: 'leaves the texts of a call that keeps its fields as they are (renewedLines)',
    caughtBy: 'of the texts of a call that keeps its fields one line is written again (renewedLines)',
    create: withRecords(({ call, ...record }) => {
      return { ...record, ...(call && { call: { fields: call.fields } }) };
    }),
  },
  {
    wrong: 'does not write a call that is to keep its fields at all (keepCall)',
    caughtBy: 'a call that is to keep its fields is written whole if it was deleted, or never written',
    create: withRecords(({ call, ...record }) => (record.keepCall || !call ? record : { ...record, call })),
  },
  {
    wrong: 'reports outcomes out of order',
    caughtBy: 'a batch has one outcome per call, in order, with the ids of its own records',
    create: withOutcomes((outcomes) => outcomes.toReversed()),
  },
  {
    wrong: 'reports no record ids',
    caughtBy: 'tasks are written under their keys and linked to their person',
    create: withOutcomes((outcomes) =>
      outcomes.map((outcome) => (outcome.status === 'synced' ? { ...outcome, records: {} } : outcome)),
    ),
  },
  {
    wrong: 'fails the whole batch for one rejected call',
    caughtBy: 'a rejected call costs nobody but itself',
    create: withOutcomes((outcomes) => {
      const rejected = outcomes.find(({ status }) => status === 'dead-letter');
      return rejected ? outcomes.map(() => rejected) : outcomes;
    }),
  },
  {
    wrong: 'reports success for a call that the CRM rejected',
    caughtBy: 'a rejected call costs nobody but itself',
    create: withOutcomes((outcomes) =>
      outcomes.map((outcome): Outcome => {
        return outcome.status === 'synced' ? outcome : { status: 'synced', records: {}, skippedFields: [] };
      }),
    ),
  },
  {
    wrong: 'does not report skipped fields',
    caughtBy: 'a field that the CRM does not have is skipped and reported once; the rest is written',
    create: withOutcomes((outcomes) => outcomes.map(withSkipped(() => []))),
  },
  {
    wrong: 'loses the fields that the mapping skipped',
    caughtBy: 'fields that the mapping skipped are repeated in the outcome, once',
    create: withOutcomes((outcomes) => outcomes.map(withSkipped(() => []))),
  },
  {
    wrong: 'reports skipped fields twice',
    caughtBy: 'a field that the CRM does not have is skipped and reported once; the rest is written',
    create: withOutcomes((outcomes) => outcomes.map(withSkipped((skipped) => [...skipped, ...skipped]))),
  },
  {
    wrong: 'does not say why nothing was written',
    caughtBy: 'onMissing: skip writes nothing, and the outcome notes it',
    create: withOutcomes((outcomes) =>
      outcomes.map((outcome): Outcome => {
        if (outcome.status !== 'synced') return outcome;
        const { note: _, ...rest } = outcome;
        return rest;
      }),
    ),
  },
  {
    wrong: 'sends each call on its own',
    caughtBy: 'a full batch of new people stays within the request budget',
    create: withMethods((inner) => ({
      async sync(records, signal) {
        const outcomes: Outcome[] = [];
        for (const record of records) outcomes.push(...(await inner.sync([record], signal)));
        return outcomes;
      },
    })),
  },
  {
    wrong: 'writes the calls of a batch to one person each, though they are of the same one',
    caughtBy: 'several calls of one person in a batch are one person',
    create: withMethods((inner) => ({
      sync(records, signal) {
        const apart = records.map(({ person, ...record }, index) => {
          return person ? { ...record, person: { ...person, key: `${person.key} ${index}` } } : record;
        });
        return inner.sync(apart, signal);
      },
    })),
  },
];

function withSkipped(change: (skipped: readonly SkippedField[]) => readonly SkippedField[]) {
  return (outcome: Outcome): Outcome =>
    outcome.status === 'synced' ? { ...outcome, skippedFields: change(outcome.skippedFields) } : outcome;
}
