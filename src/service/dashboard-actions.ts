/** What the buttons of the dashboard do. */
import type { Connector, CrmObject, FieldDefinition, Log } from '../../connectors/connector.ts';
import { connectors } from '../../connectors/index.ts';
import type { Actor } from '../actions/actor.ts';
import { addOption, createField, definitionOf } from '../actions/cures.ts';
import { type Resynced, resyncCalls } from '../actions/resync.ts';
import { discardDeadLetters, retryDeadLetters } from '../actions/retry.ts';
import type { Config } from '../config/config.ts';
import { defaultMapping } from '../config/overridden-mapping.ts';
import type { ActionResult, Browser, DashboardActions } from '../dashboard/dashboard-data.ts';
import { type CloseName, closeNameAdvice, closeNames } from '../mapping/close-names.ts';
import { openCallHistory } from '../monitoring/call-history-store.ts';
import { checkCall } from '../monitoring/check-records.ts';
import { OperatorError } from '../operator-error.ts';
import { openProvisionNotice } from '../queue/provision-notice.ts';
import type { CallQueue } from '../queue/queue.ts';
import type { RecentEvents } from '../queue/recent-events.ts';
import type { RedisClient } from '../queue/redis.ts';
import { faultText, type RedisHealth } from '../queue/redis-health.ts';
import { isNewerSchema } from '../queue/schema-version.ts';
import { type DashboardConnector, dashboardConnector } from './dashboard-connector.ts';
import { recordAction } from './record-action.ts';
import type { Releases } from './releases.ts';
import { resyncSources } from './resync-sources.ts';

export interface DashboardActionParts {
  readonly config: Config;
  readonly redis: RedisClient;
  readonly queue: CallQueue;
  readonly health: Pick<RedisHealth, 'eventFault'>;
  /** Absent where the dashboard is off. */
  readonly recentEvents: RecentEvents | undefined;
  readonly log: Log;
  readonly releases: Releases;
}

export function dashboardActions(
  parts: DashboardActionParts,
  connectorOf: DashboardConnector = dashboardConnector(parts),
): Omit<DashboardActions, 'makeStatements'> {
  const { queue, redis, health, log, config, recentEvents } = parts;
  const history = openCallHistory(redis);
  const by = (browser: Browser) => ({ actor: { by: 'dashboard', ...browser } satisfies Actor, log });
  return {
    async retry(selection, browser) {
      await refuseNewerSchema(health);
      const record = recordAction('retried-by-operator', history, log);
      const { callIds } = await retryDeadLetters({ ...by(browser), queue, record }, selection);
      return { count: callIds.length };
    },
    async discard(selection, browser) {
      await refuseNewerSchema(health);
      const record = recordAction('discarded-by-operator', history, log);
      const { callIds } = await discardDeadLetters({ ...by(browser), queue, record }, selection);
      return { count: callIds.length };
    },
    async resync(callIds, browser) {
      await refuseNewerSchema(health);
      const results = await resyncCalls(
        {
          ...by(browser),
          queue,
          ...resyncSources(config.altur, redis, recentEvents),
          record: recordAction('resynced-by-operator', history, log),
        },
        callIds,
      );
      return resyncResult(results);
    },
    async check(callId) {
      const { connector } = await connectorOf();
      return checkCall(connector, redis, Object.keys(connectors), callId);
    },
    async createField(object, field, browser) {
      await refuseNewerSchema(health);
      const { connector, mapping } = await connectorOf();
      const close = await closeNameOf(parts.config, connector, mapping.fields, object, field);
      if (close) return { count: 0, problems: [closeNameAdvice(close)] };
      const notice = openProvisionNotice(redis, connector.name);
      const definition = definitionOf(mapping.fields, object, field);
      const changes = await createField({ ...by(browser), connector, notice }, definition);
      const left = changes.filter(({ action }) => action === 'failed' || action === 'skipped');
      return {
        count: left.length === 0 ? 1 : 0,
        problems: left.map(({ name, detail }) => `${name}: ${detail ?? 'the CRM does not create it'}`),
      };
    },
    async addOption(object, name, option, browser) {
      await refuseNewerSchema(health);
      const { connector } = await connectorOf();
      const notice = openProvisionNotice(redis, connector.name);
      const { action, detail } = await addOption(
        { ...by(browser), connector, notice },
        { object, name, option },
      );
      if (action === 'created' || action === 'exists') return { count: 1 };
      return { count: 0, problems: [`${name}: ${detail ?? 'the CRM does not add it'}`] };
    },
  };
}

/** As the commands that write: what is in the queue may mean something else by now. */
async function refuseNewerSchema(health: Pick<RedisHealth, 'eventFault'>): Promise<void> {
  const fault = await health.eventFault();
  if (isNewerSchema(fault)) throw new OperatorError(faultText(fault), { code: fault.code });
}

/** A name that the mapping does not hold comes from extracted data: nobody typed it. */
async function closeNameOf(
  config: Config,
  connector: Connector,
  fields: readonly FieldDefinition[],
  object: CrmObject,
  name: string,
): Promise<CloseName | undefined> {
  const schema = await connector.schema();
  const close = closeNames(fields, schema, await defaultMapping(config.connector!.definition));
  return close.find((each) => each.object === object && each.name === name);
}

function resyncResult(results: readonly Resynced[]): ActionResult {
  const problems = results.flatMap((resynced) =>
    resynced.result === 'impossible' ? `${resynced.callId}: ${resynced.reason}` : [],
  );
  return { count: results.length - problems.length, problems };
}
