/** Connectors that monitoring cannot rely on. */
import type { Outcome, RequestObserver } from '../../../../connectors/connector.ts';
import { createMemo } from '../../../fixtures/connectors/memo/contract-harness.ts';
import { type WrongConnector, withContext, withMethods, withOutcomes } from './wrong-connector.ts';

const OBSERVED =
  'every request is observed once when it is sent and once when it is answered, without personal data';
const OBSERVED_FAILURE =
  'a request that the CRM fails is observed with its status, one without a response with none';
const VERIFIED = 'verify says which records are there and linked, in order, in a few requests that only read';

export const WRONG_MONITORING: readonly WrongConnector[] = [
  {
    wrong: 'reports no request',
    caughtBy: OBSERVED,
    create: withContext(({ observeRequest: _, ...context }) => context),
  },
  {
    wrong: 'reports requests that never end',
    caughtBy: OBSERVED,
    create: withObserver((observe) => (request) => {
      observe(request);
      return () => {};
    }),
  },
  {
    wrong: 'reports whom a request is about',
    caughtBy: OBSERVED,
    create: withObserver(
      (observe) =>
        ({ method, endpoint }) =>
          observe({ method, endpoint: `${endpoint}/user_1` }),
    ),
  },
  {
    wrong: 'reports a status where no response came',
    caughtBy: OBSERVED_FAILURE,
    create: withObserver((observe) => (request) => {
      const ended = observe(request);
      return ({ status = 504 }) => ended({ status });
    }),
  },
  {
    wrong: 'reads its account each time',
    caughtBy: 'account names the portal or org, and is read once',
    create: (url, context) =>
      withMethods(() => ({ account: () => createMemo(url, context).account!() }))(url, context),
  },
  {
    wrong: 'keeps that its account could not be read',
    caughtBy:
      'account of a CRM that fails is a CrmError; calls are written once it works, and account answers',
    create: withMethods((inner) => {
      let read: ReturnType<NonNullable<typeof inner.account>> | undefined;
      return {
        account() {
          read ??= inner.account!();
          return read;
        },
      };
    }),
  },
  {
    wrong: 'takes every record for present',
    caughtBy: 'verify finds that a person, a call or a task was deleted',
    create: withMethods(() => ({
      verify: async (calls) =>
        calls.map(() => ({ person: 'present', call: 'present', tasks: {}, linked: true })),
    })),
  },
  {
    wrong: 'verifies each call by itself',
    caughtBy: VERIFIED,
    create: withMethods((inner) => ({
      verify: async (calls) => (await Promise.all(calls.map((call) => inner.verify!([call])))).flat(),
    })),
  },
  {
    wrong: 'verifies in another order',
    caughtBy: VERIFIED,
    create: withMethods((inner) => ({
      verify: async (calls) => (await inner.verify!(calls)).toReversed(),
    })),
  },
  {
    wrong: 'says that it added an option which cannot be',
    caughtBy:
      'addOption to a field that is missing or has no options is a change that says why, and changes nothing',
    create: withMethods(() => ({
      addOption: async (object, name) => ({ action: 'created', object, name }),
    })),
  },
  {
    wrong: 'does not say why a call has no person',
    caughtBy: 'the outcome of a call that names nobody says so, that of one with a person does not',
    create: withOutcomes((outcomes) =>
      outcomes.map((outcome): Outcome => {
        if (outcome.status !== 'synced') return outcome;
        const { unassigned: _, ...rest } = outcome;
        return rest;
      }),
    ),
  },
  {
    wrong: 'does not say which record is rejected',
    caughtBy: 'the reason of a rejected call holds a stable code, and no personal data',
    create: withOutcomes((outcomes) =>
      outcomes.map((outcome): Outcome => {
        if (outcome.status !== 'dead-letter') return outcome;
        const { object: _, ...rest } = outcome;
        return rest;
      }),
    ),
  },
];

function withObserver(change: (observe: RequestObserver) => RequestObserver): WrongConnector['create'] {
  return withContext((context) => {
    const { observeRequest: observe } = context;
    return observe ? { ...context, observeRequest: change(observe) } : context;
  });
}
