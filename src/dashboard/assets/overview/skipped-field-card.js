/** Fields that calls were written without. */

import { callPath } from '../call-path.js';
import { causeName, fixOf, number, relative, t } from '../i18n.js';
import { repeat } from '../lit-html/directives/repeat.js';
import { html } from '../lit-html/lit-html.js';
import { curesOfField } from './cures.js';

export function skippedFieldCard({ skippedFields: groups, now }) {
  if (groups.length === 0) return '';
  return html`<section class="card groups" aria-labelledby="skipped-fields">
    <header>
      <h2 id="skipped-fields">${t('skipped.title')}</h2>
      <p class="faint explained">${t('skipped.explained')}</p>
    </header>
    <ul>${repeat(
      groups,
      ({ object, field, code }) => `${object} ${field} ${code}`,
      (group) => row(group, now),
    )}</ul>
  </section>`;
}

function row(group, now) {
  const { object, field, code, count, newestAt, newestCallId } = group;
  const fix = fixOf(code);
  return html`<li class="row" data-field=${field}>
    <b class="count number">${number(count)}</b>
    <div class="what">
      <h3>${causeName(code)} <span class="mono where">${t(`object.${object}`)} · ${field}</span></h3>
      ${fix ? html`<p>${fix}</p>` : ''}
      <p class="faint facts">
        <span class="code">${code}</span><span>${t('skipped.latest', { when: relative(newestAt, now) })}</span>
        ${newestCallId ? html`<a class="mono" href=${callPath(newestCallId)}>${newestCallId}</a>` : ''}
      </p>
    </div>
    <div class="actions">${curesOfField(group)}</div>
  </li>`;
}
