/** Whether every call that Altur lists is in the CRM: a line for each day, and how to make the statement again. */

import { actionsChange } from '../action-button.js';
import { crmName, t } from '../i18n.js';
import { repeat } from '../lit-html/directives/repeat.js';
import { html, render } from '../lit-html/lit-html.js';
import { keepLive, liveIndicator } from '../live.js';
import { read } from '../server.js';
import { dayCard } from './day-card.js';
import { makeCard } from './make-card.js';

const root = document.getElementById('main');
let latest;
let connection;

function draw() {
  render(page(latest, connection), root);
}

function page(view, connection) {
  return html`
    <div class="title"><h1>${t('statement.title')}</h1>${liveIndicator(connection)}</div>
    <p class="faint">${t('statement.explained', { crm: crmName(view?.crm ?? 'CRM') })}</p>
    ${view ? statement(view) : html`<p class="card body">${connection.error ?? t('live.loading')}</p>`}
  `;
}

function statement(view) {
  return html`
    ${makeCard(view)}
    ${view.days.length === 0 ? html`<p class="card body nothing">${t('statement.none')}</p>` : ''}
    ${repeat(
      view.days,
      ({ day }) => day,
      (day) => dayCard(day, view),
    )}
  `;
}

const readNow = keepLive(
  () => read('statements'),
  (view, state) => {
    latest = view;
    connection = state;
    draw();
  },
);
actionsChange({ draw, readNow });
