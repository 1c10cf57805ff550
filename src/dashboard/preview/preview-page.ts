/** `/dashboard/preview`: what an event becomes under a mapping, in the browser. */
import { fileURLToPath } from 'node:url';
import express, { type Request, type Response, Router } from 'express';
import { type PreviewRequest, readPreviewRequest } from './preview-request.ts';

export interface PreviewPageParts {
  /** The data the page starts with. */
  data(): Promise<object>;
  /** Texts in, the issues with their lines or the preview out. */
  preview(request: PreviewRequest): Promise<object>;
}

/** Enough for an event of 1 MiB and a mapping. */
const MAX_BODY = '3mb';
const ASSETS = ['page.css', 'page.js', 'editor.js', 'records.js'];

/** Relative to `/dashboard/preview`. */
export function previewPage({ data, preview }: PreviewPageParts): Router {
  const router = Router();
  router.get('/', sendAsset('page.html'));
  for (const name of ASSETS) router.get(`/${name}`, sendAsset(name));
  router.get('/data', async (_, response) => void response.json(await data()));
  // JSON only: a form of another site cannot send it, and a script of another site needs a CORS preflight.
  router.post('/', express.json({ limit: MAX_BODY }), async (request, response) => {
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
