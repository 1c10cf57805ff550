/** The composition root: builds the parts a role needs, and stops them in reverse order. */
import type { Log } from '../../connectors/connector.ts';
import { connectors } from '../../connectors/index.ts';
import type { CallEvent } from '../altur/event.ts';
import { createVerifier } from '../altur/signature.ts';
import type { Config } from '../config/config.ts';
import { createApp } from '../ingress/app.ts';
import { startServer } from '../ingress/server.ts';
import type { WebhookParts } from '../ingress/webhook.ts';
import { personNamer } from '../mapping/person-names.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { readOverview } from '../monitoring/overview.ts';
import { openRefusedDeliveries } from '../monitoring/refused-deliveries.ts';
import type { RunningProcess, ServiceRole } from '../monitoring/running-processes.ts';
import { openSchemaGuard } from '../monitoring/schema-guard.ts';
import { OperatorError } from '../operator-error.ts';
import { openPauseNotice } from '../queue/pause-notice.ts';
import { type CallQueue, enqueue, openQueue, QUEUE_NAME } from '../queue/queue.ts';
import { openRecentEvents, type RecentEvents } from '../queue/recent-events.ts';
import { connectedWithin, connectProducer, type RedisClient } from '../queue/redis.ts';
import { isDenied } from '../queue/redis-fault.ts';
import { faultText, RedisHealth } from '../queue/redis-health.ts';
import { isNewerSchema } from '../queue/schema-version.ts';
import { openTracing } from '../tracing/open-tracing.ts';
import { startAlerts } from './alerts.ts';
import { startCallWorker } from './call-worker.ts';
import type { CrmConnection } from './connect-to-crm.ts';
import { countEvents } from './count-calls.ts';
import { dashboardPages } from './dashboard-pages.ts';
import { type Monitoring, openMonitoring, overviewParts } from './monitoring.ts';
import { checkReadiness } from './readiness.ts';
import { readReconcileState } from './reconcile-state.ts';
import { openHistoryRecorder } from './record-history.ts';
import { refusalRecorder } from './record-refused.ts';
import { recordingPages } from './recording-pages.ts';
import { Releases } from './releases.ts';
import { readServiceState, type StateSources } from './service-state.ts';
import { startDailySummary } from './start-daily-summary.ts';
import { startReconciling } from './start-reconciling.ts';

export interface Service {
  /** Where the ingress is served; a worker without an ingress serves its health there. */
  readonly url: string;
  /** Stops taking calls, finishes the batches in flight, ends; never takes longer than 25 s. Idempotent. */
  close(): Promise<void>;
}

/** A healthy Redis answers much sooner; without one the ingress listens all the same, to answer 503. */
const CONNECT_MS = 1_000;
/** Once connected, a slow Redis is waited for longer: only here does a newer schema keep this process from starting. */
const ANSWER_MS = 3_000;

export async function startService(config: Config, role: ServiceRole, log: Log): Promise<Service> {
  const releases = new Releases(log);
  const close = () => releases.releaseAll();
  try {
    const metrics = createMetrics({ ofProcess: true });
    const redis = connectProducer(config.redis);
    redis.on('error', (error) => log.error('Redis does not answer', { error }));
    releases.add(() => redis.disconnect());
    const schema = openSchemaGuard(redis);
    const health = new RedisHealth(redis, { takesJobs: role !== 'ingress', log, schema });
    releases.add(() => health.stop());
    await startOn(redis, health);
    const queue = openQueue(redis, QUEUE_NAME, () => schema.isSettled);
    // The queue repeats the errors of its connection.
    queue.on('error', () => {});
    const pauseNotice = openPauseNotice(redis);
    const recentEvents = openRecentEvents(redis, config.dashboardPassword);
    const monitoring = openMonitoring(redis, role, log, releases, config.recordings);
    const { heartbeat, processes, version } = monitoring;
    const tracing = await openTracing(config.tracing, version, log);
    releases.add(() => tracing?.close());
    const overview = overviewParts(monitoring, queue, redis, {
      crm: config.crm,
      redisMemoryUsed: () => health.memoryUsed,
      reconcile: () => readReconcileState(redis),
    });
    const alertParts = { config, role, redis, health, metrics, log, releases };
    startAlerts({ ...alertParts, readOverview: () => readOverview(overview) });
    const worker =
      role === 'ingress'
        ? undefined
        : await startCallWorker({ config, metrics, monitoring, log, releases, health, tracing });
    const connection = worker?.connection;
    if (worker) {
      startReconciling({ config, redis, queue, health, pauseNotice, processes, worker, log, releases });
      startDailySummary({ config, redis, queue, connector: worker.connector, log, releases });
    }
    const webhook =
      role === 'worker'
        ? {}
        : webhookParts({ config, redis, health, queue, recentEvents, metrics, monitoring, log, releases });
    health.start();
    const app = createApp({
      stuckReason: () => worker?.liveness.stuckReason,
      readiness: () => checkReadiness({ health, pauseNotice, processes, connection }),
      exposition: () => {
        const sources = { queue, redis, pauseNotice, processes, health, timeZone: config.timeZone };
        return exposition(metrics, sources, connection);
      },
      log,
      pages:
        role === 'worker'
          ? []
          : [
              ...recordingPages({ config, log, metrics, releases }),
              ...dashboardPages({
                config,
                redis,
                health,
                queue,
                recentEvents,
                overview,
                log,
                releases,
                metrics,
              }),
            ],
      ...webhook,
      tracing,
    });
    // Any number of workers may run on one machine: none of them needs a certain port.
    const server = await startServer(app, config.port, { orAnyOther: role === 'worker' });
    releases.add(() => server.close());
    heartbeat.start(() => connection && crmStateOf(connection));
    // The first to be stopped: from then on this process takes no more calls.
    releases.add(() => heartbeat.stop());
    log.info('listening', { url: server.url, port: server.port, role, version });
    return { url: server.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Waits for Redis, so that the first event is not rejected because the connection is still being made. Throws when a
 * newer version has written to it: a Redis that is not there now is asked before an event is stored or a job taken.
 */
async function startOn(redis: RedisClient, health: RedisHealth): Promise<void> {
  if (!(await connectedWithin(redis, CONNECT_MS))) return;
  const fault = await health.diagnose(ANSWER_MS);
  if (isNewerSchema(fault)) throw new OperatorError(faultText(fault), { code: fault.code });
}

function crmStateOf({ connected, reason, fault, usage }: CrmConnection): RunningProcess['crm'] {
  const { kind, code } = fault ?? {};
  return {
    connected,
    ...(!connected && reason !== undefined && { reason }),
    ...(!connected && kind && kind !== 'rejected' && { kind }),
    ...(!connected && code && { code }),
    ...(usage && { usage }),
  };
}

/** The text of `/metrics`; without Redis it says nothing about the queue. */
async function exposition(metrics: Metrics, sources: StateSources, connection: CrmConnection | undefined) {
  const usage = connection?.usage;
  if (usage) metrics.usage(usage.used, usage.limit);
  return { contentType: metrics.contentType, text: await metrics.render(await readServiceState(sources)) };
}

interface IngressParts {
  readonly config: Config;
  readonly redis: RedisClient;
  readonly recentEvents: RecentEvents | undefined;
  readonly health: RedisHealth;
  readonly queue: CallQueue;
  readonly metrics: Metrics;
  readonly monitoring: Monitoring;
  readonly log: Log;
  readonly releases: Releases;
}

function webhookParts(parts: IngressParts): Omit<WebhookParts, 'log'> {
  const { config, redis, health, queue, recentEvents, metrics, monitoring, log, releases } = parts;
  const history = openHistoryRecorder(personNamer(config.defaultCountry), redis, log, releases);
  const crms = Object.keys(connectors);
  return {
    verifier: createVerifier(config.webhook.secrets, config.webhook.scheme),
    async enqueue(event: CallEvent, receivedAt: number, traceparent?: string) {
      const result = await enqueue(queue, event, receivedAt, crms, traceparent).catch((error: Error) => {
        if (isDenied(error.message)) health.distrust();
        throw error;
      });
      history.received(event, receivedAt, result);
      // For the preview page only, so an event that is missing there does no harm.
      if (result === 'queued') recentEvents?.add(event, receivedAt).catch(() => {});
      return result;
    },
    async backpressureReason() {
      // The sender waits for the answer as long as for storing the event.
      const fault = await health.eventFault();
      return fault && faultText(fault);
    },
    metrics: countEvents(metrics, monitoring),
    onRefused: refusalRecorder(openRefusedDeliveries(redis), log),
  };
}
