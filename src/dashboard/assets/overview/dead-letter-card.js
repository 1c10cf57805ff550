/** Dead letters by cause, each cause with what cures it. */

import { isBusy } from '../action-button.js';
import { callPath } from '../call-path.js';
import { causeName, number, relative, t } from '../i18n.js';
import { repeat } from '../lit-html/directives/repeat.js';
import { html } from '../lit-html/lit-html.js';
import { curesOf } from './cures.js';

const CALLS_SHOWN = 3;

export function deadLetterCard({ deadLetterGroups: groups, queue, now }) {
  if (groups.length === 0) return '';
  return html`<section class="card groups" aria-labelledby="dead-letters">
    <header>
      <h2 id="dead-letters" tabindex="-1">${t('deadLetters.title')}</h2>
      <span class="badge bad number">${number(queue.deadLetters)}</span>
      <a class="aside" href="/dashboard/calls?outcome=dead-letter">${t('deadLetters.all')}</a>
      <p class="faint explained">${t('deadLetters.explained')}</p>
    </header>
    <ul>${repeat(
      groups,
      ({ id }) => id,
      (group) => row(group, now),
    )}</ul>
  </section>`;
}

function row(group, now) {
  const { id, code, object, fields = [], reason, count, oldestAt, newestAt, callIds } = group;
  const where = fields.map((field) => (object ? `${t(`object.${object}`)} · ${field}` : field)).join(', ');
  return html`<li class=${isBusy(`group ${id}`) ? 'row busy' : 'row'} data-code=${code}>
    <b class="count number">${number(count)}</b>
    <div class="what">
      <h3>${causeName(code)} ${where ? html`<span class="mono where">${where}</span>` : ''}</h3>
      <p>${reason}</p>
      <p class="faint facts">
        <span class="code">${code}</span>
        <span>${t('deadLetters.first', { when: relative(oldestAt, now) })}</span>
        <span>${t('deadLetters.latest', { when: relative(newestAt, now) })}</span>
        <span>${callIds.slice(0, CALLS_SHOWN).map(callLink)}</span>
      </p>
    </div>
    <div class="actions">${curesOf(group)}</div>
  </li>`;
}

function callLink(callId) {
  return html`<a class="mono" href=${callPath(callId)}>${callId}</a> `;
}
