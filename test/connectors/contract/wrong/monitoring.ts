/** Connectors that monitoring cannot rely on. */
import type { Outcome, RequestObserver } from '../../../../connectors/connector.ts';
import { createMemo } from '../../../fixtures/connectors/memo/contract-harness.ts';
import { type WrongConnector, withContext, withMethods, withOutcomes } from './wrong-connector.ts';

const OBSERVED =
  'every request is observed once when it is sent and once when it is answered, without personal data';
const OBSERVED_FAILURE =
  'a request that the CRM fails is observed with its status, one without a response with none';
const VERIFIED = 'verify says which records are there and linked, in order, in a few requests that only read';

const FOUND =
  'findCalls finds the calls that are there, those just written too, in order, in one request that only reads';

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
    wrong: 'reports who a request is about',
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
    wrong: 'looks for each call by itself',
    caughtBy: FOUND,
    create: withMethods((inner) => ({
      findCalls: async (callIds) => (await Promise.all(callIds.map((id) => inner.findCalls!([id])))).flat(),
    })),
  },
  {
    wrong: 'leaves out the calls that it does not find',
    caughtBy: FOUND,
    create: withMethods((inner) => ({
      findCalls: async (callIds) => (await inner.findCalls!(callIds)).filter((id) => id !== undefined),
    })),
  },
  {
    wrong: 'remembers that a call was there',
    caughtBy: 'findCalls finds calls whose ids are longer than the key field, and none that was deleted',
    create: withMethods((inner) => {
      const known = new Map<string, string>();
      return {
        async findCalls(callIds) {
          const found = await inner.findCalls!(callIds);
          return callIds.map((callId, index) => {
            const id = found[index] ?? known.get(callId);
            if (id !== undefined) known.set(callId, id);
            return id;
          });
        },
      };
    }),
  },
  {
    wrong: 'takes a look-up that failed for one that found nothing',
    caughtBy: 'findCalls of a CRM that fails, or gives no response, is a CrmError: not that nothing is there',
    create: withMethods((inner) => ({
      findCalls: (callIds) => inner.findCalls!(callIds).catch(() => callIds.map(() => undefined)),
    })),
  },
  {
    wrong: 'says that no call is there while it has no key to find one by',
    caughtBy: 'findCalls before the CRM has the key fields is a CrmError that says what to do',
    create: withMethods(() => ({ findCalls: async (callIds) => callIds.map(() => undefined) })),
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
