/** `reconcile --report`: the statements of whole days. */
import { crmTitles } from '../../connectors/index.ts';
import { openQueue } from '../queue/queue.ts';
import { daysBetween } from '../reconcile/calendar.ts';
import type { StatementProgress } from '../reconcile/read-statement.ts';
import { isComplete } from '../reconcile/statement.ts';
import { calendarOf } from '../service/calendar.ts';
import { openStatements } from '../service/statements.ts';
import { progressLine } from './reconcile-progress.ts';
import { connected, withConnector } from './session.ts';
import { statementText } from './statement-text.ts';

export interface StatementArguments {
  /** ms since the epoch; `to` is not part of it. The days on which they are, are told of as a whole. */
  readonly from: number;
  readonly to: number;
  readonly json: boolean;
}

/** Exit code 1 when a call is missing, or a campaign could not be read. */
export function printStatement(
  { from, to, json }: StatementArguments,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  return withConnector(env, async ({ config, redis, connector }) => {
    await connected(redis, config.redis.nodes);
    const queue = openQueue(redis);
    queue.on('error', () => {});
    const calendar = calendarOf(config.timeZone);
    const line = progressLine();
    try {
      const statements = await openStatements({ config, redis, queue, connector }).make(
        daysBetween(calendar, from, to),
        { onProgress: (progress) => line.show(shareOf(progress), () => progressText(progress)) },
      );
      line.end();
      const crm = crmTitles[connector.name] ?? connector.name;
      const text = json
        ? JSON.stringify({ timeZone: config.timeZone, statements }, null, 2)
        : statementText(statements, { ...calendar, crm }).trimEnd();
      process.stdout.write(`${text}\n`);
      return statements.every(isComplete) ? 0 : 1;
    } finally {
      line.end();
    }
  });
}

/** Listing takes the most time. */
const LISTING = 0.8;

function shareOf({ campaigns, asked, of }: StatementProgress): number {
  const listed = campaigns.of > 0 ? campaigns.done / campaigns.of : 0;
  return LISTING * listed + (1 - LISTING) * (of > 0 ? asked / of : 0);
}

function progressText({ campaigns, listed, asked, of }: StatementProgress): string {
  if (of === 0) return `${campaigns.done} of ${campaigns.of} campaigns listed: ${listed} calls`;
  return `${listed} calls listed, ${asked} of ${of} looked for in the CRM`;
}
