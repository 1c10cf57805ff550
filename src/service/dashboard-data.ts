/** What the dashboard shows, from the queue, the history and the other processes. */
import type { DashboardData } from '../dashboard/dashboard-data.ts';
import { type OverviewParts, readOverview } from '../monitoring/overview.ts';
import { openAccounts } from '../queue/accounts.ts';
import { isRedisError } from '../queue/redis-fault.ts';
import { openCallFinder } from './call-finder.ts';
import { type DashboardActionParts, dashboardActions } from './dashboard-actions.ts';

export interface DashboardDataParts extends DashboardActionParts {
  /** As the alerts read it: the groups of dead letters are cached in it. */
  readonly overview: OverviewParts;
}

export function dashboardData(parts: DashboardDataParts): DashboardData {
  const { config, redis, queue } = parts;
  const accounts = openAccounts(redis, config.connector!.definition.name);
  const { findCalls, readCallStatus } = openCallFinder(queue, redis, config);
  const overview = { ...parts.overview, account: () => accounts.current(), findCalls };
  return {
    overview: () => readOverview(overview),
    call: readCallStatus,
    search: findCalls,
    isOutage: isRedisError,
    actions: dashboardActions(parts),
  };
}
