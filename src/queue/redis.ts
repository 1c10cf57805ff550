/** Redis connections. A producer must fail fast, a worker must wait for Redis however long it is away. */
import { Cluster, Redis } from 'ioredis';

/** `nodes` holds one URL for a single server, several for a cluster. */
export interface RedisTarget {
  readonly nodes: readonly string[];
}

export type RedisClient = Redis | Cluster;

/**
 * Every key of ours and of BullMQ's begins with this. The braces put all of them into one slot of a cluster,
 * as BullMQ's scripts require.
 */
export const KEY_PREFIX = '{altur}';

/** Milliseconds a producer waits for Redis' answer before the sender is told to come back. */
const PRODUCER_TIMEOUT_MS = 1_500;

/** For the ingress and the commands: rejects within seconds when Redis is down, frozen or not there yet. */
export function connectProducer(target: RedisTarget): RedisClient {
  return connect(target, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: PRODUCER_TIMEOUT_MS,
    connectTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
  });
}

/** For workers: commands wait for the connection to come back; BullMQ demands `maxRetriesPerRequest: null`. */
export function connectWorker(target: RedisTarget): RedisClient {
  return connect(target, {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(attempt * 200, 2_000),
  });
}

/** Whether the connection stood within `ms`. A Redis that is not there yet is tried on all the same. */
export function connectedWithin(redis: RedisClient, ms: number): Promise<boolean> {
  if (redis.status === 'ready') return Promise.resolve(true);
  return new Promise((resolve) => {
    const settle = (ready: boolean) => {
      clearTimeout(late);
      redis.off('ready', onReady);
      resolve(ready);
    };
    const onReady = () => settle(true);
    const late = setTimeout(() => settle(false), ms);
    redis.once('ready', onReady);
  });
}

interface Manners {
  enableOfflineQueue?: boolean;
  maxRetriesPerRequest: number | null;
  commandTimeout?: number;
  connectTimeout?: number;
  retryStrategy(attempt: number): number;
}

function connect(target: RedisTarget, manners: Manners): RedisClient {
  const [first, ...others] = target.nodes;
  if (first === undefined) throw new Error('no Redis address: set REDIS_URL');
  // After a failover the old master answers READONLY: only a new connection finds the new one.
  const options = {
    ...manners,
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
