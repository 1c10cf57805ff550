/** The fields of one record as a table; long texts below it, as the CRM shows them. */
import { html, nothing } from '/dashboard/assets/lit-html/lit-html.js';
import { longText } from './long-text.js';
import { t, textFor } from './texts.js';
import { isLong, shownSource, shownValue } from './values.js';

/** `compares`: a record was found, so each field has a present value. */
export function fieldsTable(fields, compares) {
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
      <tbody>${rows.map((field) => row(field, compares))}</tbody>
    </table>
    ${texts.map((field) => longText(field))}`;
}

function row(field, compares) {
  const { field: name, label, now } = field;
  const state = stateOf(field);
  return html`<tr class=${state} data-field=${name}>
    <th scope="row"><span class="label">${label}</span>${label === name ? nothing : html` <code>${name}</code>`}</th>
    ${compares ? html`<td class="now" data-title=${t('column.now')}>${shownValue(now, field)}</td>` : nothing}
    <td class="after" data-title=${compares ? t('column.after') : t('column.value')}>${result(field, state)}</td>
    <td class="source" data-title=${t('column.source')}>${shownSource(field)}</td>
  </tr>`;
}

function stateOf({ after, skipped, notWritten, isUnchanged }) {
  if (skipped !== undefined) return 'skipped';
  if (after === undefined) return 'nothing';
  if (notWritten !== undefined) return 'kept';
  return isUnchanged ? 'unchanged' : 'written';
}

function result(field, state) {
  const { after, before, code, skipped, notWritten, added, when } = field;
  switch (state) {
    case 'skipped':
      return html`${badge('bad', t('field.skipped'))}
        <span class="why">${textFor(`skipped.${code}`, skipped)}</span>
        ${before === undefined ? nothing : html`<span class="unused">${shownValue(before, field)}</span>`}`;
    case 'nothing':
      return html`<span class="empty">${t('field.nothing')}</span>`;
    case 'kept':
      return html`${badge('warn', t('field.kept'))} <span class="why">${t(`kept.${notWritten}`)}</span>
        ${notWritten === 'filled' ? html`<span class="unused">${shownValue(after, field)}</span>` : nothing}`;
    case 'unchanged':
      return html`<span class="value">${shownValue(after, field)}</span> ${badge('', t('field.unchanged'))}`;
    default:
      return html`<span class="value">${shownValue(after, field)}</span>
        ${added === undefined ? nothing : badge('good', t('field.added', { count: added.length }))}
        ${when === 'if-empty' && field.now === undefined ? badge('', t('field.ifEmpty')) : nothing}`;
  }
}

function badge(kind, text) {
  return html`<span class="badge ${kind}">${text}</span>`;
}
