/** The page instead of a recording: says why, in the reader's language, and nothing about the call. */
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { type Language, NOTICES, type Notice } from './notice-texts.ts';

const STATUSES: Readonly<Record<Notice, number>> = {
  invalid_link: 404,
  expired_link: 410,
  not_ready: 404,
  unauthorized: 502,
  rate_limited: 503,
  unavailable: 503,
  unusable: 502,
  busy: 503,
};

const RETRY_SECONDS: Partial<Record<Notice, number>> = {
  not_ready: 60,
  rate_limited: 60,
  unavailable: 30,
  busy: 10,
};

const STYLE =
  'body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;color-scheme:light dark}';
/** Nothing but this very style. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** `fallback`: for readers whose browser prefers neither language. */
export function sendNotice(
  request: Request,
  response: Response,
  notice: Notice,
  { fallback, retryAfterSeconds }: { fallback: Language; retryAfterSeconds?: number | undefined },
): void {
  const language = languageOf(request, fallback);
  const { title, text } = NOTICES[language][notice];
  const seconds = retryAfterSeconds ?? RETRY_SECONDS[notice];
  if (seconds !== undefined) response.set('Retry-After', `${seconds}`);
  response
    .status(STATUSES[notice])
    .set({
      'Cache-Control': 'no-store',
      'Content-Language': language,
      'Content-Security-Policy': POLICY,
      'Content-Type': 'text/html; charset=utf-8',
      Vary: 'Accept-Language',
    })
    .send(
      `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`,
    );
}

function languageOf(request: Request, fallback: Language): Language {
  const other = fallback === 'en' ? 'es' : 'en';
  // Without a preference the first one is answered.
  return (request.acceptsLanguages(fallback, other) || fallback) as Language;
}
