/** The results of the last live probe of the CRM, in Redis: every process uses the confirmed form from its start. */
import type { ProbedAssumptions, ProbeReport } from '../../connectors/connector.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

export interface ProbeResults {
  /** Empty when no probe was made. */
  read(): Promise<ProbedAssumptions>;
  write(report: ProbeReport): Promise<void>;
}

/** `scope` separates one CRM from another. Kept until the next probe. */
export function openProbeResults(redis: RedisClient, scope: string): ProbeResults {
  const key = `${KEY_PREFIX}:${scope}:probe`;
  return {
    async read() {
      const json = await redis.get(key);
      return json === null ? {} : (JSON.parse(json) as ProbedAssumptions);
    },
    async write({ results }) {
      const tested = results.filter(({ result }) => result !== 'not testable');
      const probed = tested.map(({ assumption, result }) => [assumption, result === 'confirmed']);
      await redis.set(key, JSON.stringify(Object.fromEntries(probed)));
    },
  };
}
