/** The first page: is everything all right, and what needs a person. */

import { actionsChange } from '../action-button.js';
import { callTable } from '../call-table.js';
import { t } from '../i18n.js';
import { html, render } from '../lit-html/lit-html.js';
import { keepLive } from '../live.js';
import { read } from '../server.js';
import { throughputChart } from './chart.js';
import { crmCard } from './crm-card.js';
import { deadLetterCard } from './dead-letter-card.js';
import { firstSteps } from './first-steps.js';
import { healthBanner } from './health-banner.js';
import { keyFigures } from './key-figures.js';
import { skippedFieldCard } from './skipped-field-card.js';
import { statementCard } from './statement-card.js';
import { unassignedCard } from './unassigned-card.js';
import { workerCard } from './worker-card.js';

/** As many as fit beside the cards. */
const RECENT_SHOWN = 12;
const root = document.getElementById('main');
let latest;
let connection;

function draw() {
  render(page(latest, connection), root);
}

function page(overview, connection) {
  if (!overview)
    return html`${healthBanner(undefined, connection)}<div class="card skeleton" aria-hidden="true"></div>`;
  const isNew = overview.recent.length === 0 && overview.minutes.every(({ received }) => received === 0);
  return html`
    ${healthBanner(overview, connection)}
    <div class="overview ${connection.state === 'lost' ? 'stale' : ''}">
      ${keyFigures(overview)}
      ${statementCard(overview)}
      ${isNew ? firstSteps() : ''}
      ${deadLetterCard(overview)}
      <div class=${isNew ? 'pair' : 'halves'}>
        ${isNew ? '' : throughputChart(overview, draw)}
        <div class="stack">${crmCard(overview)}${workerCard(overview)}</div>
      </div>
      ${skippedFieldCard(overview)}
      ${isNew ? '' : html`<div class="halves">${recentCard(overview)}${unassignedCard(overview)}</div>`}
      <p class="faint version">altur-crm-sync ${overview.version}</p>
    </div>
  `;
}

function recentCard({ recent, now, crm }) {
  return html`<section class="card" aria-labelledby="recent">
    <header><h2 id="recent">${t('recent.title')}</h2><a class="aside" href="/dashboard/calls">${t('recent.all')}</a></header>
    ${callTable(recent.slice(0, RECENT_SHOWN), now, crm.name)}
  </section>`;
}

const readNow = keepLive(
  () => read('overview'),
  (overview, state) => {
    latest = overview;
    connection = state;
    draw();
  },
);
actionsChange({ draw, readNow });
