/** What happened to a call, latest first, with the requests of each attempt. */

import { causeName, dateTime, exactClock, number, relative, t } from '../i18n.js';
import { html } from '../lit-html/lit-html.js';

const LEVELS = {
  synced: 'good',
  'dead-letter': 'bad',
  retry: 'warn',
  delay: 'warn',
  pause: 'warn',
};

export function timelineCard({ timeline, now }) {
  return html`<section class="card" aria-labelledby="timeline">
    <header><h2 id="timeline">${t('timeline.title')}</h2></header>
    <div class="body">
      ${
        timeline.length === 0
          ? html`<p class="faint">${t('timeline.empty')}</p>`
          : html`<ol class="timeline">${timeline.toReversed().map((entry, index) => row(entry, now, index === 0))}</ol>`
      }
    </div>
  </section>`;
}

function row({ at, event, code, reason, times = 1, nextAt, batchSize, requests = [] }, now, isLatest) {
  return html`<li class=${LEVELS[event] ?? ''}>
    <div class="line">
      <b>${t(nameOf(event, code))}${times > 1 ? ` × ${number(times)}` : ''}</b>
      <time class="faint" datetime=${new Date(at).toISOString()} title=${dateTime(at)}>${exactClock(at)} · ${relative(at, now)}</time>
    </div>
    ${reason ? html`<p>${code ? `${causeName(code)}: ` : ''}${reason} <span class="code">${code ?? ''}</span></p>` : ''}
    ${nextAt && (isLatest || nextAt > now) ? html`<p class="faint">${t(nextAt > now ? 'timeline.again' : 'timeline.wasAgain', { when: relative(nextAt, now) })}</p>` : ''}
    ${requests.length > 0 ? requestList(requests, batchSize) : ''}
  </li>`;
}

/** A call that is put off waits for another one of its person, or for what the reason says. */
function nameOf(event, code) {
  return event === 'delay' && code !== 'PERSON_BUSY' ? 'timeline.putOff' : `timeline.${event}`;
}

function requestList(requests, batchSize) {
  const ms = requests.reduce((sum, request) => sum + request.ms, 0);
  const title = [
    t('timeline.requests', { count: requests.length }),
    `${number(ms)} ms`,
    batchSize > 1 ? t('timeline.batch', { count: batchSize }) : '',
  ];
  return html`<details>
    <summary>${title.filter(Boolean).join(' · ')}</summary>
    <ul class="requests">${requests.map(requestRow)}</ul>
  </details>`;
}

function requestRow({ method, endpoint, status, ms }) {
  const failed = status === undefined || status >= 400;
  return html`<li>
    <span class="badge ${failed ? 'bad' : 'good'} number">${status ?? t('timeline.noResponse')}</span>
    <span class="mono">${method} ${endpoint}</span>
    <span class="faint number">${number(ms)} ms</span>
  </li>`;
}
