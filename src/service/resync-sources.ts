/** What a call can be written again from, as far as this service is configured for it. */
import type { ResyncParts } from '../actions/resync.ts';
import { AlturApi } from '../altur/api-client.ts';
import type { Config } from '../config/config.ts';
import { awaitDeliveries } from '../queue/awaited-deliveries.ts';
import type { RecentEvents } from '../queue/recent-events.ts';
import type { RedisClient } from '../queue/redis.ts';

/** `recentEvents`: absent where the dashboard is off. */
export function resyncSources(
  { apiKey, apiUrl }: Config['altur'],
  redis: RedisClient,
  recentEvents: RecentEvents | undefined,
): Pick<ResyncParts, 'recentEvents' | 'altur' | 'awaitDeliveries'> {
  return {
    ...(recentEvents && { recentEvents }),
    ...(apiKey !== undefined && { altur: new AlturApi({ apiKey, apiUrl }) }),
    awaitDeliveries: (callIds) => awaitDeliveries(redis, callIds),
  };
}
