/** The session of a command: configuration, a log on stderr, Redis and the connector, all closed at the end. */
import type { Connector } from '../../connectors/connector.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { createLog, type Log } from '../log.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { openSchemaGuard } from '../monitoring/schema-guard.ts';
import { type CallQueue, openQueue, QUEUE_NAME } from '../queue/queue.ts';
import { connectedWithin, connectProducer, type RedisClient } from '../queue/redis.ts';
import { explainRedis, type RedisFault, replyCode } from '../queue/redis-fault.ts';
import { faultText, RedisHealth } from '../queue/redis-health.ts';
import { connectionFault } from '../queue/redis-state.ts';
import { newerSchemaFault, type SchemaGuard } from '../queue/schema-version.ts';
import { createConnector } from '../service/create-connector.ts';
import { CommandError } from './command-line.ts';

/** On stderr: on stdout are the results. */
export function commandLog(level: 'info' | 'warn'): Log {
  return createLog({ level, format: 'pretty', stderr: true });
}

export interface Session {
  readonly config: Config;
  readonly log: Log;
  readonly redis: RedisClient;
  readonly connector: Connector;
  readonly mapping: CompiledMapping;
}

/** Runs `work` with the connector; Redis need not be there. */
export async function withConnector<T>(
  env: NodeJS.ProcessEnv,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const config = await loadConfig(env, 'command');
  const log = commandLog('warn');
  const redis = connectProducer(config.redis);
  // `connected` says why Redis cannot be reached.
  redis.on('error', () => {});
  const { connector, mapping } = await createConnector(config, redis, log);
  try {
    return await work({ config, log, redis, connector, mapping });
  } finally {
    await connector.close();
    redis.disconnect();
  }
}

/**
 * Runs `work` with the queue. Throws CommandError when Redis does not answer, or answers with an error; and, unless `work`
 * only reads, when Redis holds data of a newer schema.
 */
export async function withQueue<T>(
  env: NodeJS.ProcessEnv,
  access: 'reads' | 'writes',
  work: (queue: CallQueue, redis: RedisClient, config: Config) => Promise<T>,
): Promise<T> {
  const config = await loadConfig(env, 'queue');
  const redis = connectProducer(config.redis);
  // `connected` says why Redis cannot be reached.
  redis.on('error', () => {});
  try {
    await connected(redis, config.redis.nodes);
    const schema = openSchemaGuard(redis);
    await checkSchema(redis, schema, config.redis.nodes, access);
    const queue = openQueue(redis, QUEUE_NAME, () => schema.isSettled);
    queue.on('error', () => {});
    return await work(queue, redis, config);
  } catch (cause) {
    if (replyCode(cause as Error) === undefined) throw cause;
    throw await redisError(redis, config.redis.nodes, cause as Error);
  } finally {
    redis.disconnect();
  }
}

/** How long a command waits for Redis. */
export const CONNECT_MS = 3_000;
/** The same where it can do without. */
export const OPTIONAL_REDIS_MS = 1_000;

/** Throws CommandError when Redis does not answer soon: a command does not wait for it. */
export async function connected(redis: RedisClient, nodes: readonly string[]): Promise<void> {
  if (await connectedWithin(redis, CONNECT_MS)) return;
  throw faultError(await connectionFault(redis), nodes);
}

/** For a command that writes, and can do without Redis: throws CommandError when Redis holds data of a newer schema. */
export async function refuseNewerSchema({ redis, config }: Pick<Session, 'redis' | 'config'>): Promise<void> {
  if (!(await connectedWithin(redis, OPTIONAL_REDIS_MS))) return;
  // A Redis that answers with an error is as good as none.
  const fault = await newerSchemaFault(redis).catch(() => undefined);
  if (fault) throw faultError(fault, config.redis.nodes);
}

async function checkSchema(
  redis: RedisClient,
  schema: SchemaGuard,
  nodes: readonly string[],
  access: 'reads' | 'writes',
): Promise<void> {
  const fault = access === 'writes' ? await schema.check() : await newerSchemaFault(redis);
  if (!fault) return;
  if (access === 'writes') throw faultError(fault, nodes);
  commandLog('warn').warn('what follows may be wrong', { code: fault.code, reason: faultText(fault) });
}

/** `cause`: an error that Redis answered. A health check knows more than a single error, such as a Sentinel. */
async function redisError(redis: RedisClient, nodes: readonly string[], cause: Error): Promise<CommandError> {
  const fault = await new RedisHealth(redis, { takesJobs: true }).check().catch(() => undefined);
  return faultError(fault ?? explainRedis(cause), nodes, cause);
}

function faultError(fault: RedisFault, nodes: readonly string[], cause?: Error): CommandError {
  const hosts = nodes.map((node) => new URL(node).host).join(', ');
  return new CommandError(`Redis at ${hosts}: ${faultText(fault)}`, { code: fault.code, cause });
}
