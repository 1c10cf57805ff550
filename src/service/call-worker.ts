/** Builds the worker of this process: its own Redis connection, the connector, and the parts a batch needs. */
import { type Connector, type CrmAccount, identityNames, type Log } from '../../connectors/connector.ts';
import { connectors } from '../../connectors/index.ts';
import type { CallEvent } from '../altur/event.ts';
import type { Config } from '../config/config.ts';
import { mappingSource } from '../config/effective-mapping.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { openAccounts } from '../queue/accounts.ts';
import { openLedger } from '../queue/ledger.ts';
import { openPauseNotice } from '../queue/pause-notice.ts';
import { openProvisionNotice } from '../queue/provision-notice.ts';
import { openQueue } from '../queue/queue.ts';
import { connectWorker } from '../queue/redis.ts';
import type { RedisHealth } from '../queue/redis-health.ts';
import { openReconciledRequests } from '../reconcile/reconciled-requests.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { BatchRequests } from '../worker/batch-requests.ts';
import { concurrencyKeys } from '../worker/concurrency-keys.ts';
import { WorkerLiveness } from '../worker/liveness.ts';
import { syncBatch } from '../worker/sync-batch.ts';
import { startWorker } from '../worker/worker.ts';
import { AccountGuard } from './account-guard.ts';
import { type CrmConnection, connectToCrm } from './connect-to-crm.ts';
import { countCalls } from './count-calls.ts';
import { countReconciled } from './count-reconciled.ts';
import { createConnector } from './create-connector.ts';
import { drain } from './drain.ts';
import type { Monitoring } from './monitoring.ts';
import { openHistoryRecorder } from './record-history.ts';
import type { Releases } from './releases.ts';
import { removeClearKeys } from './remove-clear-keys.ts';

export interface CallWorkerParts {
  readonly config: Config;
  readonly metrics: Metrics;
  readonly monitoring: Monitoring;
  readonly log: Log;
  readonly releases: Releases;
  readonly health: RedisHealth;
  readonly tracing: Tracing | undefined;
}

export interface CallWorker {
  readonly connection: CrmConnection;
  readonly liveness: WorkerLiveness;
  readonly connector: Connector;
  readonly mapping: CompiledMapping;
  /** The portal or org that is written to; undefined where the CRM does not say. */
  account(): CrmAccount | undefined;
}

export async function startCallWorker(parts: CallWorkerParts): Promise<CallWorker> {
  const { config, metrics, monitoring, log, releases, health, tracing } = parts;
  const redis = connectWorker(config.redis);
  redis.on('error', (error) => log.error('Redis does not answer', { error }));
  releases.add(() => redis.disconnect());
  const requests = new BatchRequests();
  const liveness = new WorkerLiveness();
  monitoring.heartbeat.listen(() => liveness.redisAnswered());
  const observers = [metrics.crmRequest, requests.observe, () => () => liveness.moved()];
  if (tracing) observers.push(tracing.observeRequest);
  const { connector, mapping } = await createConnector(config, redis, log, observers);
  logMapping(config, mapping, log);
  releases.add(() => connector.close());
  const history = openHistoryRecorder(personNamesBy(mapping), redis, log, releases);
  const queue = openQueue(redis);
  // The queue repeats the errors of its connection.
  queue.on('error', () => {});
  const ledger = openLedger(redis, connector.name);
  const provisionNotice = openProvisionNotice(redis, connector.name);
  // The schema is read later, so it holds what was provisioned until now. Without an answer the first batch asks again.
  provisionNotice.isNew().catch(() => {});
  const guard = new AccountGuard({ connector, accounts: openAccounts(redis, connector.name), log }).start();
  releases.add(() => guard.stop());
  const syncParts = { connector, mapping, ledger, redis, log, account: () => guard.account };
  const mayStart = () => health.givesJobs;
  const removing = removeClearKeys({ redis, scopes: Object.keys(connectors), mayStart, log });
  releases.add(() => removing.stop());
  const connection = connectToCrm(connector, log, () => monitoring.heartbeat.beat());
  const reconciledRequests = openReconciledRequests(redis, connector.name);
  const worker = startWorker({
    connection: redis,
    queue,
    connector,
    pauseNotice: openPauseNotice(redis),
    log,
    tracing,
    concurrencyKeys: ({ event }) => concurrencyKeys({ callId: event.id, person: mapping.identify(event) }),
    async sync(deliveries, signal) {
      await guard.settle();
      if (await provisionNotice.isNew()) connector.invalidateSchema?.();
      const run = () => syncBatch(syncParts, deliveries, signal);
      const decisions = await (tracing ? tracing.batch(deliveries, run) : run());
      connection.markConnected();
      return decisions;
    },
    onBatch(size, ms) {
      metrics.batch(size, ms);
      monitoring.heartbeat.markActive();
    },
    // A right that is missing in the middle of one of BullMQ's scripts would lose the job.
    mayTakeJobs: () => health.givesJobs,
    onRedisDenial: () => health.distrust(),
    ...countCalls(metrics, monitoring),
    requests,
    liveness,
    onDecisions(batch) {
      history.decided(batch);
      countReconciled(batch, reconciledRequests);
    },
  });
  releases.add(() => drain(worker, redis, log));
  releases.add(() => connection.stop());
  return { connection, liveness, connector, mapping, account: () => guard.account };
}

function logMapping(config: Config, { fields }: CompiledMapping, log: Log): void {
  log.info('mapping', {
    effective: mappingSource(config),
    ...(config.mappingFile !== undefined && { file: config.mappingFile }),
    fields: fields.length,
    language: config.language,
  });
}

/** The mapping has identified the person already. The ingress says by which other names a call may be found. */
function personNamesBy(mapping: CompiledMapping): (event: CallEvent) => readonly string[] {
  return (event) => {
    const person = mapping.identify(event);
    return person ? identityNames(person) : [];
  };
}
