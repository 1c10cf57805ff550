/** The guard of the schema of a process, which looks at what the running processes know before it raises the schema. */
import type { RedisClient } from '../queue/redis.ts';
import { SchemaGuard } from '../queue/schema-version.ts';
import { openRunningProcesses } from './running-processes.ts';

export function openSchemaGuard(redis: RedisClient): SchemaGuard {
  const processes = openRunningProcesses(redis);
  return new SchemaGuard(redis, async () => (await processes.list()).map(({ schema }) => schema));
}
