/**
 * The commands that are sent in one turn of the event loop leave together: one system call here, and one in Redis, instead
 * of one for each event. Each command keeps an answer and an error of its own, unlike those of BullMQ's `addBulk`, and a
 * command that is alone waits for nothing but the end of its turn.
 */
import type { Socket } from 'node:net';
import type { RedisClient } from './redis.ts';

const held = new WeakSet<Socket>();

/** Holds back what is written to Redis until the turn ends. */
export function sendTogether({ stream }: Pick<RedisClient, 'stream'>): void {
  // There is none before the first connection.
  if (!stream || held.has(stream)) return;
  held.add(stream);
  stream.cork();
  setImmediate(() => {
    held.delete(stream);
    stream.uncork();
  });
}
