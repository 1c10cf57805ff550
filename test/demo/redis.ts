/** The Redis of the demo: one of its own, unless REDIS_URL names one. */
import { parseRedisUrl } from '../../src/config/redis-url.ts';
import { openRunningProcesses } from '../../src/monitoring/running-processes.ts';
import { jobCounts, openQueue, waitingCount } from '../../src/queue/queue.ts';
import { connectedWithin, connectProducer } from '../../src/queue/redis.ts';
import { startRedis } from '../redis-server.ts';
import { DemoError } from './demo-error.ts';

export interface DemoRedis {
  readonly url: string;
  /** How many calls no worker has taken yet. */
  waiting(): Promise<number>;
  close(): Promise<void>;
}

const CONNECT_MS = 3_000;

/** Throws DemoError when there is none, or another service uses it: the demo would write its calls. */
export async function openRedis(given: string | undefined): Promise<DemoRedis> {
  const own = given ? undefined : await startOwn();
  const url = own?.url ?? given!;
  const target = parseRedisUrl(url);
  if (typeof target === 'string') throw new DemoError(`REDIS_URL ${target}`);
  const redis = connectProducer({ ...target, ca: undefined });
  redis.on('error', () => {});
  const queue = openQueue(redis);
  queue.on('error', () => {});
  const close = async () => {
    redis.disconnect();
    await own?.stop();
  };
  try {
    if (!(await connectedWithin(redis, CONNECT_MS))) {
      throw new DemoError('the Redis of REDIS_URL does not answer: start it, or unset REDIS_URL');
    }
    const processes = await openRunningProcesses(redis).list();
    const { wait, active, delayed, failed } = await jobCounts(queue);
    if (processes.length > 0 || wait + active + delayed + failed > 0) {
      throw new DemoError(
        'the Redis of REDIS_URL belongs to a service: name another one for the demo, or unset REDIS_URL',
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { url, waiting: () => waitingCount(queue), close };
}

async function startOwn() {
  try {
    return await startRedis();
  } catch (error) {
    throw new DemoError(`Redis does not start: ${(error as Error).message}`, error);
  }
}
