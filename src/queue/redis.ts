/** Redis connections. A producer must fail fast; a worker must wait for Redis, however long it takes. */
import { Redis, type RedisOptions } from 'ioredis';
import { settlesWithin } from '../timeout.ts';
import { connectorTo, RedisNodes } from './node-connector.ts';
import { addressOf, credentialsOf, databaseOf, type TlsOptions } from './redis-address.ts';
import { trackState } from './redis-state.ts';

export interface RedisTarget {
  /** The URL of one server or of one node of a cluster; of several nodes; or of the Sentinels. */
  readonly nodes: readonly string[];
  /** The master's name at the Sentinels. */
  readonly sentinelMaster?: string | undefined;
  /** PEM, for `rediss://`; the system's authorities by default. */
  readonly ca?: string | undefined;
}

export type RedisClient = Redis;

/** The types of replies depend on `replyMapping`; ours is the default. */
type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

/**
 * All keys begin with it, BullMQ's too. The braces put them into one slot of a cluster, as BullMQ's scripts require.
 */
export const KEY_PREFIX = '{altur}';

/** How long a producer waits for an answer of Redis before the event is rejected, ms. */
const PRODUCER_TIMEOUT_MS = 1_500;

/**
 * A connection that dies without a word (a node without power, a dropped NAT entry) shows only by its silence: with an
 * answer outstanding and nothing received for this long, it is closed, and a new one is made.
 */
const PRODUCER_SILENCE_MS = 5_000;

/** A worker waits for a job in a command that blocks for 10 s at most: that long, silence means nothing. */
const WORKER_SILENCE_MS = 12_500;

/** For the ingress and the commands: rejects within seconds when Redis is down or hangs. */
export function connectProducer(target: RedisTarget): RedisClient {
  return connect(target, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: PRODUCER_TIMEOUT_MS,
    connectTimeout: 2_000,
    socketTimeout: PRODUCER_SILENCE_MS,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
  });
}

/** For workers: commands wait until the connection is back; BullMQ requires `maxRetriesPerRequest: null`. */
export function connectWorker(target: RedisTarget): RedisClient {
  return connect(target, {
    maxRetriesPerRequest: null,
    connectTimeout: 5_000,
    socketTimeout: WORKER_SILENCE_MS,
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

function connect(target: RedisTarget, options: ClientOptions): RedisClient {
  const [first] = target.nodes;
  if (first === undefined) throw new Error('no Redis address: set REDIS_URL');
  const tls: TlsOptions | undefined = first.startsWith('rediss:')
    ? { ...(target.ca !== undefined && { ca: target.ca }) }
    : undefined;
  const shared: ClientOptions = {
    ...options,
    ...credentialsOf(first),
    db: databaseOf(first),
    ...(tls && { tls }),
  };
  const redis =
    target.sentinelMaster === undefined
      ? connectToNodes(target, shared, tls)
      : connectBySentinels(target, shared, tls);
  trackState(redis);
  return redis;
}

function connectToNodes(
  { nodes: urls }: RedisTarget,
  options: ClientOptions,
  tls: TlsOptions | undefined,
): RedisClient {
  const nodes = new RedisNodes(urls, `${KEY_PREFIX}:slot`, tls);
  const own: ClientOptions = {
    ...options,
    ...addressOf(urls[0]!),
    Connector: connectorTo(nodes),
    reconnectOnError(error) {
      if (isReadOnly(error)) return true;
      if (!error.message.startsWith('MOVED ')) return false;
      nodes.markCluster();
      // Connects again and sends the command again, which the other node has not carried out.
      return 2;
    },
  };
  return new Redis(own);
}

/** The Sentinels share the password with the server, or have none. */
function connectBySentinels(
  { nodes, sentinelMaster }: RedisTarget,
  options: ClientOptions,
  tls: TlsOptions | undefined,
): RedisClient {
  const own: ClientOptions = {
    ...options,
    sentinels: nodes.map(addressOf),
    name: sentinelMaster!,
    sentinelCommandTimeout: 2_000,
    ...(options.password && { sentinelPassword: options.password }),
    ...(tls && { sentinelTLS: tls, enableTLSForSentinelMode: true }),
    reconnectOnError: isReadOnly,
  };
  return new Redis(own);
}

/**
 * After a failover the old master answers READONLY; only a new connection reaches the new one. Before Redis 7 the error
 * of a script holds it in the middle.
 */
function isReadOnly({ message }: Error): boolean {
  return /\bREADONLY\b/.test(message);
}
