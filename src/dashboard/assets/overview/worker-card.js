/** The processes that are alive. */

import { relative, t } from '../i18n.js';
import { repeat } from '../lit-html/directives/repeat.js';
import { html } from '../lit-html/lit-html.js';

export function workerCard({ processes, now }) {
  const versions = new Set(processes.map(({ version }) => version));
  return html`<section class="card workers" aria-labelledby="workers">
    <header><h2 id="workers" tabindex="-1">${t('workers.title')}</h2></header>
    <div class="body">
      ${processes.some(({ role }) => role !== 'ingress') ? '' : html`<p class="reason">${t('workers.none', { command: document.documentElement.dataset.startWorkerCommand })}</p>`}
      <ul class="rows">${repeat(
        processes,
        ({ id }) => id,
        (process) => row(process, now),
      )}</ul>
      ${versions.size > 1 ? html`<p class="faint">${t('workers.versions')}</p>` : ''}
    </div>
  </section>`;
}

function row({ role, host, version, lastActivityAt, crm }, now) {
  const isCutOff = crm?.connected === false;
  const activity = lastActivityAt === undefined ? t('workers.idle') : relative(lastActivityAt, now);
  return html`<li>
    <span class="dot ${isCutOff ? 'bad' : 'good'}" aria-hidden="true"></span>
    <span class="who"><b>${t(`role.${role}`)}</b> <span class="faint">${host}</span></span>
    <span class="faint number">${version}</span>
    <span class="faint number when">${activity}</span>
    ${isCutOff ? html`<p class="reason">${t('workers.cutOff')} ${crm.reason ?? ''}</p>` : ''}
  </li>`;
}
