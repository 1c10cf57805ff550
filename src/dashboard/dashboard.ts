/** `/dashboard/preview`: the preview of an event under a mapping, in the browser. Everything behind basic auth. */
import { fileURLToPath } from 'node:url';
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { basicAuth } from './basic-auth.ts';
import { type PreviewRequest, readPreviewRequest } from './preview-request.ts';

export interface DashboardParts {
  readonly password: string;
  readonly log: Pick<Log, 'warn'>;
  readonly metrics: Pick<Metrics, 'signIn'>;
  /** The data the page starts with. */
  data(): Promise<object>;
  /** Texts in, the issues with their lines or the preview out. */
  preview(request: PreviewRequest): Promise<object>;
}

/** Enough for an event of 1 MiB and a mapping. */
const MAX_BODY = '3mb';
const ASSETS = ['page.css', 'page.js', 'editor.js', 'records.js'];

export function dashboard({ password, log, metrics, data, preview }: DashboardParts): Router {
  const router = Router();
  router.use('/dashboard', secure, basicAuth(password, log, metrics));
  router.get('/dashboard', (_, response) => response.redirect('/dashboard/preview'));
  router.get('/dashboard/preview', sendAsset('page.html'));
  for (const name of ASSETS) router.get(`/dashboard/preview/${name}`, sendAsset(name));
  router.get('/dashboard/preview/data', async (_, response) => void response.json(await data()));
  // JSON only: a form of another site cannot send it, and a script of another site needs a CORS preflight.
  router.post('/dashboard/preview', express.json({ limit: MAX_BODY }), async (request, response) => {
    const read = readPreviewRequest(request.body);
    if (read) response.json(await preview(read));
    else response.status(400).json({ error: 'send {"event": "…", "mapping": "…"} as application/json' });
  });
  return router;
}

function sendAsset(name: string) {
  const path = fileURLToPath(new URL(name, import.meta.url));
  return (_: Request, response: Response) => response.sendFile(path, { cacheControl: false });
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
