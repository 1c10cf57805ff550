/** The page of one call: where it is, why, what to do, and how it got there. */

import { actionsChange } from '../action-button.js';
import { apiPath, callIdAt } from '../call-path.js';
import { outcomeBadge } from '../call-table.js';
import { dateTime, fixOf, relative, t } from '../i18n.js';
import { html, render } from '../lit-html/lit-html.js';
import { keepLive, liveIndicator } from '../live.js';
import { read } from '../server.js';
import { callActions } from './call-actions.js';
import { recordsCard } from './records-card.js';
import { sentenceOf } from './sentence.js';
import { skippedCard } from './skipped-card.js';
import { timelineCard } from './timeline.js';

const callId = callIdAt(location);
const root = document.getElementById('main');
let latest;
let connection;

function draw() {
  render(page(latest, connection), root);
}

function page(status, connection) {
  return html`
    <div class="crumbs">
      <a href="/dashboard/calls">← ${t('nav.calls')}</a>
      ${liveIndicator(connection)}
    </div>
    ${status ? call(status) : html`<p class="card body">${connection.error ?? t('live.loading')}</p>`}
  `;
}

function call(status) {
  const { title, detail, level } = sentenceOf(status);
  return html`
    <section class="card summary ${level}">
      <div class="id">${outcomeBadge(status.state)} <code>${status.callId}</code></div>
      <h1>${title}</h1>
      ${detail ? html`<p class="detail">${detail}</p>` : ''}
      ${whatToDo(status)} ${refused(status)}
      <div class="actions">${callActions(status)}</div>
      ${recording(status)}
      ${facts(status)}
    </section>
    <div class="halves">
      ${timelineCard(status)}
      <div class="stack">${recordsCard(status)}${skippedCard(status)}</div>
    </div>
  `;
}

function whatToDo({ state, cause: own, waiting }) {
  const cause = state === 'queued' ? waiting?.pause : own;
  if (!cause) return '';
  const fix = fixOf(cause.code, cause.fix);
  return html`<div class="cause">
    <p><b>${t('call.why')}</b> ${cause.reason} <span class="code">${cause.code ?? ''}</span></p>
    ${cause.fields?.length ? html`<p><b>${t('call.fields')}</b> <span class="mono">${cause.fields.join(', ')}</span></p>` : ''}
    ${fix ? html`<p><b>${t('call.fix')}</b> ${fix}</p>` : ''}
  </div>`;
}

function refused({ refused, now }) {
  if (!refused) return '';
  return html`<p class="unverified">
    <span class="badge warn">${t('call.unverified')}</span>
    ${t('call.refused', { count: refused.count, when: relative(refused.lastAt, now) })}
  </p>`;
}

/** Played here where the link leads to this very service, whose pages may load nothing else. */
function recording({ recordingUrl }) {
  if (!recordingUrl || !/^https?:/.test(recordingUrl)) return '';
  const { origin, pathname, search } = new URL(recordingUrl);
  const link = html`<a href=${recordingUrl} target="_blank" rel="noreferrer">${t('call.recording')} ↗</a>`;
  if (origin !== location.origin) return html`<p class="recording">${link}</p>`;
  return html`<p class="recording">${link} <audio controls preload="none" src=${pathname + search} aria-label=${t('call.recording')}></audio></p>`;
}

function facts({ receivedAt, duplicates, timeline, now }) {
  if (receivedAt === undefined) return '';
  // Of a call that no webhook reported, it is when the call ended.
  const has = (name) => timeline.some(({ event }) => event === name);
  const name = has('reconciled') && !has('received') ? t('call.ended') : t('calls.received');
  return html`<dl class="facts">
    <div><dt>${name}</dt><dd><time datetime=${new Date(receivedAt).toISOString()}>${dateTime(receivedAt)}</time> <span class="faint">${relative(receivedAt, now)}</span></dd></div>
    ${duplicates > 0 ? html`<div><dt>${t('call.duplicates')}</dt><dd>${t('call.duplicates.count', { count: duplicates })}</dd></div>` : ''}
  </dl>`;
}

const readNow = keepLive(
  () => read(apiPath(callId)),
  (status, state) => {
    latest = status;
    connection = state;
    draw();
  },
);
actionsChange({ draw, readNow });
