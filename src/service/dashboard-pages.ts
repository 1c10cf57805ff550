/** The pages of the dashboard, put together from the parts that fill them. */
import { readFile } from 'node:fs/promises';
import type { RequestHandler, Router } from 'express';
import { commandLine, startLine } from '../../connectors/connector.ts';
import type { Config } from '../config/config.ts';
import { dashboard } from '../dashboard/dashboard.ts';
import { BOARD_PATH } from '../dashboard/queue-page.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { Previewer } from '../preview/preview.ts';
import { answerPreview } from '../preview/preview-response.ts';
import { openLastWrites } from '../queue/last-writes.ts';
import type { CallQueue } from '../queue/queue.ts';
import type { RecentEvents } from '../queue/recent-events.ts';
import { type DashboardDataParts, dashboardData } from './dashboard-data.ts';
import { SAMPLE_EVENT } from './sample-event.ts';

export interface DashboardPageParts extends DashboardDataParts {
  readonly metrics: Metrics;
}

/** None unless a password for them is set. */
export function dashboardPages(parts: DashboardPageParts): readonly Router[] {
  const { config, redis, queue, recentEvents, log, releases, metrics } = parts;
  const password = config.dashboardPassword;
  if (password === undefined || !recentEvents) return [];
  if (!config.connector) {
    log.warn('dashboard is off: set CRM_CONNECTOR, so that it can show what would be written');
    return [];
  }
  const lastWrites = openLastWrites(redis, config.connector.definition.name);
  const previewer = new Previewer(config, log, lastWrites);
  releases.add(() => previewer.close());
  return [
    dashboard({
      password,
      log,
      metrics,
      language: config.language,
      timeZone: config.timeZone,
      commands: {
        send: commandLine('send', 'examples/events/answered.json'),
        startWorker: startLine('worker'),
      },
      data: dashboardData(parts),
      queueBoard: loadedBoard(queue),
      preview: {
        data: () => previewPageData(config, previewer, recentEvents),
        preview: (request) => answerPreview(previewer, request),
      },
    }),
  ];
}

/** Few look at single jobs, so Bull Board takes memory only once somebody does. */
function loadedBoard(queue: CallQueue): RequestHandler {
  let board: Promise<RequestHandler> | undefined;
  return async (request, response, next) => {
    board ??= import('./queue-board.ts').then(({ queueBoard }) => queueBoard(queue, BOARD_PATH));
    return (await board)(request, response, next);
  };
}

/** The data the preview page starts with. */
async function previewPageData(
  config: Config,
  previewer: Previewer,
  recentEvents: RecentEvents,
): Promise<object> {
  const { definition, settings } = config.connector!;
  // Without Redis none is offered; an event can be pasted.
  const events = await recentEvents.list().catch(() => []);
  return {
    crm: definition.name,
    canLookUp: settings !== undefined,
    mapping: await previewer.overrides(),
    defaultMapping: await readFile(definition.mappingFile, 'utf8'),
    recent: events.map(({ event, receivedAt }) => ({
      callId: event.id,
      receivedAt,
      event: JSON.stringify(event, null, 2),
    })),
    sample: JSON.stringify(SAMPLE_EVENT, null, 2),
  };
}
