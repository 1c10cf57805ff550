/** One process at a time, and what a process may still do that has lost the lease. */
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { connectWorker } from '../../src/queue/redis.ts';
import { leaseHolder, RunningElsewhereError, withRunLease } from '../../src/reconcile/run-lease.ts';
import { until } from '../e2e/service-process.ts';
import { startRedis } from '../redis-server.ts';

const server = await startRedis();
const redis = connectWorker({ nodes: [server.url] });
afterEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const timing = { leaseMs: 400, renewEveryMs: 50 };
const LEASE = '{altur}:reconcile:lease';
const command = { kind: 'reconcile', by: 'command', timing } as const;

test('a second process is told who has the lease since when, and gets it once that one has ended', async () => {
  await withRunLease(redis, { kind: 'backfill', by: 'service', timing }, async () => {
    const second = withRunLease(redis, { ...command, patient: true }, async () => 'ran');
    await expect(second).rejects.toThrow(
      new RegExp(`the service \\(process ${process.pid} on .+\\) runs a backfill since 20`),
    );
    await expect(second).rejects.toBeInstanceOf(RunningElsewhereError);
  });
  expect(await leaseHolder(redis)).toBeUndefined();
  expect(await withRunLease(redis, command, async () => 'ran')).toBe('ran');
});

test('it is held for as long as the work takes', async () => {
  await withRunLease(redis, command, async (lease) => {
    const began = Date.now();
    await until(() => Date.now() > began + 2 * timing.leaseMs, 'two leases are over');
    expect(lease.lost.aborted).toBe(false);
    expect(await leaseHolder(redis)).toMatchObject({ pid: process.pid });
  });
});

test('the lease of a process that was killed is waited for by who is patient', async () => {
  await redis.hset(LEASE, { token: 'of a killed one', holder: '{"startedAt":1}', beat: '7' });
  await redis.pexpire(LEASE, timing.leaseMs);
  await expect(withRunLease(redis, command, async () => 'ran')).rejects.toBeInstanceOf(RunningElsewhereError);
  expect(await withRunLease(redis, { ...command, patient: true }, async () => 'ran')).toBe('ran');
});

test('who has lost the lease is told, and writes nothing', async () => {
  await withRunLease(redis, command, async (lease) => {
    await redis.hset(LEASE, 'token', 'another process');
    expect(await lease.write([{ key: '{altur}:reconcile:run', json: {}, keepMs: 1_000 }])).toBe(false);
    expect(lease.lost.aborted).toBe(true);
    expect(await redis.exists('{altur}:reconcile:run')).toBe(0);
  });
  expect(await redis.hget(LEASE, 'token')).toBe('another process');
});

test('a lease that cannot be renewed in time is lost before another process can get it', async () => {
  // So far apart that a busy machine makes no difference: it is lost after 1.5 s.
  const slow = { leaseMs: 3_000, renewEveryMs: 1_500 };
  await withRunLease(redis, { ...command, timing: slow }, async (lease) => {
    const acquired = Date.now();
    await redis.call('CLIENT', 'PAUSE', '3500', 'ALL');
    await until(() => lease.lost.aborted, 'the lease is lost');
    expect(Date.now() - acquired).toBeLessThan(slow.leaseMs);
  });
});
