/** `/dashboard/preview`: what an event becomes under a mapping, in the browser. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
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
const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const STYLES = ['page', 'editor', 'records', 'fields', 'long-text'].map((name) => `/preview/${name}.css`);

/** Relative to `/dashboard/preview`. */
export function previewPage({ data, preview }: PreviewPageParts, render: RenderDocument): Router {
  const router = Router();
  const parts = {
    page: 'preview',
    title: 'title.preview',
    styles: STYLES,
    script: '/preview/page.js',
  } as const;
  router.get('/', (request, response) => response.type('html').send(render(request, parts)));
  for (const name of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })) {
    if (/\.(js|css|json)$/.test(name)) router.get(`/${name}`, sendFile(join(FOLDER, name)));
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
