/** `/dashboard/preview`: what an event becomes under a mapping, in the browser. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';
import { sendFile } from '../assets.ts';
import type { RenderDocument } from '../document.ts';
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
export function previewPage({ data, preview }: PreviewPageParts, render: RenderDocument): Router {
  const router = Router();
  const main = readFileSync(new URL('main.html', import.meta.url), 'utf8');
  const parts = { page: 'preview', title: 'title.preview', main } as const;
  router.get('/', (request, response) => {
    const [styles, script] = [['/preview/page.css'], '/preview/page.js'];
    response.type('html').send(render(request, { ...parts, styles, script }));
  });
  for (const name of ASSETS) {
    router.get(`/${name}`, sendFile(fileURLToPath(new URL(name, import.meta.url))));
  }
  router.get('/data', async (_, response) => void response.json(await data()));
  // JSON only: a form of another site cannot send it, and a script of another site needs a CORS preflight.
  router.post('/', express.json({ limit: MAX_BODY }), async (request, response) => {
    const read = readPreviewRequest(request.body);
    if (read) response.json(await preview(read));
    else response.status(400).json({ error: 'send {"event": "…", "mapping": "…"} as application/json' });
  });
  return router;
}
