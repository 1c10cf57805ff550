/** What a call can be written again from, as far as this service is configured for it. */
import type { ResyncParts } from '../actions/resync.ts';
import type { Config } from '../config/config.ts';
import { awaitDeliveries } from '../queue/awaited-deliveries.ts';
import type { RecentEvents } from '../queue/recent-events.ts';
import type { RedisClient } from '../queue/redis.ts';
import { openAlturApi } from './open-altur-api.ts';

/** `recentEvents`: absent where the dashboard is off. */
export function resyncSources(
  settings: Config['altur'],
  redis: RedisClient,
  recentEvents: RecentEvents | undefined,
): Pick<ResyncParts, 'recentEvents' | 'altur' | 'awaitDeliveries'> {
  const altur = openAlturApi(settings, redis);
  return {
    ...(recentEvents && { recentEvents }),
    ...(altur && { altur }),
    awaitDeliveries: (callIds) => awaitDeliveries(redis, callIds),
  };
}
