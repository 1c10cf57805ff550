/** The fields of one record as a table; long texts below it, as the CRM shows them. */
import { html, nothing } from '/dashboard/assets/lit-html/lit-html.js';
import { longText } from './long-text.js';
import { t, textFor } from './texts.js';
import { breakable, isLong, shownSource, shownValue } from './values.js';

/** `compares`: a record was found, so each field has a present value. `isNew`: the record is created. */
export function fieldsTable(fields, { compares = false, isNew = false } = {}) {
  const texts = fields.filter((field) => isLong(field));
  const rows = fields.filter((field) => !isLong(field));
  return html`
    <table class=${compares ? 'compares' : ''}>
      <thead>
        <tr>
          <th scope="col">${t('column.field')}</th>
          ${compares ? html`<th scope="col">${t('column.now')}</th>` : nothing}
          <th scope="col">${compares ? t('column.after') : t('column.value')}</th>
          <th scope="col">${t('column.source')}</th>
        </tr>
      </thead>
      <tbody>${rows.map((field) => row(field, compares, isNew))}</tbody>
    </table>
    ${texts.map((field) => longText(field))}`;
}

function row(field, compares, isNew) {
  const { field: name, label, now } = field;
  const state = stateOf(field);
  return html`<tr class=${state} data-field=${name}>
    <th scope="row"><span class="label">${breakable(label)}</span>${label === name ? nothing : html` <code>${breakable(name)}</code>`}</th>
    ${compares ? html`<td class="now" data-title=${t('column.now')}>${shownValue(now, field)}</td>` : nothing}
    <td class="after" data-title=${compares ? t('column.after') : t('column.value')}>${result(field, state, !isNew)}</td>
    <td class="source" data-title=${t('column.source')}>${shownSource(field)}</td>
  </tr>`;
}

function stateOf({ after, skipped, notWritten, isUnchanged }) {
  if (skipped !== undefined) return 'skipped';
  if (after === undefined) return 'nothing';
  if (isUnchanged) return 'unchanged';
  return notWritten === undefined || notWritten === 'list-full' ? 'written' : 'kept';
}

/** `asks`: whether the field is empty is not known yet. */
function result(field, state, asks) {
  const { after, before, code, skipped, silent, notWritten, added, when, now } = field;
  switch (state) {
    case 'skipped':
      return html`${badge(silent ? '' : 'bad', t('field.skipped'))}
        <span class=${silent ? 'faint' : 'why'}>${silent ? t('skipped.inBody') : textFor(`skipped.${code}`, skipped)}</span>
        ${before === undefined || silent ? nothing : unused(before, field)}`;
    case 'nothing':
      return html`<span class="empty">${t('field.nothing')}</span>`;
    case 'kept':
      return html`<span class="value">${shownValue(now, field)}</span> ${badge('warn', t(`kept.${notWritten}`))}
        ${unused(after, field)}`;
    case 'unchanged':
      return html`<span class="value">${shownValue(after, field)}</span> ${badge('', t('field.unchanged'))}`;
    default:
      return html`<span class="value">${shownValue(after, field)}</span>
        ${added === undefined ? nothing : badge('good', t('field.added', { count: added.length }))}
        ${notWritten === undefined ? nothing : badge('warn', t(`kept.${notWritten}`))}
        ${when === 'if-empty' && asks && now === undefined ? badge('', t('field.ifEmpty')) : nothing}`;
  }
}

function unused(value, field) {
  return html`<div class="unused">${t('field.notWritten')} <s>${shownValue(value, field)}</s></div>`;
}

function badge(kind, text) {
  return html`<span class="badge ${kind}">${text}</span>`;
}
