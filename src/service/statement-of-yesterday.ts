/**
 * With RECONCILE_EVERY the statement of yesterday is there without anybody asking for it: made once a day, after a
 * reconcile, by the process that did it.
 */
import type { Connector, Log } from '../../connectors/connector.ts';
import type { Config } from '../config/config.ts';
import type { CallQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { dayBefore } from '../reconcile/calendar.ts';
import { isComplete } from '../reconcile/statement.ts';
import { StatementStore } from '../reconcile/statement-store.ts';
import { calendarOf } from './calendar.ts';
import { openStatements } from './statements.ts';

export interface YesterdayParts {
  readonly config: Pick<Config, 'altur' | 'timeZone'>;
  readonly redis: RedisClient;
  readonly queue: CallQueue;
  readonly connector: Connector;
  readonly log: Log;
}

/** Undefined where the CRM cannot be asked for calls. What it answers never rejects. */
export function statementOfYesterday({
  config,
  redis,
  queue,
  connector,
  log,
}: YesterdayParts): ((signal: AbortSignal) => Promise<void>) | undefined {
  if (!connector.findCalls) return undefined;
  const store = new StatementStore(redis);
  const statements = openStatements({ config, redis, queue, connector });
  const calendar = calendarOf(config.timeZone);
  return async (signal) => {
    const today = calendar.dayOf(Date.now());
    const yesterday = dayBefore(today);
    try {
      const [stored] = await store.read([yesterday]);
      // One that was made while the day lasted tells of a part of it.
      const isOfAllDay = stored?.crm === connector.name && stored.until >= calendar.startOf(today);
      if (isOfAllDay) return;
      const [made] = await statements.make([yesterday], { signal });
      if (made)
        log.info('statement made', {
          day: yesterday,
          complete: isComplete(made),
          missing: made.listed.missing,
        });
    } catch (error) {
      const { code } = error as Error & { readonly code?: string };
      // The person who asked for another one is told of it; ours is made after the next reconcile.
      if (signal.aborted || code === 'STATEMENT_IN_PROGRESS') return;
      log.warn('the statement was not made: tried again after the next reconcile', { code, error });
    }
  };
}
