/** A simulated Altur and CRM, a Redis, and the parts of a reconcile in this process: unpaced, unless a test says so. */
import type { Connector } from '../../connectors/connector.ts';
import { AlturApi } from '../../src/altur/api-client.ts';
import { loadConfig } from '../../src/config/config.ts';
import { openLedger } from '../../src/queue/ledger.ts';
import { type CallQueue, openQueue } from '../../src/queue/queue.ts';
import { connectProducer, connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import { type ReconcileOptions, type ReconcileParts, reconcile } from '../../src/reconcile/reconcile.ts';
import type { ReconcileRun } from '../../src/reconcile/reconcile-run.ts';
import { withRunLease } from '../../src/reconcile/run-lease.ts';
import { createConnector } from '../../src/service/create-connector.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { recordingLog } from '../recording-log.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type AlturOptions, startAltur } from '../simulators/altur/altur.ts';
import type { AlturSimulator } from '../simulators/altur/altur-simulator.ts';

export const HOUR_MS = 3_600_000;
export const UNPACED = { turn: async () => {} };

export interface World {
  readonly altur: AlturSimulator;
  readonly redis: RedisClient;
  readonly queue: CallQueue;
  readonly connector: Connector;
  /** Of processes and commands. */
  readonly env: Record<string, string>;
  parts(changes?: Partial<ReconcileParts>): ReconcileParts;
  /** The last hour, unless told otherwise. */
  run(options?: Partial<ReconcileOptions>, changes?: Partial<ReconcileParts>): Promise<ReconcileRun>;
  stopRedis(): Promise<void>;
  /** On the same port, and empty. */
  startRedis(): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(crm: Record<string, string>, options: AlturOptions = {}): Promise<World> {
  let server: RedisServer = await startRedis();
  const altur = await startAltur({ rateLimit: { perSecond: 100_000 }, ...options });
  const env = {
    ...BASE_ENVIRONMENT,
    ...crm,
    REDIS_URL: server.url,
    ALTUR_API_KEY: altur.apiKey,
    ALTUR_API_URL: altur.apiUrl,
  };
  const config = await loadConfig(env, 'command');
  const redis = connectWorker(config.redis);
  const queue = openQueue(redis);
  // The queue repeats the errors of its connection.
  queue.on('error', () => {});
  const cache = connectProducer(config.redis);
  const { connector } = await createConnector(config, cache, recordingLog());
  const account = await connector.account?.();
  const world: World = {
    ...{ altur, redis, queue, connector, env },
    parts: (changes = {}) => ({
      ...{ redis, queue, connector, account },
      altur: new AlturApi({ apiKey: altur.apiKey, apiUrl: altur.apiUrl }, UNPACED),
      ledger: openLedger(redis, connector.name),
      usage: async () => connector.usage?.(),
      waitReason: async () => undefined,
      ...changes,
    }),
    run(given = {}, changes = {}) {
      const now = Date.now();
      const run: ReconcileOptions = {
        kind: 'reconcile',
        window: { from: now - HOUR_MS - 60_000, to: now },
        graceMs: 0,
        isDryRun: false,
        ...given,
      };
      const { signal } = new AbortController();
      if (run.isDryRun) return reconcile(world.parts(changes), run, undefined, signal);
      return withRunLease(redis, { kind: run.kind, by: 'command' }, (lease) => {
        return reconcile(world.parts(changes), run, lease, signal);
      });
    },
    stopRedis: () => server.stop(),
    async startRedis() {
      server = await startRedis({}, Number(new URL(server.url).port));
    },
    async close() {
      await connector.close();
      await queue.close();
      cache.disconnect();
      redis.disconnect();
      await altur.close();
      await server.stop();
    },
  };
  return world;
}
