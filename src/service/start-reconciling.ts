/** RECONCILE_EVERY, from the parts of the service. */
import type { Log } from '../../connectors/connector.ts';
import type { Config } from '../config/config.ts';
import { openCallHistory } from '../monitoring/call-history-store.ts';
import type { RunningProcesses } from '../monitoring/running-processes.ts';
import { openLedger } from '../queue/ledger.ts';
import type { PauseNotice } from '../queue/pause-notice.ts';
import type { CallQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { faultText, type RedisHealth } from '../queue/redis-health.ts';
import { usageOfAll } from '../reconcile/usage-of-all.ts';
import type { CallWorker } from './call-worker.ts';
import { openAlturApi } from './open-altur-api.ts';
import { PeriodicReconcile } from './periodic-reconcile.ts';
import { recordReconciled } from './record-reconciled.ts';
import type { Releases } from './releases.ts';
import { statementOfYesterday } from './statement-of-yesterday.ts';

export interface ReconcilingParts {
  readonly config: Pick<Config, 'altur' | 'reconcileEveryMs' | 'timeZone'>;
  /** Rejects when Redis does not answer. */
  readonly redis: RedisClient;
  readonly queue: CallQueue;
  readonly health: RedisHealth;
  readonly pauseNotice: Pick<PauseNotice, 'read'>;
  readonly processes: Pick<RunningProcesses, 'list'>;
  readonly worker: CallWorker;
  readonly log: Log;
  readonly releases: Releases;
}

export function startReconciling(parts: ReconcilingParts): void {
  const { config, redis, queue, health, pauseNotice, processes, worker, log, releases } = parts;
  const { connector, mapping, connection, account } = worker;
  const altur = openAlturApi(config.altur, redis);
  if (config.reconcileEveryMs === undefined || !altur) return;
  const history = recordReconciled(openCallHistory(redis), mapping, log);
  const afterRun = statementOfYesterday({ config, redis, queue, connector, log });
  const periodic = new PeriodicReconcile({
    ...{ redis, queue, altur, connector, account, log },
    everyMs: config.reconcileEveryMs,
    ledger: openLedger(redis, connector.name),
    usage: () => usageOfAll(connector.usage?.(), processes),
    async waitReason() {
      if (!connection.connected) return connection.reason ?? 'the CRM has not answered yet';
      const fault = await health.eventFault();
      if (fault) return faultText(fault);
      return (await pauseNotice.read())?.reason;
    },
    onEnqueued: (calls) => void history(calls),
    ...(afterRun && { afterRun }),
  }).start();
  releases.add(() => periodic.stop());
}
