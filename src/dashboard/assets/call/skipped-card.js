/** Fields that the call was written without, each with its reason and its cure. */

import { causeName, fixOf, t } from '../i18n.js';
import { html } from '../lit-html/lit-html.js';
import { curesOfField } from '../overview/cures.js';

export function skippedCard({ synced }) {
  const fields = synced?.skippedFields ?? [];
  if (fields.length === 0) return '';
  return html`<section class="card" aria-labelledby="skipped">
    <header><h2 id="skipped">${t('skipped.title')}</h2></header>
    <ul class="body skipped-fields">${fields.map(row)}</ul>
  </section>`;
}

function row(skipped) {
  const { object, field, code, reason } = skipped;
  const fix = fixOf(code);
  return html`<li>
    <h3><span class="mono">${field}</span> <span class="faint">${t(`object.${object}`)}</span></h3>
    <p>${causeName(code)}: ${reason} <span class="code">${code}</span></p>
    ${fix ? html`<p><b>${t('call.fix')}</b> ${fix}</p>` : ''}
    <div class="actions">${curesOfField(skipped)}</div>
  </li>`;
}
