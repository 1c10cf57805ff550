import { startRedis } from './redis-server.ts';

/** One Redis for the whole run; a REDIS_URL that is given is used instead. */
export default async function setUp() {
  if (process.env.REDIS_URL) return;
  const redis = await startRedis();
  process.env.REDIS_URL = redis.url;
  (globalThis as { stopRedis?: () => Promise<void> }).stopRedis = redis.stop;
}
