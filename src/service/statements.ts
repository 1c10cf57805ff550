/** Makes statements with the parts of this process. */
import type { Connector } from '../../connectors/connector.ts';
import type { Config } from '../config/config.ts';
import { openCallHistory } from '../monitoring/call-history-store.ts';
import { OperatorError } from '../operator-error.ts';
import type { CallQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { canFindCalls } from '../reconcile/find-in-crm.ts';
import { readStatements } from '../reconcile/read-statement.ts';
import { StatementMaker } from '../reconcile/statement-maker.ts';
import { StatementStore } from '../reconcile/statement-store.ts';
import { calendarOf } from './calendar.ts';
import { openAlturApi } from './open-altur-api.ts';

export interface StatementSources {
  readonly config: Pick<Config, 'altur' | 'timeZone'>;
  readonly redis: RedisClient;
  readonly queue: CallQueue;
  readonly connector: Connector;
}

/** Throws OperatorError where none can be made. */
export function openStatements({ config, redis, queue, connector }: StatementSources): StatementMaker {
  const altur = openAlturApi(config.altur, redis);
  if (!altur) {
    const message = 'a statement asks Altur for its calls: set ALTUR_API_KEY (in Altur: Settings → API keys)';
    throw new OperatorError(message, { code: 'ALTUR_API_KEY_MISSING' });
  }
  if (!canFindCalls(connector)) {
    const message = `a statement asks the CRM for its calls, and ${connector.name} has none: set CRM_CONNECTOR`;
    throw new OperatorError(message, { code: 'STATEMENT_NEEDS_CRM' });
  }
  const calendar = calendarOf(config.timeZone);
  const parts = { altur, calendar, queue, redis, connector, history: openCallHistory(redis) };
  return new StatementMaker({
    store: new StatementStore(redis),
    read: (days, options) => readStatements(parts, days, options),
  });
}
