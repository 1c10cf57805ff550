/** Values as users of the CRM see them: labels in place of options, times in their zone. Foreign text is only text. */
import { html, nothing } from '/dashboard/assets/lit-html/lit-html.js';
import { formatTime, t } from './texts.js';

/** Shorter values stand in their row of the table. */
const MAX_IN_ROW = 160;

/** Does it get a place of its own, as the text of a call does? */
export function isLong({ markup, after }) {
  if (typeof after !== 'string' || after === '') return false;
  return markup === 'html' || after.includes('\n') || after.length > MAX_IN_ROW;
}

/** `added`: the items that are new in the list. */
export function shownValue(value, { type, valueLabels, added }) {
  if (value === undefined) return nothing;
  const items = itemsOf(value, type, added);
  if (items) return html`<span class="chips">${items.map((item) => chip(item, valueLabels, added))}</span>`;
  if (value === '' || value === null) return html`<span class="empty">${t('value.empty')}</span>`;
  const label = valueLabels?.[value];
  if (label !== undefined) return html`${label} <code class="raw">${value}</code>`;
  if (type === 'datetime') return html`<span title=${value}>${formatTime(value)}</span>`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function itemsOf(value, type, added) {
  if (Array.isArray(value))
    return value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
  const isList = (type === 'options' || added !== undefined) && typeof value === 'string' && value !== '';
  return isList ? value.split(';').filter((item) => item !== '') : undefined;
}

function chip(item, valueLabels, added) {
  const label = valueLabels?.[item];
  const raw = label === undefined ? nothing : html` <code class="raw">${item}</code>`;
  return html`<span class="chip ${added?.includes(item) ? 'new' : ''}">${label ?? item}${raw}</span>`;
}

/** The value of the event, where it is another text than the one that is written. */
export function shownSource({ source, before, after }) {
  const [from, to] = [plain(before), plain(after)];
  const isSame = from === undefined || from === to || from.length > MAX_IN_ROW;
  return html`<code>${breakable(source)}</code>${isSame ? nothing : html` <span class="faint">${from}</span>`}`;
}

/** A name may be broken after its dots and underscores. */
export function breakable(name) {
  return name.split(/(?<=[._])/).map((part) => html`${part}<wbr>`);
}

function plain(value) {
  if (value === undefined || typeof value === 'string') return value;
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return isList ? value.join(', ') : JSON.stringify(value);
}
