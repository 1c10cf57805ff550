/** One day: its numbers in a line, which opens what keeps calls out of the CRM; open where calls are missing. */

import { actionButton } from '../action-button.js';
import { callPath } from '../call-path.js';
import { causeName, crmName, dateTime, dayName, fixOf, hasText, number, relative, t } from '../i18n.js';
import { html } from '../lit-html/lit-html.js';
import { act } from '../server.js';
import { completeness } from './completeness.js';

const sum = (groups) => groups.reduce((total, { count }) => total + count, 0);

export function dayCard(statement, { now }) {
  const { day, listed, ongoing, madeAt, unlisted, unreadCampaigns = [] } = statement;
  const crm = crmName(statement.crm);
  const { level, text } = completeness(statement);
  return html`<details class="card day ${level === 'bad' ? 'bad' : ''}" data-day=${day} ?open=${level === 'bad'}>
    <summary>
      <div>
        <h2>${dayName(day)}</h2>
        <p class="made faint">${t('statement.madeAt', { when: relative(madeAt, now) })}</p>
      </div>
      <span class="badge ${level}">${text}</span>
      <dl class="numbers">
        ${figure(t('statement.atAltur'), listed.calls)}
        ${figure(t('statement.inCrm', { crm }), listed.inCrm)}
        ${figure(t('statement.skipped'), sum(listed.skipped))}
        ${figure(t('statement.deadLetters'), sum(listed.deadLetters), sum(listed.deadLetters) > 0 ? 'warn' : '')}
        ${figure(t('statement.waiting'), listed.waiting)}
        ${figure(t('statement.missing.name'), listed.missing, listed.missing > 0 ? 'bad' : '')}
      </dl>
    </summary>
    <div class="body">
      ${unreadCampaigns.map(({ id, code }) => html`<p class="unread">${t('statement.unread', { campaign: id })} <span class="code">${code}</span></p>`)}
      ${missingPart(listed, statement)}
      ${unlisted.missing > 0 ? missingPart(unlisted, statement) : ''}
      ${deadLetterPart(listed)}${skippedPart(listed)}
      ${ongoing > 0 ? html`<p>${t('statement.ongoing', { count: ongoing })}</p>` : ''}
      ${unlisted.calls > 0 ? html`<p>${besides(unlisted, crm)}</p>` : ''}
    </div>
  </details>`;
}

function figure(name, count, level = '') {
  return html`<div class=${level}><dt>${name}</dt><dd class="number">${number(count)}</dd></div>`;
}

function missingPart({ missing, missingCalls }, { day, crm }) {
  if (missing === 0) return '';
  const callIds = missingCalls.map(({ callId }) => callId);
  const more = missing - missingCalls.length;
  return html`<section class="missing">
    <h3>${t('statement.missing', { count: missing })}</h3>
    <ul>${missingCalls.map((call) => missingRow(call, crm))}</ul>
    ${more > 0 ? html`<p class="faint">${t('statement.more', { count: more })}</p>` : ''}
    <div class="actions">${actionButton({
      subject: `missing ${day}`,
      look: 'primary',
      label: t('statement.write', { count: callIds.length }),
      run: () => act('resync', { callIds }),
      done: ({ count }) => t('done.resynced', { count }),
    })}</div>
  </section>`;
}

function missingRow({ callId, why, at }, crm) {
  const values = { crm: crmName(crm), when: at === undefined ? '' : dateTime(at) };
  return html`<li><a class="mono" href=${callPath(callId)}>${callId}</a> <span>${t(`statement.why.${why}`, values)}</span></li>`;
}

function deadLetterPart({ deadLetters }) {
  if (deadLetters.length === 0) return '';
  return html`<section>
    <h3>${t('statement.deadLetters')}</h3>
    <ul>${deadLetters.map(
      ({ code, reason, count }) => html`<li>
        <b class="number">${number(count)}</b>
        <span>${causeName(code)}: ${reason} <span class="code">${code}</span> ${fixOf(code)}</span>
      </li>`,
    )}</ul>
    <p><a href="/dashboard#dead-letters">${t('statement.toDeadLetters')}</a></p>
  </section>`;
}

function skippedPart({ skipped }) {
  if (skipped.length === 0) return '';
  return html`<section>
    <h3>${t('statement.skippedBy')}</h3>
    <ul>${skipped.map(({ rule, count }) => html`<li><b class="number">${number(count)}</b> <span>${ruleName(rule)}</span></li>`)}</ul>
  </section>`;
}

/** Some calls are skipped by no rule of their own, but because nobody in the CRM matches. */
function ruleName(rule) {
  if (hasText(`unassigned.${rule}`)) return t(`unassigned.${rule}`);
  return rule === 'NO_CALL_RECORD' ? t('statement.noCallRecord') : html`<code>${rule}</code>`;
}

function besides({ calls, inCrm, missing, waiting, skipped, deadLetters }, crm) {
  const others = [
    [sum(skipped), 'statement.skipped'],
    [sum(deadLetters), 'statement.deadLetters'],
    [waiting, 'statement.waiting'],
    [missing, 'statement.missing.name'],
  ].filter(([count]) => count > 0);
  const places = others.map(([count, name]) => `, ${t(name)}: ${number(count)}`).join('');
  return `${t('statement.besides', { count: calls })} ${t('statement.inCrm', { crm })}: ${number(inCrm)}${places}.`;
}
