/** A worker process of the simulation: the core, wired as src/service/call-worker.ts does it. */
import type { CallRecord, Connector, Log } from '../../connectors/connector.ts';
import type { JobData } from '../../src/queue/job.ts';
import { openLastWrites } from '../../src/queue/last-writes.ts';
import { openLedger } from '../../src/queue/ledger.ts';
import { openPauseNotice } from '../../src/queue/pause-notice.ts';
import { openPersonCache } from '../../src/queue/person-cache.ts';
import { concurrencyKeys } from '../../src/worker/concurrency-keys.ts';
import { syncBatch } from '../../src/worker/sync-batch.ts';
import { type RunningWorker, startWorker } from '../../src/worker/worker.ts';
import type { Actor } from './clock.ts';
import { simulatedConnector } from './crm/connector.ts';
import type { CrmRecords } from './crm/records.ts';
import type { CrmRequests } from './crm/requests.ts';
import { POLICY, simulatedMapping } from './mapping.ts';
import { simulatedQueue } from './queue/client.ts';
import type { QueueServer } from './queue/server.ts';
import { SimulatedWorker } from './queue/worker.ts';
import { simulatedRedis } from './redis/client.ts';
import type { World } from './world.ts';
import type { WriteSpans } from './write-spans.ts';

export interface Servers {
  readonly queue: QueueServer;
  readonly records: CrmRecords;
  readonly requests: CrmRequests;
  readonly spans: WriteSpans;
}

const CRM = 'simulated';

export interface WorkerProcess {
  readonly running: RunningWorker;
  wake(): void;
}

/** To be called as `actor`. */
export function startWorkerProcess(world: World, servers: Servers, actor: Actor): WorkerProcess {
  const { plan } = world;
  const redis = simulatedRedis(world);
  const queue = simulatedQueue(world, servers.queue, redis);
  const log = tracedLog(world);
  const mapping = simulatedMapping(plan.people);
  const { records, requests } = servers;
  const parts = { records, requests, nests: plan.crm === 'nested', searchLagMs: plan.searchLagMs };
  const connector = simulatedConnector(parts, {
    policy: POLICY,
    personCache: openPersonCache(redis, CRM),
    lastWrites: openLastWrites(redis, CRM),
    log,
    timeZone: 'UTC',
    objects: ['person', 'call', 'task'],
  });
  const watched = watchedConnector(connector, servers.spans, actor);
  const ledger = openLedger(redis, CRM);
  /** By the digest of what was delivered: when its job was taken last by this process. */
  const takenAt = new Map<string, number>();
  let worker: SimulatedWorker | undefined;
  const running = startWorker({
    connection: redis,
    queue,
    connector: watched,
    pauseNotice: openPauseNotice(redis),
    log,
    concurrencyKeys: ({ event }) => concurrencyKeys({ callId: event.id, person: mapping.identify(event) }),
    sync: (deliveries, signal) => {
      const batch = { takenAt: deliveries.map(({ digest }) => takenAt.get(digest)!) };
      // Only what the worker uses of a mapping.
      const syncParts = { connector: watched, mapping: mapping as never, ledger, redis, log };
      return requests.batches.run(batch, () => syncBatch(syncParts, deliveries, signal));
    },
    openWorker(process, options) {
      const onTaken = ({ digest }: JobData) => void takenAt.set(digest, world.clock.now);
      worker = new SimulatedWorker({ world, server: servers.queue, onTaken }, process, options);
      return worker.asJobWorker;
    },
  });
  return { running, wake: () => worker!.wake() };
}

/** The connector, with a note of who writes which person when. */
function watchedConnector(connector: Connector, spans: WriteSpans, actor: Actor): Connector {
  const sync = async (records: readonly CallRecord[], signal: AbortSignal) => {
    const end = spans.begin(actor, records, signal);
    try {
      return await connector.sync(records, signal);
    } finally {
      end();
    }
  };
  return {
    name: connector.name,
    batchSize: connector.batchSize,
    maxInFlight: connector.maxInFlight,
    schema: () => connector.schema(),
    sync,
  } as Connector;
}

function tracedLog(world: World): Log {
  const write = (message: string, fields: object = {}) => {
    const { error, code, callId, callIds, inMs, pauseMs } = fields as Record<string, unknown>;
    const about = Object.entries({
      error: error && `${error}`,
      code,
      call: callId ?? callIds,
      inMs,
      pauseMs,
    });
    const texts = about.flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}`));
    world.trace(`log: ${message} ${texts.join(' ')}`);
  };
  return { debug: write, info: write, warn: write, error: write };
}
