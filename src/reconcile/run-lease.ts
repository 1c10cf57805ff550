/** The lease that lets one process at a time reconcile, and the holder that a second one is told of. */
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorError } from '../operator-error.ts';
import type { LeaseTiming } from '../queue/lease-renewal.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import { acquireRedisLease, leaseBeat, leaseHolder, type RedisLease } from '../queue/redis-lease.ts';
import type { ReconcileRun } from './reconcile-run.ts';

interface RunHolder {
  readonly kind: ReconcileRun['kind'];
  readonly by: 'command' | 'service';
  readonly host: string;
  readonly pid: number;
  /** ms since the epoch. */
  readonly startedAt: number;
}

const TIMING: LeaseTiming = { leaseMs: 10_000, renewEveryMs: 2_000 };
const LEASE_KEY = `${KEY_PREFIX}:reconcile:lease`;

/** Another process does it. */
export class RunningElsewhereError extends OperatorError {
  override readonly name = 'RunningElsewhereError';

  constructor({ kind, by, host, pid, startedAt }: RunHolder) {
    const who = by === 'service' ? 'the service' : 'a command';
    const since = new Date(startedAt).toISOString();
    super(`${who} (process ${pid} on ${host}) runs a ${kind} since ${since}: wait until it has ended`, {
      code: 'RECONCILE_RUNNING',
    });
  }
}

interface LeaseOptions extends Pick<RunHolder, 'kind' | 'by'> {
  /** The lease of a process that was killed is waited for until it lapses. */
  readonly patient?: boolean;
  readonly timing?: LeaseTiming;
}

/** Throws RunningElsewhereError. */
export async function withRunLease<T>(
  redis: RedisClient,
  options: LeaseOptions,
  work: (lease: RedisLease) => Promise<T>,
): Promise<T> {
  const lease = await acquire(redis, options);
  try {
    return await work(lease);
  } finally {
    await lease.release();
  }
}

async function acquire(
  redis: RedisClient,
  { kind, by, patient = false, timing = TIMING }: LeaseOptions,
): Promise<RedisLease> {
  const holder: RunHolder = { kind, by, host: hostname(), pid: process.pid, startedAt: Date.now() };
  const deadline = Date.now() + (patient ? timing.leaseMs + timing.renewEveryMs : 0);
  const firstBeat = await leaseBeat(redis, LEASE_KEY);
  for (;;) {
    const lease = await acquireRedisLease(redis, LEASE_KEY, holder, timing);
    if (lease) return lease;
    const other = await leaseHolder<RunHolder>(redis, LEASE_KEY);
    if (other) {
      const isAlive = (await leaseBeat(redis, LEASE_KEY)) !== firstBeat;
      if (isAlive || Date.now() > deadline) throw new RunningElsewhereError(other);
    }
    await sleep(Math.min(200, timing.renewEveryMs));
  }
}
