/** Calls in a table: outcome, id, what there is to say, when, and the way into the CRM. */

import { callPath } from './call-path.js';
import { causeName, crmName, dateTime, t, when } from './i18n.js';
import { repeat } from './lit-html/directives/repeat.js';
import { html } from './lit-html/lit-html.js';

const LEVELS = {
  synced: 'good',
  queued: 'accent',
  retrying: 'warn',
  'dead-letter': 'bad',
  skipped: '',
  'being-written': 'accent',
  unknown: '',
};

export function outcomeBadge(outcome) {
  return html`<span class="badge ${LEVELS[outcome] ?? ''}">${t(`outcome.${outcome}`)}</span>`;
}

export function callTable(calls, now, crm) {
  if (calls.length === 0) return html`<p class="body faint nothing">${t('calls.none')}</p>`;
  return html`<table class="calls">
    <thead><tr>${['outcome', 'call', 'note', 'received'].map((name) => html`<th scope="col">${t(`calls.${name}`)}</th>`)}<th><span class="visually-hidden">${t('calls.open')}</span></th></tr></thead>
    <tbody>${repeat(
      calls,
      ({ callId }) => callId,
      (call) => row(call, now, crm),
    )}</tbody>
  </table>`;
}

function row({ callId, outcome, code, unassigned, receivedAt }, now, crm) {
  const note = code ? causeName(code) : unassigned ? t(`unassigned.${unassigned}`) : '';
  return html`<tr data-call=${callId}>
    <td>${outcomeBadge(outcome)}</td>
    <th scope="row"><a class="mono" href=${callPath(callId)}>${callId}</a></th>
    <td class="note">${note}</td>
    <td class="faint received"><time datetime=${new Date(receivedAt).toISOString()} title=${dateTime(receivedAt)}>${when(receivedAt, now)}</time></td>
    <td class="open">${outcome === 'synced' ? crmLink(callId, crm) : ''}</td>
  </tr>`;
}

function crmLink(callId, crm) {
  const name = crm ? crmName(crm) : 'CRM';
  return html`<a href=${callPath(callId, '/crm')} target="_blank" rel="noreferrer" aria-label=${t('calls.openIn', { crm: name, callId })}>${name} ↗</a>`;
}
