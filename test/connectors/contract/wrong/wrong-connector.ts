/** Deliberately wrong connectors: the sample one with one thing done wrong, and the case that must notice. */
import type {
  CallRecord,
  Connector,
  ConnectorContext,
  Outcome,
  Person,
} from '../../../../connectors/connector.ts';
import { createMemo } from '../../../fixtures/connectors/memo/contract-harness.ts';

export interface WrongConnector {
  /** The fault, in words. */
  readonly wrong: string;
  /** The name of a case that fails for it. */
  readonly caughtBy: string;
  create(url: string, context: ConnectorContext): Connector;
}

/** Different methods for the sample connector; they get the one they stand for. */
export function withMethods(change: (inner: Connector) => Partial<Connector>): WrongConnector['create'] {
  return (url, context) => {
    const inner = createMemo(url, context);
    return { ...plain(inner), ...change(inner) };
  };
}

/** The sample connector, with another context. */
export function withContext(
  change: (context: ConnectorContext) => ConnectorContext,
): WrongConnector['create'] {
  return (url, context) => createMemo(url, change(context));
}

/** The sample connector, given other records, by a dry run too. */
export function withRecords(change: (record: CallRecord) => CallRecord): WrongConnector['create'] {
  return withMethods((inner) => ({
    sync: (records, signal) => inner.sync(records.map(change), signal),
    dryRun: (records, lookUp) => inner.dryRun(records.map(change), lookUp),
  }));
}

export function withPeople(change: (person: Person) => Person): WrongConnector['create'] {
  return withRecords(({ person, ...record }) => (person ? { ...record, person: change(person) } : record));
}

/** The sample connector, whose outcomes are reported differently. */
export function withOutcomes(
  change: (outcomes: readonly Outcome[], records: readonly CallRecord[]) => readonly Outcome[],
): WrongConnector['create'] {
  return withMethods((inner) => ({
    sync: async (records, signal) => change(await inner.sync(records, signal), records),
  }));
}

function plain(inner: Connector): Connector {
  return {
    name: inner.name,
    batchSize: inner.batchSize,
    maxInFlight: inner.maxInFlight,
    schema: () => inner.schema(),
    prepare: () => inner.prepare(),
    invalidateSchema: () => inner.invalidateSchema?.(),
    ...(inner.account && { account: () => inner.account!() }),
    ...(inner.verify && { verify: (calls, signal) => inner.verify!(calls, signal) }),
    ...(inner.findCalls && {
      findCalls: (callIds, signal) => inner.findCalls!(callIds, signal),
    }),
    ...(inner.addOption && {
      addOption: (object, field, option) => inner.addOption!(object, field, option),
    }),
    check: () => inner.check(),
    provision: (fields) => inner.provision(fields),
    sync: (records, signal) => inner.sync(records, signal),
    dryRun: (records, lookUp) => inner.dryRun(records, lookUp),
    close: () => inner.close(),
  };
}
