/** Connectors that fail, leak or stop in the wrong way. */
import { CrmError, type CrmErrorKind, type Outcome } from '../../../../connectors/connector.ts';
import { phone } from '../../fixtures.ts';
import { type WrongConnector, withContext, withMethods } from './wrong-connector.ts';

export const WRONG_FAILURES: readonly WrongConnector[] = [
  {
    wrong: 'has no time-out',
    caughtBy: 'a write without a response ends in time, and the batch can be repeated',
    create: withContext((context) => ({ ...context, requestTimeoutMs: 3_600_000 })),
  },
  {
    wrong: 'makes dead letters of a batch when the CRM fails as a whole',
    caughtBy: 'a CRM that is unavailable fails the batch as unavailable, and works again afterwards',
    create: withErrors((_, records) => records.map(() => deadLetter('the CRM is down'))),
  },
  {
    wrong: 'takes a used up quota for an outage',
    caughtBy: 'a CRM that is rate_limited fails the batch as rate_limited, and works again afterwards',
    create: withErrors(({ message }) => failure('unavailable', message)),
  },
  {
    wrong: 'does not say how long a quota is used up',
    caughtBy: 'a CRM that is rate_limited fails the batch as rate_limited, and works again afterwards',
    create: withErrors(({ kind, message }) => failure(kind, message)),
  },
  {
    wrong: 'puts a phone number into an error',
    caughtBy: 'the error of a CRM that is unavailable holds no personal data, though the CRM quotes it',
    create: withErrors(({ kind, message }) => failure(kind, `${message} for ${phone(1).e164}`)),
  },
  {
    wrong: 'puts a request body into a reason',
    caughtBy: 'the reason of a rejected call holds a stable code, and no personal data',
    create: withMethods((inner) => ({
      sync: async (records, signal) =>
        (await inner.sync(records, signal)).map((outcome, index): Outcome => {
          return outcome.status === 'synced' ? outcome : deadLetter(JSON.stringify(records[index]!.call));
        }),
    })),
  },
  {
    wrong: 'logs what it writes',
    caughtBy: 'a batch that goes well logs no personal data',
    create: (url, context) =>
      withMethods((inner) => ({
        sync(records, signal) {
          context.log.info('writing', { records });
          return inner.sync(records, signal);
        },
      }))(url, context),
  },
  {
    wrong: 'ignores an abort',
    caughtBy: 'a batch that is aborted during a request ends at once, and can be repeated',
    create: withMethods((inner) => ({
      sync: (records) => inner.sync(records, new AbortController().signal),
    })),
  },
  {
    wrong: 'writes a batch that was aborted before it began',
    caughtBy: 'a batch that is aborted before it begins is unavailable, and nothing is written',
    create: withMethods((inner) => ({
      sync: (records) => inner.sync(records, new AbortController().signal),
    })),
  },
  {
    wrong: 'loses the batch in flight when it is closed',
    caughtBy: 'closing while a batch is in flight does not lose it',
    create: withMethods((inner) => {
      const closing = new AbortController();
      return {
        sync: (records, signal) => inner.sync(records, AbortSignal.any([signal, closing.signal])),
        close: async () => closing.abort(),
      };
    }),
  },
];

/** `answer` throws, or answers instead. */
function withErrors(
  answer: (error: CrmError, records: readonly unknown[]) => readonly Outcome[],
): WrongConnector['create'] {
  return withMethods((inner) => ({
    sync: (records, signal) =>
      inner.sync(records, signal).catch((error: unknown) => {
        if (error instanceof CrmError) return answer(error, records);
        throw error;
      }),
  }));
}

function failure(kind: CrmErrorKind, message: string): never {
  throw new CrmError(kind, message);
}

function deadLetter(reason: string): Outcome {
  return { status: 'dead-letter', code: 'FAILED', reason };
}
