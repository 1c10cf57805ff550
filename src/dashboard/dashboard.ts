/** `/dashboard/preview`: what an event becomes under a mapping, in the browser. Everything behind basic auth. */
import { fileURLToPath } from 'node:url';
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { basicAuth } from './basic-auth.ts';

export interface DashboardParts {
  readonly password: string;
  /** What the page starts with. */
  data(): Promise<object>;
  /** Texts in, mistakes with their lines or the preview out. */
  preview(question: PreviewQuestion): Promise<object>;
}

export interface PreviewQuestion {
  /** JSON. */
  readonly event: string;
  /** YAML or JSON. */
  readonly mapping: string;
  /** Look the person up in the CRM, which only reads. */
  readonly resolve: boolean;
}

/** An event of a mebibyte, and a mapping. */
const MAX_BODY = '3mb';
const ASSETS = ['page.css', 'page.js', 'editor.js', 'records.js'];

export function dashboard({ password, data, preview }: DashboardParts): Router {
  const router = Router();
  router.use('/dashboard', basicAuth(password), secure);
  router.get('/dashboard', (_, response) => response.redirect('/dashboard/preview'));
  router.get('/dashboard/preview', sendAsset('page.html'));
  for (const name of ASSETS) router.get(`/dashboard/preview/${name}`, sendAsset(name));
  router.get('/dashboard/preview/data', async (_, response) => void response.json(await data()));
  // JSON only: a form of another site cannot send it, and the browser asks before a script of another site does.
  router.post('/dashboard/preview', express.json({ limit: MAX_BODY }), async (request, response) => {
    const question = readQuestion(request.body);
    if (question) response.json(await preview(question));
    else response.status(400).json({ error: 'send {"event": "…", "mapping": "…"} as application/json' });
  });
  return router;
}

function readQuestion(body: unknown): PreviewQuestion | undefined {
  const { event, mapping, resolve } = (body ?? {}) as Partial<Record<string, unknown>>;
  if (typeof event !== 'string' || typeof mapping !== 'string') return undefined;
  return { event, mapping, resolve: resolve === true };
}

function sendAsset(name: string) {
  const path = fileURLToPath(new URL(name, import.meta.url));
  return (_: Request, response: Response) => response.sendFile(path, { cacheControl: false });
}

/** The page holds personal data: nothing is kept, nothing comes from elsewhere, nothing frames it. */
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
