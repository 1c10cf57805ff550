/**
 * The history of a connection to Redis, for explaining why it cannot be used: its last error, and whether a
 * socket was opened at all. A connection that becomes ready has no last error.
 */
import type { Redis } from 'ioredis';
import { explainRedis, type RedisFault } from './redis-fault.ts';

interface State {
  error: Error | undefined;
  accepted: boolean;
}

const states = new WeakMap<Redis, State>();

export function trackState(redis: Redis): void {
  const state: State = { error: undefined, accepted: false };
  states.set(redis, state);
  redis.on('error', (error: Error) => {
    // "Connection is closed" and the like follow the error that says why.
    const saysWhy = 'code' in error || error.name === 'ReplyError';
    if (state.error === undefined || saysWhy) state.error = error;
  });
  redis.on('connect', () => {
    state.accepted = true;
  });
  redis.on('ready', () => {
    state.error = undefined;
  });
}

/** Why a connection is not ready. */
export async function connectionFault(redis: Redis): Promise<RedisFault> {
  const { error, accepted } = states.get(redis) ?? { error: undefined, accepted: false };
  if (error === undefined && (await isLoading(redis))) {
    return {
      code: 'REDIS_LOADING',
      reason: 'LOADING: Redis is loading its data',
      fix: 'wait until it is done',
    };
  }
  return explainRedis(error, { accepted, tls: Boolean(redis.options.tls) });
}

/** INFO is answered while Redis loads; ioredis is not ready until it is done. */
async function isLoading(redis: Redis): Promise<boolean> {
  if (redis.status !== 'connect') return false;
  const info = await redis.info('persistence').catch(() => '');
  return /^loading:1/m.test(info);
}
