/** Altur's API as this service is configured for it; undefined without ALTUR_API_KEY. */
import { AlturApi } from '../altur/api-client.ts';
import type { Config } from '../config/config.ts';
import { AlturPace } from '../queue/altur-pace.ts';
import type { RedisClient } from '../queue/redis.ts';

/** Its requests are spaced out together with those of all processes that use this Redis. */
export function openAlturApi({ apiKey, apiUrl }: Config['altur'], redis: RedisClient): AlturApi | undefined {
  return apiKey === undefined ? undefined : new AlturApi({ apiKey, apiUrl }, new AlturPace(redis));
}
