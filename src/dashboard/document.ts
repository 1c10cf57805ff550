/** The HTML document around every page: language, colours, navigation, search. The page's script fills `<main>`. */
import type { Request } from 'express';
import { readPreferences } from './preferences.ts';
import { LANGUAGES, type Language, readTexts, type Texts } from './texts.ts';

/** Of the navigation. */
export type PageName = 'overview' | 'calls' | 'statement' | 'preview' | 'queue';

export interface PageParts {
  /** Marked in the navigation. */
  readonly page: PageName;
  /** A key of the texts. */
  readonly title: string;
  /** Paths below `/dashboard`. */
  readonly styles: readonly string[];
  readonly script?: string;
  /** HTML of ours, without foreign data. */
  readonly main?: string;
}

export type RenderDocument = (request: Request, parts: PageParts) => string;

/** Commands, as they are typed where this service runs. */
export interface TypedCommands {
  /** Sends an example event. */
  readonly send: string;
  readonly startWorker: string;
}

export interface DocumentSettings {
  /** Until a browser chooses another. */
  readonly language: Language;
  readonly timeZone: string;
  readonly pages: readonly PageName[];
  readonly commands: TypedCommands;
}

const PATHS: Readonly<Record<PageName, string>> = {
  overview: '/dashboard',
  calls: '/dashboard/calls',
  statement: '/dashboard/statement',
  preview: '/dashboard/preview',
  queue: '/dashboard/queue',
};

export function documentRenderer({ language, timeZone, pages, commands }: DocumentSettings): RenderDocument {
  const texts = { en: readTexts('en'), es: readTexts('es') };
  const { send, startWorker } = commands;
  const data = ` data-send-command="${escapeHtml(send)}" data-start-worker-command="${escapeHtml(startWorker)}"`;
  return (request, parts) => {
    const chosen = readPreferences(request);
    const shown = chosen.language ?? language;
    const theme = chosen.theme === undefined ? '' : ` data-theme="${chosen.theme}"`;
    return `<!doctype html>
<html lang="${shown}"${theme} data-time-zone="${escapeHtml(timeZone)}"${data}>
${head(parts, texts[shown])}
<body>
<a class="skip" href="#main">${text(texts[shown], 'shell.skip')}</a>
${bar(parts.page, pages, shown, texts[shown])}
<main id="main" class="page page-${parts.page}" tabindex="-1">${parts.main ?? ''}</main>
<div id="toasts" role="status" aria-live="polite"></div>
</body>
</html>
`;
  };
}

function head({ title, styles, script }: PageParts, texts: Texts): string {
  const shared = ['theme', 'shell', 'controls', 'messages'].map((name) => `/assets/${name}.css`);
  const sheets = [...shared, ...styles];
  const scripts = ['/assets/shell.js', ...(script ? [script] : [])];
  return `<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text(texts, title)} · altur-crm-sync</title>
<link rel="icon" type="image/svg+xml" href="/dashboard/assets/icon.svg">
${sheets.map((path) => `<link rel="stylesheet" href="/dashboard${path}">`).join('\n')}
${scripts.map((path) => `<script type="module" src="/dashboard${path}"></script>`).join('\n')}
</head>`;
}

function bar(page: PageName, pages: readonly PageName[], language: Language, texts: Texts): string {
  const links = pages.map((name) => {
    const current = name === page ? ' aria-current="page"' : '';
    return `<a href="${PATHS[name]}"${current}>${text(texts, `nav.${name}`)}</a>`;
  });
  const languages = LANGUAGES.map(
    (name) =>
      `<button type="button" data-language="${name}" lang="${name}" aria-pressed="${name === language}">${name.toUpperCase()}</button>`,
  );
  return `<header class="bar">
<a class="brand" href="/dashboard"><img src="/dashboard/assets/icon.svg" alt="" width="24" height="24"><span>altur-crm-sync</span></a>
<nav aria-label="${text(texts, 'nav.label')}">${links.join('')}</nav>
${pages.includes('calls') ? quickSearch(texts) : ''}
<div class="choices">
<div class="languages" role="group" aria-label="${text(texts, 'shell.language')}">${languages.join('')}</div>
<button type="button" id="theme" class="icon-button" aria-label="${text(texts, 'shell.theme')}" title="${text(texts, 'shell.theme')}"><span class="theme-icon" aria-hidden="true"></span></button>
</div>
</header>`;
}

function quickSearch(texts: Texts): string {
  return `<form class="quick-search" role="search" action="/dashboard/calls">
<input type="search" name="q" id="quick-search" autocomplete="off" spellcheck="false" placeholder="${text(texts, 'search.placeholder')}" aria-label="${text(texts, 'search.label')}"><kbd aria-hidden="true">/</kbd>
</form>`;
}

function text(texts: Texts, key: string): string {
  const found = texts[key];
  if (found === undefined) throw new Error(`there is no text ${key}`);
  return escapeHtml(found);
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
