/** The composition root: builds the parts a role needs, and takes them down in reverse. */
import type { Connector, Log } from '../../connectors/connector.ts';
import type { CallEvent } from '../altur/event.ts';
import { createVerifier } from '../altur/signature.ts';
import type { Config } from '../config/config.ts';
import { compiledMapping } from '../config/effective-mapping.ts';
import { createApp } from '../ingress/app.ts';
import { startServer } from '../ingress/server.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { createMetrics, type Metrics } from '../metrics.ts';
import { watchCapacity } from '../queue/backpressure.ts';
import { openLastWrites } from '../queue/last-writes.ts';
import { openLedger } from '../queue/ledger.ts';
import { openPauseNotice } from '../queue/pause-notice.ts';
import { openPersonCache } from '../queue/person-cache.ts';
import { openProvisionNotice } from '../queue/provision-notice.ts';
import { type CallQueue, enqueue, openQueue, waitingJobs } from '../queue/queue.ts';
import { openRecent } from '../queue/recent-events.ts';
import { connectedWithin, connectProducer, connectWorker, type RedisClient } from '../queue/redis.ts';
import { leaseNames } from '../worker/lease.ts';
import { syncBatch } from '../worker/sync-batch.ts';
import { startWorker } from '../worker/worker.ts';
import { greet } from './connect-to-crm.ts';
import { openPages } from './dashboard-pages.ts';
import { checkReadiness, type Start } from './readiness.ts';

export interface Service {
  /** Where the ingress, or a lone worker's health, is served. */
  readonly url: string;
  /** Stops taking, finishes what is under way, leaves; never longer than 25 s. Idempotent. */
  close(): Promise<void>;
}

/**
 * Of the 25 s a stop may take, this long for the batches under way. Before, whoever is being answered may take 5 s; after,
 * aborting takes up to 2 s.
 */
const DRAIN_MS = 17_000;

/** A healthy Redis answers in far less; without one the ingress listens all the same, to answer 503. */
const CONNECT_MS = 1_000;

export async function startService(
  config: Config,
  role: 'all' | 'ingress' | 'worker',
  log: Log,
): Promise<Service> {
  const releases: (() => Promise<unknown> | unknown)[] = [];
  const close = once(() => releaseAll(releases, log));
  try {
    const metrics = createMetrics();
    const redis = connectProducer(config.redis);
    redis.on('error', (error) => log.error('Redis is not reachable', { error }));
    releases.push(() => redis.disconnect());
    const queue = openQueue(redis);
    queue.on('error', () => {});
    const pause = openPauseNotice(redis);

    const worker = role === 'ingress' ? undefined : await startWorking(config, metrics, log, releases);
    const readiness = () => checkReadiness(redis, pause, worker);
    const exposition = async () => {
      const asked = Promise.all([waitingJobs(queue), pause.read()]);
      const state = await asked.then(
        ([jobs, notice]) => ({ jobs, paused: notice !== undefined }),
        () => undefined,
      );
      return { contentType: metrics.contentType, text: await metrics.render(state) };
    };
    const taking = role === 'worker' ? {} : takeEvents(config, redis, queue, metrics, releases);
    // The first event must not be turned away for a connection that is only being made.
    await connectedWithin(redis, CONNECT_MS);
    const pages = role === 'worker' ? [] : openPages(config, redis, log, releases);
    const app = createApp({ readiness, exposition, log, pages, ...taking });
    // Any number of workers may run on one machine: none needs a certain port.
    const server = await startServer(app, config.port, { orAnyOther: role === 'worker' });
    releases.push(() => server.close());
    log.info('listening', { url: server.url, port: server.port, role });
    return { url: server.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the webhook needs. */
function takeEvents(
  config: Config,
  redis: RedisClient,
  queue: CallQueue,
  metrics: Metrics,
  releases: (() => unknown)[],
) {
  const capacity = watchCapacity(redis);
  const recent = openRecent(redis);
  releases.push(capacity.stop);
  return {
    verifier: createVerifier(config.webhook.secrets, config.webhook.scheme),
    async enqueue(event: CallEvent, receivedAt: number) {
      const result = await enqueue(queue, event, receivedAt);
      // For the preview page only: what cannot be remembered is not missed.
      if (config.dashboardPassword && result === 'queued') recent.remember(event, receivedAt).catch(() => {});
      return result;
    },
    shortage: capacity.shortage,
    metrics,
  };
}

/** Starts the worker. Answers whether the CRM has answered this process yet. */
async function startWorking(config: Config, metrics: Metrics, log: Log, releases: (() => unknown)[]) {
  const connection = connectWorker(config.redis);
  connection.on('error', (error) => log.error('Redis is not reachable', { error }));
  releases.push(() => connection.disconnect());
  const { connector, mapping } = await createConnector(config, connection, log);
  releases.push(() => connector.close());
  const queue = openQueue(connection);
  queue.on('error', () => {});
  const pause = openPauseNotice(connection);
  const ledger = openLedger(connection, connector.name);
  const personCache = openPersonCache(connection, connector.name);
  const provisioned = openProvisionNotice(connection, connector.name);
  // What was provisioned before the schema is read is in it.
  provisioned.isNew().catch(() => {});
  const started: Start = { ok: false };
  const worker = startWorker({
    connection,
    queue,
    connector,
    pause,
    log,
    names: ({ event }) => leaseNames({ callId: event.id, person: mapping.identify(event) }),
    sync: async (deliveries, signal) => {
      if (await provisioned.isNew()) connector.invalidateSchema?.();
      const decisions = await syncBatch(
        { connector, mapping, ledger, personCache, redis: connection, log },
        deliveries,
        signal,
      );
      started.ok = true;
      return decisions;
    },
    onBatch(size, ms) {
      metrics.batch(size, ms);
      const usage = connector.usage?.();
      if (usage) metrics.usage(usage.used, usage.limit);
    },
    onDecision: ({ action }) => metrics.call(action),
  });
  releases.push(async () => {
    if (!(await worker.close(DRAIN_MS)))
      log.warn('left with calls under way: another worker takes them over');
  });
  releases.push(greet(connector, started, log));
  return started;
}

/** The chosen connector and the mapping in force; also what the commands work with. */
export async function createConnector(
  config: Config,
  redis: RedisClient,
  log: Log,
): Promise<{ connector: Connector; mapping: CompiledMapping }> {
  if (!config.connector) throw new Error('this process has no connector');
  const { definition, settings } = config.connector;
  const mapping = await compiledMapping(config);
  const connector = definition.create(settings, {
    policy: mapping.policy,
    personCache: openPersonCache(redis, definition.name),
    lastWrites: openLastWrites(redis, definition.name),
    log,
    timeZone: config.timeZone,
    objects: mapping.objects,
  });
  return { connector, mapping };
}

async function releaseAll(releases: (() => unknown)[], log: Log): Promise<void> {
  for (const release of releases.reverse()) {
    try {
      await release();
    } catch (error) {
      log.warn('trouble while stopping', { error });
    }
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
