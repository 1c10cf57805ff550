/** `/dashboard`: the pages people open in a browser. Everything behind basic auth. */
import { type RequestHandler, Router } from 'express';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { api } from './api/api.ts';
import { assets } from './assets.ts';
import { basicAuth } from './basic-auth.ts';
import type { DashboardData } from './dashboard-data.ts';
import { documentRenderer, type PageName, type TypedCommands } from './document.ts';
import { pages } from './pages.ts';
import { type PreviewPageParts, previewPage } from './preview/preview-page.ts';
import { queuePage } from './queue-page.ts';
import { securityHeaders } from './security-headers.ts';
import type { Language } from './texts.ts';

export interface DashboardParts {
  readonly password: string;
  readonly log: Pick<Log, 'warn'>;
  readonly metrics: Pick<Metrics, 'signIn'>;
  /** Until a browser chooses another. */
  readonly language: Language;
  readonly timeZone: string;
  readonly commands: TypedCommands;
  /** Without it there is the preview alone. */
  readonly data?: DashboardData;
  readonly preview: PreviewPageParts;
  /** Shows the jobs of the queue, at `BOARD_PATH`. */
  readonly queueBoard?: RequestHandler;
}

export function dashboard(parts: DashboardParts): Router {
  const { password, log, metrics, data, preview, queueBoard } = parts;
  const render = documentRenderer({ ...parts, pages: pageNames(parts) });
  const router = Router();
  router.get('/', (_, response) => response.redirect('/dashboard'));
  router.use('/dashboard', securityHeaders, basicAuth(password, log, metrics));
  router.use('/dashboard/assets', assets());
  router.use('/dashboard/preview', previewPage(preview, render));
  if (queueBoard) router.use('/dashboard/queue', queuePage(queueBoard, render));
  if (data) {
    router.use('/dashboard/api', api(data, log));
    router.use('/dashboard', pages(data, render));
  } else {
    router.get('/dashboard', (_, response) => response.redirect('/dashboard/preview'));
  }
  return router;
}

function pageNames({ data, queueBoard }: DashboardParts): PageName[] {
  const calls: PageName[] = data ? ['overview', 'calls', 'statement'] : [];
  return [...calls, 'preview', ...(queueBoard ? ['queue' as const] : [])];
}
