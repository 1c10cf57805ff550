import type { RedisClient } from './redis.ts';

/** Runs a pipeline. Answers the replies in order; throws the first error. */
export async function pipelined(
  redis: RedisClient,
  fill: (pipeline: ReturnType<RedisClient['pipeline']>) => void,
): Promise<unknown[]> {
  const pipeline = redis.pipeline();
  fill(pipeline);
  const results = (await pipeline.exec()) ?? [];
  return results.map(([error, reply]) => {
    if (error) throw error;
    return reply;
  });
}
