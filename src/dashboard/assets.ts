/** Scripts, styles and texts of the pages, as they are in this folder: there is no build step. */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Request, type Response, Router } from 'express';

const FOLDER = fileURLToPath(new URL('assets/', import.meta.url));
/** The modules of lit-html that are sent to browsers; they import each other by relative paths. */
const LIT_HTML = ['lit-html.js', 'directive.js', 'directive-helpers.js', 'directives/repeat.js'];

/** Relative to `/dashboard/assets`. */
export function assets(): Router {
  const router = Router();
  for (const name of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })) {
    if (/\.(js|css|json|svg)$/.test(name)) router.get(`/${name}`, sendFile(join(FOLDER, name)));
  }
  const litHtml = dirname(createRequire(import.meta.url).resolve('lit-html'));
  // Node resolves to the variant for servers, in a folder below.
  const root = litHtml.slice(0, litHtml.lastIndexOf('lit-html') + 'lit-html'.length);
  for (const name of LIT_HTML) router.get(`/lit-html/${name}`, sendFile(join(root, name)));
  return router;
}

/** Holds nothing personal: the browser keeps it, and asks each time whether it has changed. */
export function sendFile(path: string) {
  return (_: Request, response: Response) =>
    response.sendFile(path, { cacheControl: false, headers: { 'Cache-Control': 'private, no-cache' } });
}
