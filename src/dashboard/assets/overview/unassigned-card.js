/** Calls that are in the CRM without a person. */

import { callPath } from '../call-path.js';
import { relative, t } from '../i18n.js';
import { html } from '../lit-html/lit-html.js';

export function unassignedCard({ unassigned, now }) {
  return html`<section class="card unassigned" aria-labelledby="unassigned">
    <header>
      <h2 id="unassigned">${t('unassigned.title')}</h2>
      ${unassigned.length > 0 ? html`<a class="aside" href="/dashboard/calls?outcome=unassigned">${t('recent.all')}</a>` : ''}
    </header>
    <div class="body">
      <p class="faint">${t(unassigned.length > 0 ? 'unassigned.explained' : 'unassigned.none')}</p>
      <ul class="rows">${unassigned.map((call) => row(call, now))}</ul>
    </div>
  </section>`;
}

function row({ callId, unassigned, receivedAt }, now) {
  return html`<li>
    <a class="mono who" href=${callPath(callId)}>${callId}</a>
    <span>${t(`unassigned.${unassigned}`)}</span>
    <span class="faint number when">${relative(receivedAt, now)}</span>
  </li>`;
}
