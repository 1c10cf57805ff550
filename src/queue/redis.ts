/** Redis connections. A producer must fail fast; a worker must wait for Redis, however long it takes. */
import { Cluster, Redis } from 'ioredis';
import { settlesWithin } from '../timeout.ts';

/** `nodes` holds one URL for a single server, several for a cluster. */
export interface RedisTarget {
  readonly nodes: readonly string[];
}

export type RedisClient = Redis | Cluster;

/**
 * All keys begin with it, BullMQ's too. The braces put them into one slot of a cluster, as BullMQ's scripts require.
 */
export const KEY_PREFIX = '{altur}';

/** How long a producer waits for an answer of Redis before the event is rejected, ms. */
const PRODUCER_TIMEOUT_MS = 1_500;

/** For the ingress and the commands: rejects within seconds when Redis is down or hangs. */
export function connectProducer(target: RedisTarget): RedisClient {
  return connect(target, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: PRODUCER_TIMEOUT_MS,
    connectTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
  });
}

/** For workers: commands wait until the connection is back; BullMQ requires `maxRetriesPerRequest: null`. */
export function connectWorker(target: RedisTarget): RedisClient {
  return connect(target, {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(attempt * 200, 2_000),
  });
}

/** Whether Redis is connected within `ms`. If not, the client keeps trying. */
export async function connectedWithin(redis: RedisClient, ms: number): Promise<boolean> {
  if (redis.status === 'ready') return true;
  const ready = Promise.withResolvers<void>();
  redis.once('ready', ready.resolve);
  try {
    return await settlesWithin(ready.promise, ms);
  } finally {
    redis.off('ready', ready.resolve);
  }
}

interface ConnectionOptions {
  enableOfflineQueue?: boolean;
  maxRetriesPerRequest: number | null;
  commandTimeout?: number;
  connectTimeout?: number;
  retryStrategy(attempt: number): number;
}

function connect(target: RedisTarget, connectionOptions: ConnectionOptions): RedisClient {
  const [first, ...others] = target.nodes;
  if (first === undefined) throw new Error('no Redis address: set REDIS_URL');
  // After a failover the old master answers READONLY; only a new connection reaches the new one.
  const options = {
    ...connectionOptions,
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  };
  if (others.length === 0) return new Redis(first, options);
  const { retryStrategy, enableOfflineQueue = true, ...redisOptions } = options;
  return new Cluster([...target.nodes], {
    clusterRetryStrategy: retryStrategy,
    enableOfflineQueue,
    redisOptions: { ...redisOptions, ...clusterCredentials(first) },
  });
}

/** A cluster client takes hosts from the URLs but not the user, the password or TLS. */
function clusterCredentials(url: string) {
  const { protocol, username, password } = new URL(url);
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}
