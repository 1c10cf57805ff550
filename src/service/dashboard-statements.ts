/** The statements that the dashboard shows, and makes. */
import type { Config } from '../config/config.ts';
import type { ActionResult, Browser, CallAtAltur, StatementsView } from '../dashboard/dashboard-data.ts';
import { OperatorError } from '../operator-error.ts';
import { dayBefore } from '../reconcile/calendar.ts';
import { openReconcileStore } from '../reconcile/reconcile-store.ts';
import type { DayStatement } from '../reconcile/statement.ts';
import { StatementStore } from '../reconcile/statement-store.ts';
import { calendarOf } from './calendar.ts';
import type { DashboardActionParts } from './dashboard-actions.ts';
import type { DashboardConnector } from './dashboard-connector.ts';
import { openStatements } from './statements.ts';

export interface DashboardStatements {
  read(): Promise<StatementsView>;
  /** Undefined where none was made of it. */
  ofYesterday(): Promise<DayStatement | undefined>;
  /** Of today and the days before it; resolves once it is being made. */
  make(days: number, browser: Browser): Promise<ActionResult>;
  /** A missing call, by the statements of the last days. */
  missing(callId: string): Promise<CallAtAltur | undefined>;
}

const SHOWN_DAYS = 31;
/** A call that is older is looked for in its statement. */
const SEARCHED_DAYS = 7;

export function dashboardStatements(
  parts: DashboardActionParts,
  connectorOf: DashboardConnector,
): DashboardStatements {
  const { config, redis, queue, log, releases } = parts;
  const store = new StatementStore(redis);
  const runs = openReconcileStore(redis);
  const calendar = calendarOf(config.timeZone);
  const stopping = new AbortController();
  releases.add(() => stopping.abort());
  const today = () => calendar.dayOf(Date.now());
  const read = async (count: number) => {
    const stored = await store.read(lastDays(today(), count));
    // A statement about another CRM says nothing of this one.
    return stored.filter(({ crm }) => crm === config.crm);
  };
  return {
    async read() {
      const [days, making, failure, lastRuns, { startedAt }] = await Promise.all([
        read(SHOWN_DAYS),
        store.making(),
        store.failure(),
        runs.runs(),
        runs.periodic(),
      ]);
      const { reconcileEveryMs: everyMs } = config;
      return {
        crm: config.crm ?? '',
        days: days.toReversed(),
        runs: lastRuns,
        ...(making && { making }),
        ...(failure && { failure }),
        ...obstacleOf(config),
        ...(everyMs !== undefined && startedAt !== undefined && { nextRunAt: startedAt + everyMs }),
      };
    },
    async ofYesterday() {
      const yesterday = dayBefore(today());
      const [statement] = await store.read([yesterday]);
      return statement?.crm === config.crm ? statement : undefined;
    },
    async make(days, browser) {
      const { obstacle } = obstacleOf(config);
      if (obstacle !== undefined) {
        throw new OperatorError(`set ${obstacle}, so that a statement can be made`, {
          code: 'STATEMENT_IMPOSSIBLE',
        });
      }
      const { connector } = await connectorOf();
      const maker = openStatements({ config, redis, queue, connector });
      const { done } = await maker.start(lastDays(today(), days), { signal: stopping.signal });
      log.info('making a statement', { by: 'dashboard', address: browser.address, days });
      done.catch((error: Error) => {
        if (!stopping.signal.aborted) log.warn('the statement was not made', { error });
      });
      return { count: days };
    },
    async missing(callId) {
      for (const { day, crm, listed } of await read(SEARCHED_DAYS)) {
        const call = listed.missingCalls.find((each) => each.callId === callId);
        if (call) return { ...call, day, crm };
      }
      return undefined;
    },
  };
}

/** The oldest first. */
function lastDays(today: string, count: number): readonly string[] {
  const days = [today];
  while (days.length < count) days.unshift(dayBefore(days[0]!));
  return days;
}

/** The variable that a process lacks to make statements. */
function obstacleOf({
  altur,
  connector,
}: Pick<Config, 'altur' | 'connector'>): Pick<StatementsView, 'obstacle'> {
  if (altur.apiKey === undefined) return { obstacle: 'ALTUR_API_KEY' };
  if (connector?.settings === undefined || connector.definition.name === 'preview') {
    return { obstacle: 'CRM_CONNECTOR' };
  }
  return {};
}
