/** DAILY_SUMMARY_AT, from the parts of a process that writes to the CRM. */
import type { Connector, Log } from '../../connectors/connector.ts';
import { crmTitles } from '../../connectors/index.ts';
import { DailySummary } from '../alerts/daily-summary.ts';
import { summaryText } from '../alerts/summary-text.ts';
import type { Config } from '../config/config.ts';
import { instantIn } from '../mapping/coerce/time-zone.ts';
import type { CallQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { calendarOf } from './calendar.ts';
import type { Releases } from './releases.ts';
import { openStatements } from './statements.ts';

export interface DailySummarySources {
  readonly config: Pick<
    Config,
    'altur' | 'alertWebhookUrl' | 'dailySummaryAt' | 'language' | 'publicUrl' | 'timeZone'
  >;
  readonly redis: RedisClient;
  readonly queue: CallQueue;
  readonly connector: Connector;
  readonly log: Log;
  readonly releases: Releases;
}

export function startDailySummary(sources: DailySummarySources): void {
  const { config, redis, queue, connector, log, releases } = sources;
  const { dailySummaryAt, alertWebhookUrl: webhookUrl, altur, timeZone } = config;
  const isPossible =
    webhookUrl !== undefined && altur.apiKey !== undefined && connector.findCalls !== undefined;
  if (dailySummaryAt === undefined || !isPossible) return;
  const statements = openStatements({ config, redis, queue, connector });
  const crm = crmTitles[connector.name] ?? connector.name;
  const summary = new DailySummary({
    redis,
    webhookUrl,
    calendar: calendarOf(timeZone),
    dueOn: (day) => instantIn(`${day}T${dailySummaryAt}:00.000`, timeZone),
    make: async (day, signal) => (await statements.make([day], { signal }))[0]!,
    text: (statement) => summaryText(statement, { ...config, crm }),
    log,
  }).start();
  releases.add(() => summary.stop());
}
