/** The connector of a process that has no worker, or beside the worker's: for the buttons and statements of the dashboard. */
import type { Log } from '../../connectors/connector.ts';
import type { Config } from '../config/config.ts';
import { OperatorError } from '../operator-error.ts';
import type { RedisClient } from '../queue/redis.ts';
import { createConnector } from './create-connector.ts';
import type { Releases } from './releases.ts';

export interface DashboardConnectorParts {
  readonly config: Config;
  readonly redis: RedisClient;
  readonly log: Log;
  readonly releases: Releases;
}

/** Throws OperatorError without credentials. */
export type DashboardConnector = () => ReturnType<typeof createConnector>;

/** Made when it is first needed: few processes ever ask the CRM for the dashboard. */
export function dashboardConnector({
  config,
  redis,
  log,
  releases,
}: DashboardConnectorParts): DashboardConnector {
  let created: ReturnType<typeof createConnector> | undefined;
  return async () => {
    if (config.connector?.settings === undefined) {
      throw new OperatorError('this process has no credentials for the CRM: see .env.example', {
        code: 'CREDENTIALS_REQUIRED',
      });
    }
    if (created) return created;
    created = createConnector(config, redis, log);
    created.then(
      ({ connector }) => releases.add(() => connector.close()),
      () => {
        created = undefined;
      },
    );
    return created;
  };
}
