/** What becomes of the event: the person, the call, its follow-ups, and the requests that write them. */
import { html, nothing } from '/dashboard/assets/lit-html/lit-html.js';
import { fieldsTable } from './fields.js';
import { personSummary } from './person.js';
import { requestList } from './requests.js';
import { t } from './texts.js';

/** `lookUp`: see personSummary. `lookUpAgain`: looks the person up. */
export function records(preview, lookUp, lookUpAgain) {
  const { callAction, fields, requests } = preview;
  const of = (object) => fields.filter((field) => field.object === object);
  const tasks = Map.groupBy(of('task'), ({ task }) => task);
  return html`
    ${callAction === 'skip' ? notice(t('call.skipped')) : nothing}
    ${callAction === 'log-only' ? notice(t('call.logOnly')) : nothing}
    ${callAction === 'skip' ? nothing : personCard(preview, of('person'), lookUp, lookUpAgain)}
    ${of('call').length === 0 ? nothing : card('call', t('record.call'), fieldsTable(of('call')))}
    ${[...tasks].map(([name, some]) => card('task', t('record.task', { name }), fieldsTable(some)))}
    ${requestList(requests)}`;
}

function personCard(preview, fields, lookUp, lookUpAgain) {
  const { person } = preview;
  if (!person) return card('person', t('record.person'), html`<p class="faint">${t('person.nobody')}</p>`);
  const { lookedUp } = person;
  const isWritten = !lookedUp || lookedUp.match === 'found' || lookedUp.match === 'created';
  const table =
    fields.length === 0 || !isWritten
      ? nothing
      : fieldsTable(fields, { compares: lookedUp?.match === 'found', isNew: lookedUp?.match === 'created' });
  const content = html`${personSummary(preview, lookUp)}${table}`;
  return card('person', t('record.person'), content, lookUpButton(lookUp, lookUpAgain));
}

/** Absent where there are no credentials to look people up with. */
function lookUpButton({ isAsking }, lookUpAgain) {
  if (!lookUpAgain) return nothing;
  return html`<button type="button" id="resolve" class="quiet aside" aria-busy=${isAsking} @click=${lookUpAgain}>
    ${t(isAsking ? 'lookUp.asking' : 'lookUp.again')}
  </button>`;
}

function card(kind, title, content, aside = nothing) {
  return html`<section class="card ${kind}">
    <header><h2>${title}</h2>${aside}</header>
    <div class="body">${content}</div>
  </section>`;
}

function notice(text) {
  return html`<p class="notice">${text}</p>`;
}
