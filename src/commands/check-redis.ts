/** Checks Redis and the queue for `doctor`. */
import type { Finding } from '../../connectors/connector.ts';
import { openPauseNotice } from '../queue/pause-notice.ts';
import { jobCounts, openQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { commandLine } from './command-line.ts';
import { error, ok, warning } from './findings.ts';
import { connected } from './session.ts';

export async function checkRedis(redis: RedisClient, nodes: readonly string[]): Promise<Finding[]> {
  try {
    await connected(redis, nodes);
    return [ok('Redis', 'answers'), ...(await checkServer(redis)), ...(await checkQueue(redis))];
  } catch (cause) {
    return [error('Redis', (cause as Error).message, 'start Redis or fix REDIS_URL')];
  }
}

async function checkServer(redis: RedisClient): Promise<Finding[]> {
  const findings: Finding[] = [];
  const policy = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1];
  if (policy !== undefined && policy !== 'noeviction') {
    const fix = 'set maxmemory-policy noeviction';
    findings.push(error('Redis', `evicts keys (${policy}): calls can be lost`, fix));
  }
  if (!/^aof_enabled:1/m.test(await redis.info('persistence'))) {
    const message = 'keeps no append-only file: a crash of Redis loses calls';
    findings.push(warning('Redis', message, 'start it with --appendonly yes'));
  }
  return findings;
}

async function checkQueue(redis: RedisClient): Promise<Finding[]> {
  const { wait, active, delayed, failed = 0 } = await jobCounts(openQueue(redis));
  const findings = [ok('queue', `${wait} queued, ${active} being written, ${delayed} retrying`)];
  if (failed > 0) {
    const list = `\`${commandLine('failed', 'list')}\` prints the reasons`;
    const retry = `\`${commandLine('failed', 'retry')}\` tries again`;
    const count = failed === 1 ? '1 dead letter' : `${failed} dead letters`;
    findings.push(warning('queue', count, `${list}, ${retry}`));
  }
  const pause = await openPauseNotice(redis).read();
  if (pause) {
    const nextAttempt = new Date(pause.until).toISOString();
    findings.push(error('queue', `paused: ${pause.reason}`, `next attempt at ${nextAttempt}`));
  }
  return findings;
}
