/** Checks Redis and the queue for `doctor`. */
import type { Finding } from '../../connectors/connector.ts';
import { openPauseNotice } from '../queue/pause-notice.ts';
import { jobCounts, openQueue } from '../queue/queue.ts';
import { connectedWithin, type RedisClient } from '../queue/redis.ts';
import { explainRedis, FULL, isDenied } from '../queue/redis-fault.ts';
import { FULL_FROM_SHARE, NEARLY_FULL_FROM_SHARE, RedisHealth } from '../queue/redis-health.ts';
import { connectionFault } from '../queue/redis-state.ts';
import { newerSchemaFault } from '../queue/schema-version.ts';
import { checkWorkers } from './check-workers.ts';
import { commandLine } from './command-line.ts';
import { error, ok, warning } from './findings.ts';
import { CONNECT_MS } from './session.ts';
import { counted, timeText } from './texts.ts';

export async function checkRedis(redis: RedisClient, nodes: readonly string[]): Promise<Finding[]> {
  const hosts = nodes.map((node) => new URL(node).host).join(', ');
  try {
    const health = new RedisHealth(redis, { takesJobs: true });
    const fault = (await connectedWithin(redis, CONNECT_MS))
      ? await health.check()
      : await connectionFault(redis);
    if (fault) return [error('Redis', `${fault.reason} at ${hosts}`, fault.fix)];
    return [
      ok('Redis', 'answers'),
      ...(await checkSchema(redis)),
      ...checkMemory(health.memoryUsed),
      ...(await checkServer(redis)),
      ...(await checkQueue(redis)),
      ...(await checkWorkers(redis)),
    ];
  } catch (cause) {
    const { reason, fix } = explainRedis(cause as Error);
    return [error('Redis', `${reason} at ${hosts}`, fix)];
  }
}

async function checkSchema(redis: RedisClient): Promise<Finding[]> {
  const fault = await newerSchemaFault(redis);
  return fault ? [error('Redis', fault.reason, fault.fix)] : [];
}

function checkMemory(used = 0): Finding[] {
  if (used < NEARLY_FULL_FROM_SHARE) return [];
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const message = `is ${percent(used)} full: from ${percent(FULL_FROM_SHARE)} on no event is accepted`;
  return [warning('Redis', message, FULL.fix)];
}

/** A managed account often may not ask INFO; the service works without it. */
async function checkServer(redis: RedisClient): Promise<Finding[]> {
  const [memory, persistence] = await Promise.all([infoOf(redis, 'memory'), infoOf(redis, 'persistence')]);
  if (memory === undefined || persistence === undefined) {
    const message = 'the user of REDIS_URL may not run INFO, so eviction and persistence are not checked';
    return [
      warning(
        'Redis',
        message,
        'allow it (ACL rule +info), or see yourself that maxmemory-policy is noeviction',
      ),
    ];
  }
  const findings: Finding[] = [];
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
  if (policy !== undefined && policy !== 'noeviction') {
    const fix = 'set maxmemory-policy noeviction';
    findings.push(error('Redis', `evicts keys (${policy}): calls can be lost`, fix));
  }
  if (!/^aof_enabled:1/m.test(persistence)) {
    const message = 'keeps no append-only file: a crash of Redis loses calls';
    findings.push(warning('Redis', message, 'start it with --appendonly yes'));
  }
  return findings;
}

async function infoOf(redis: RedisClient, section: string): Promise<string | undefined> {
  return redis.info(section).catch((cause: Error) => {
    if (isDenied(cause.message)) return undefined;
    throw cause;
  });
}

async function checkQueue(redis: RedisClient): Promise<Finding[]> {
  const { wait, active, delayed, failed } = await jobCounts(openQueue(redis));
  const findings = [ok('queue', `${wait} queued, ${active} being written, ${delayed} retrying`)];
  if (failed > 0) {
    const list = `\`${commandLine('failed', 'list')}\` prints the reasons`;
    const retry = `\`${commandLine('failed', 'retry')}\` tries again`;
    findings.push(warning('queue', counted(failed, 'dead letter'), `${list}, ${retry}`));
  }
  const pause = await openPauseNotice(redis).read();
  if (pause) {
    findings.push(error('queue', `paused: ${pause.reason}`, `next attempt at ${timeText(pause.until)}`));
  }
  return findings;
}
