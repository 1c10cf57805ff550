/** Checks Redis for `doctor`. */
import { connectedWithin, type RedisClient } from '../queue/redis.ts';
import { explainRedis, FULL, isDenied } from '../queue/redis-fault.ts';
import { FULL_FROM_SHARE, NEARLY_FULL_FROM_SHARE, RedisHealth } from '../queue/redis-health.ts';
import { connectionFault } from '../queue/redis-state.ts';
import { newerSchemaFault } from '../queue/schema-version.ts';
import { type DoctorFinding, error, ok, warning } from './findings.ts';
import { CONNECT_MS } from './session.ts';

export async function checkRedis(redis: RedisClient, nodes: readonly string[]): Promise<DoctorFinding[]> {
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
      ...(await checkClock(redis)),
    ];
  } catch (cause) {
    const { reason, fix } = explainRedis(cause as Error);
    return [error('Redis', `${reason} at ${hosts}`, fix)];
  }
}

async function checkSchema(redis: RedisClient): Promise<DoctorFinding[]> {
  const fault = await newerSchemaFault(redis);
  return fault ? [error('Redis', fault.reason, fault.fix)] : [];
}

function checkMemory(used = 0): DoctorFinding[] {
  if (used < NEARLY_FULL_FROM_SHARE) return [];
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const message = `is ${percent(used)} full: from ${percent(FULL_FROM_SHARE)} on no event is accepted`;
  return [warning('Redis', message, FULL.fix)];
}

/** A managed account often may not ask INFO; the service works without it. */
async function checkServer(redis: RedisClient): Promise<DoctorFinding[]> {
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
  const findings: DoctorFinding[] = [];
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

/** Times in messages and the order of a person's calls come from the clocks of the hosts. */
const MAX_SKEW_MS = 5_000;

async function checkClock(redis: RedisClient): Promise<DoctorFinding[]> {
  const before = Date.now();
  const [seconds, micros] = await redis.time();
  const after = Date.now();
  return clockFindings(Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000), before, after);
}

/** `before`, `after`: the time here when Redis was asked for its own, and when it had answered; ms since the epoch. */
export function clockFindings(there: number, before: number, after: number): DoctorFinding[] {
  const skew = there < before ? before - there : Math.max(0, there - after);
  if (skew < MAX_SKEW_MS) return [];
  const message = `the clocks of this machine and of Redis differ by ${Math.round(skew / 1_000)} s`;
  return [warning('clock', message, 'synchronise both with a time server (NTP)')];
}
