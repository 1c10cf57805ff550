/**
 * Stops the worker: the batches in flight end first, if they do in time. Without Redis they are not waited for as long:
 * what ends then cannot be recorded, so another worker does it again in any case; and BullMQ's worker does not end before
 * Redis is back: github.com/taskforcesh/bullmq/issues/4656
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../connectors/connector.ts';
import type { RedisClient } from '../queue/redis.ts';
import type { RunningWorker } from '../worker/worker.ts';

/**
 * Of the 25 s a stop may take, this long for the batches in flight. Before it, requests to the ingress may take 5 s;
 * after it, aborting takes up to 2 s.
 */
const DRAIN_MS = 17_000;
/** So long without a connection: Redis that restarts, or a replica that takes over, is back sooner as a rule. */
const CUT_OFF_MS = 2_000;
const LOOK_EVERY_MS = 100;

export async function drain(worker: RunningWorker, redis: RedisClient, log: Log): Promise<void> {
  const ended = new AbortController();
  const closed = worker.close(DRAIN_MS).finally(() => ended.abort());
  const isCutOff = cutOff(redis, ended.signal);
  const givenUp = isCutOff.then((yes) => (yes ? worker.close(0) : closed));
  if (await Promise.race([closed, givenUp])) return;
  const reason = ended.signal.aborted ? 'stopped with calls in flight' : 'stopped without Redis';
  log.warn(`${reason}: another worker takes over what is in flight`);
  ended.abort();
}

/** Whether Redis is gone for `CUT_OFF_MS` before `signal`. */
async function cutOff(redis: RedisClient, signal: AbortSignal): Promise<boolean> {
  for (let goneMs = 0; !signal.aborted; ) {
    await sleep(LOOK_EVERY_MS);
    goneMs = redis.status === 'ready' ? 0 : goneMs + LOOK_EVERY_MS;
    if (goneMs >= CUT_OFF_MS) return true;
  }
  return false;
}
