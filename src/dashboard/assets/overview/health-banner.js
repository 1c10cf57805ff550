/** One sentence on top: whether all is well; below it what else there is. */

import { t } from '../i18n.js';
import { html, svg } from '../lit-html/lit-html.js';
import { liveIndicator } from '../live.js';
import { findings } from './health.js';

const MARKS = {
  good: svg`<path d="m6 12.5 4 4 8-9" />`,
  busy: svg`<circle cx="12" cy="12" r="9" /><path d="M12 7v5l3.5 2" />`,
  warn: svg`<path d="M12 6v7.5M12 17.2v.3" />`,
  bad: svg`<path d="m7.5 7.5 9 9m0-9-9 9" />`,
};

export function healthBanner(overview, connection) {
  if (!overview) {
    const title = connection.error ?? t('live.loading');
    return banner(connection.error ? 'bad' : 'busy', title, '', [], connection);
  }
  const [first, ...others] = findings(overview);
  return banner(first.level, first.title, first.detail, others, connection);
}

function banner(level, title, detail, others, connection) {
  return html`<section class="health ${level}" aria-label=${t('health.label')}>
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">${MARKS[level]}</svg>
    <div class="words">
      <h1>${title}</h1>
      <p>${detail}</p>
      ${
        others.length > 0
          ? html`<ul>${others.map((other) => html`<li class=${other.level}>${other.title}</li>`)}</ul>`
          : ''
      }
    </div>
    ${liveIndicator(connection)}
  </section>`;
}
