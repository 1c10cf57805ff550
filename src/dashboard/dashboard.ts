/** `/dashboard`: the pages people open in a browser. Everything behind basic auth. */
import { Router } from 'express';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { assets } from './assets.ts';
import { basicAuth } from './basic-auth.ts';
import { documentRenderer } from './document.ts';
import { type PreviewPageParts, previewPage } from './preview/preview-page.ts';
import { securityHeaders } from './security-headers.ts';
import type { Language } from './texts.ts';

export interface DashboardParts {
  readonly password: string;
  readonly log: Pick<Log, 'warn'>;
  readonly metrics: Pick<Metrics, 'signIn'>;
  /** Until a browser chooses another. */
  readonly language: Language;
  readonly timeZone: string;
  readonly preview: PreviewPageParts;
}

export function dashboard(parts: DashboardParts): Router {
  const { password, log, metrics } = parts;
  const router = Router();
  const render = documentRenderer({ ...parts, pages: ['preview'] });
  router.use('/dashboard', securityHeaders, basicAuth(password, log, metrics));
  router.get('/dashboard', (_, response) => response.redirect('/dashboard/preview'));
  router.use('/dashboard/assets', assets());
  router.use('/dashboard/preview', previewPage(parts.preview, render));
  return router;
}
