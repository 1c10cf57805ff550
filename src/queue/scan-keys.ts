/** The keys that match a pattern, page by page; some may come twice. All of ours are on one node, also of a cluster. */
import type { RedisClient } from './redis.ts';

const PAGE = 500;

export async function* scanKeys(redis: RedisClient, pattern: string): AsyncGenerator<readonly string[]> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', PAGE);
    if (keys.length > 0) yield keys;
    cursor = next;
  } while (cursor !== '0');
}
