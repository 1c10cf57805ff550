/** What the dashboard shows, from the queue, the history and the other processes. */
import type { DashboardData } from '../dashboard/dashboard-data.ts';
import { type OverviewParts, readOverview } from '../monitoring/overview.ts';
import { openAccounts } from '../queue/accounts.ts';
import { isRedisError } from '../queue/redis-fault.ts';
import { RecordingLinks } from '../recordings/recording-links.ts';
import { openCallFinder } from './call-finder.ts';
import { type DashboardActionParts, dashboardActions } from './dashboard-actions.ts';
import { dashboardConnector } from './dashboard-connector.ts';
import { dashboardStatements } from './dashboard-statements.ts';

export interface DashboardDataParts extends DashboardActionParts {
  /** As the alerts read it: the groups of dead letters are cached in it. */
  readonly overview: OverviewParts;
}

export function dashboardData(parts: DashboardDataParts): DashboardData {
  const { config, redis, queue } = parts;
  const accounts = openAccounts(redis, config.connector!.definition.name);
  const { findCalls, readCallStatus } = openCallFinder(queue, redis, config);
  const overview = { ...parts.overview, account: () => accounts.current(), findCalls };
  const connectorOf = dashboardConnector(parts);
  const statements = dashboardStatements(parts, connectorOf);
  const links = config.recordings && new RecordingLinks(config.recordings);
  return {
    overview: () => readOverview(overview),
    async call(callId) {
      const status = await readCallStatus(callId);
      if (status.state === 'unknown') return { ...status, atAltur: await statements.missing(callId) };
      return { ...status, recordingUrl: links?.linkTo(callId) };
    },
    statements: () => statements.read(),
    yesterday: () => statements.ofYesterday(),
    search: findCalls,
    isOutage: isRedisError,
    actions: { ...dashboardActions(parts, connectorOf), makeStatements: statements.make },
  };
}
