/** The records that a call has become. */

import { crmName, dateTime, t } from '../i18n.js';
import { html } from '../lit-html/lit-html.js';
import { isLinked, stateOf } from './check.js';

export function recordsCard({ synced }) {
  if (!synced) return '';
  return html`<section class="card" aria-labelledby="records">
    <header><h2 id="records">${t('records.title', { crm: crmName(synced.crm) })}</h2></header>
    <div class="body">
      <ul class="rows">${synced.records.map(row)}</ul>
      ${linkState()}
      <p class="faint">${t('records.written', { when: dateTime(synced.at) })}</p>
    </div>
  </section>`;
}

function row({ object, id, url, key }) {
  const link = url && /^https?:/.test(url);
  return html`<li>
    <span class="who"><b>${t(`object.${object}`)}</b> <span class="faint mono">${key ?? ''}</span> ${stateBadge(stateOf(object, id))}</span>
    ${link ? html`<a class="mono" href=${url} target="_blank" rel="noreferrer">${id} ↗</a>` : html`<span class="mono">${id}</span>`}
  </li>`;
}

/** After the CRM was asked. */
function stateBadge(state) {
  if (!state) return '';
  const isThere = state === 'present';
  return html`<span class="badge ${isThere ? 'good' : 'bad'}">${t(isThere ? 'check.present' : 'check.gone')}</span>`;
}

function linkState() {
  const linked = isLinked();
  if (linked === undefined) return '';
  return html`<p><span class="badge ${linked ? 'good' : 'bad'}">${t(linked ? 'check.linked' : 'check.notLinked')}</span></p>`;
}
