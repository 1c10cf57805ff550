/** Whether the CRM takes calls, why not and until when, and how much of its quota is left. */

import { crmName, number, percent, relative, t } from '../i18n.js';
import { html, svg } from '../lit-html/lit-html.js';

const LEVELS = { ok: 'good', waiting: 'warn', 'not-connected': 'bad', 'no-worker': 'bad' };

export function crmCard({ crm, now }) {
  const level = crm.kind === 'unauthorized' ? 'bad' : LEVELS[crm.state];
  const state = crm.state === 'waiting' && crm.kind ? `waiting.${crm.kind}` : crm.state;
  return html`<section class="card crm" aria-labelledby="crm">
    <header>
      <h2 id="crm">${crmName(crm.name)}</h2>
      <span class="badge ${level} aside">${t(`crm.${state}`)}</span>
    </header>
    <div class="body">
      ${crm.account ? html`<p class="faint">${account(crm.account)}</p>` : ''}
      ${crm.reason ? html`<p class="reason">${crm.reason} <span class="code">${crm.code ?? ''}</span></p>` : ''}
      ${crm.until ? html`<p class="faint">${t('crm.again', { when: relative(crm.until, now) })}</p>` : ''}
      ${crm.usage ? quota(crm.usage) : ''}
    </div>
  </section>`;
}

function account({ name, id, url }) {
  const text = name === id ? id : `${name} · ${id}`;
  return url && /^https?:/.test(url)
    ? html`<a href=${url} target="_blank" rel="noreferrer">${text} ↗</a>`
    : text;
}

function quota({ used, limit }) {
  const share = limit > 0 ? Math.min(1, used / limit) : 0;
  const level = share >= 0.9 ? 'bad' : share >= 0.75 ? 'warn' : 'good';
  return html`<div class="quota">
    <div class="line"><span>${t('crm.quotaLeft')}</span><b class="number">${number(Math.max(0, limit - used))}</b></div>
    <svg
      class="meter ${level}"
      role="meter"
      aria-label=${t('crm.quota')}
      aria-valuemin="0"
      aria-valuemax=${limit}
      aria-valuenow=${used}
    >${svg`<rect class="track" width="100%" height="8" rx="4" /><rect class="used" width="${share * 100}%" height="8" rx="4" />`}</svg>
    <p class="faint number">${t('crm.quotaUsed', { used, limit, share: percent(share) })}</p>
  </div>`;
}
