/** `/dashboard`: the pages people open in a browser. Everything behind basic auth. */
import { type NextFunction, type Request, type Response, Router } from 'express';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { basicAuth } from './basic-auth.ts';
import { type PreviewPageParts, previewPage } from './preview/preview-page.ts';

export interface DashboardParts extends PreviewPageParts {
  readonly password: string;
  readonly log: Pick<Log, 'warn'>;
  readonly metrics: Pick<Metrics, 'signIn'>;
}

export function dashboard({ password, log, metrics, ...preview }: DashboardParts): Router {
  const router = Router();
  router.use('/dashboard', secure, basicAuth(password, log, metrics));
  router.get('/dashboard', (_, response) => response.redirect('/dashboard/preview'));
  router.use('/dashboard/preview', previewPage(preview));
  return router;
}

/** The page holds personal data: it is not cached, not framed, and loads nothing from other sites. */
function secure(_: Request, response: Response, next: NextFunction): void {
  response.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  });
  next();
}
