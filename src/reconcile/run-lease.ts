/**
 * The lease that lets one process at a time reconcile.
 *
 * States: held → lost, or held → released.
 *
 * Invariants:
 * - One holder at most. Every renewal counts a beat: who waits for the lease sees by it whether the holder is alive.
 * - `lost` is aborted before another process can get the lease, so the holder stops in time.
 * - What the holder writes through `write` is not written once the lease is another's.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorError } from '../operator-error.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import type { ReconcileRun } from './reconcile-run.ts';

export interface LeaseHolder {
  readonly kind: ReconcileRun['kind'];
  readonly by: 'command' | 'service';
  readonly host: string;
  readonly pid: number;
  /** ms since the epoch. */
  readonly startedAt: number;
}

export interface LeaseTiming {
  readonly leaseMs: number;
  readonly renewEveryMs: number;
}

const TIMING: LeaseTiming = { leaseMs: 10_000, renewEveryMs: 2_000 };
const LEASE_KEY = `${KEY_PREFIX}:reconcile:lease`;

const ACQUIRE = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'holder', ARGV[2], 'beat', '0')
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

const RENEW = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HINCRBY', KEYS[1], 'beat', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;

const RELEASE = `if redis.call('HGET', KEYS[1], 'token') == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** KEYS: the lease, then those to write. ARGV: token, then value and ms for each; without a value it is deleted. */
const WRITE = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
for index = 2, #KEYS do
  local value = ARGV[index * 2 - 2]
  if value == '' then redis.call('DEL', KEYS[index])
  else redis.call('SET', KEYS[index], value, 'PX', ARGV[index * 2 - 1]) end
end
return 1`;

export interface LeaseWrite {
  readonly key: string;
  /** Undefined deletes it. */
  readonly json: unknown;
  readonly keepMs: number;
}

/** Who holds it; undefined when nobody does. */
export async function leaseHolder(redis: RedisClient): Promise<LeaseHolder | undefined> {
  const json = await redis.hget(LEASE_KEY, 'holder');
  return json === null ? undefined : (JSON.parse(json) as LeaseHolder);
}

/** Another process does it. */
export class RunningElsewhereError extends OperatorError {
  override readonly name = 'RunningElsewhereError';

  constructor({ kind, by, host, pid, startedAt }: LeaseHolder) {
    const who = by === 'service' ? 'the service' : 'a command';
    const since = new Date(startedAt).toISOString();
    super(`${who} (process ${pid} on ${host}) runs a ${kind} since ${since}: wait until it has ended`, {
      code: 'RECONCILE_RUNNING',
    });
  }
}

interface LeaseOptions extends Pick<LeaseHolder, 'kind' | 'by'> {
  /** The lease of a process that was killed is waited for until it lapses. */
  readonly patient?: boolean;
  readonly timing?: LeaseTiming;
}

/** Throws RunningElsewhereError. */
export async function withRunLease<T>(
  redis: RedisClient,
  { kind, by, ...options }: LeaseOptions,
  work: (lease: RunLease) => Promise<T>,
): Promise<T> {
  const holder = { kind, by, host: hostname(), pid: process.pid, startedAt: Date.now() };
  const lease = await acquireRunLease(redis, holder, options);
  if (!(lease instanceof RunLease)) throw new RunningElsewhereError(lease);
  try {
    return await work(lease);
  } finally {
    await lease.release();
  }
}

/** Answers the holder where another process has the lease. */
async function acquireRunLease(
  redis: RedisClient,
  holder: LeaseHolder,
  { patient = false, timing = TIMING }: { readonly patient?: boolean; readonly timing?: LeaseTiming } = {},
): Promise<RunLease | LeaseHolder> {
  const token = randomUUID();
  const deadline = Date.now() + (patient ? timing.leaseMs + timing.renewEveryMs : 0);
  const firstBeat = await redis.hget(LEASE_KEY, 'beat');
  for (;;) {
    const askedAt = Date.now();
    const acquired = await redis.eval(ACQUIRE, 1, LEASE_KEY, token, JSON.stringify(holder), timing.leaseMs);
    if (acquired === 1) return new RunLease(redis, token, askedAt, timing);
    const other = await leaseHolder(redis);
    if (other) {
      const isAlive = (await redis.hget(LEASE_KEY, 'beat')) !== firstBeat;
      if (isAlive || Date.now() > deadline) return other;
    }
    await sleep(Math.min(200, timing.renewEveryMs));
  }
}

export class RunLease {
  readonly #redis: RedisClient;
  readonly #token: string;
  readonly #timing: LeaseTiming;
  readonly #loss = new AbortController();
  readonly #renewal: NodeJS.Timeout;
  /** When the lease may lapse in Redis, at the earliest. */
  #expiresAt: number;

  constructor(redis: RedisClient, token: string, askedAt: number, timing: LeaseTiming) {
    this.#redis = redis;
    this.#token = token;
    this.#timing = timing;
    this.#expiresAt = askedAt + timing.leaseMs;
    this.#renewal = setInterval(() => this.#renewOrLose(), timing.renewEveryMs);
    this.#renewal.unref();
  }

  /** Aborted before another process can get the lease. */
  get lost(): AbortSignal {
    return this.#loss.signal;
  }

  /** False when the lease is another's: nothing was written. */
  async write(writes: readonly LeaseWrite[]): Promise<boolean> {
    const keys = writes.map(({ key }) => key);
    const values = writes.flatMap(({ json, keepMs }) => [
      json === undefined ? '' : JSON.stringify(json),
      keepMs,
    ]);
    const written = await this.#redis.eval(
      WRITE,
      keys.length + 1,
      LEASE_KEY,
      ...keys,
      this.#token,
      ...values,
    );
    if (written !== 1) this.#loss.abort();
    return written === 1;
  }

  /** Never throws: a lease that cannot be released lapses. */
  async release(): Promise<void> {
    clearInterval(this.#renewal);
    await this.#redis.eval(RELEASE, 1, LEASE_KEY, this.#token).catch(() => {});
  }

  #renewOrLose(): void {
    if (Date.now() + this.#timing.renewEveryMs > this.#expiresAt) this.#lose();
    // A renewal that fails is tried again the next time.
    else this.#renew().catch(() => {});
  }

  async #renew(): Promise<void> {
    const askedAt = Date.now();
    const renewed = await this.#redis.eval(RENEW, 1, LEASE_KEY, this.#token, this.#timing.leaseMs);
    if (renewed === 1) this.#expiresAt = askedAt + this.#timing.leaseMs;
    else this.#lose();
  }

  #lose(): void {
    clearInterval(this.#renewal);
    this.#loss.abort();
  }
}
