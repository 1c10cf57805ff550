/** Finding calls: by id, customer or phone, by outcome and by time. */

import { callPath } from '../call-path.js';
import { callTable } from '../call-table.js';
import { t } from '../i18n.js';
import { html, nothing, render } from '../lit-html/lit-html.js';
import { read } from '../server.js';

const OUTCOMES = ['queued', 'retrying', 'dead-letter', 'skipped', 'synced', 'unassigned'];
const HOURS = ['1', '24', '168', '720'];
/** As many as the service sends at once: there may be more. */
const PAGE_SIZE = 50;

/** What may be an id: neither a phone number nor a sentence. */
const CALL_ID = /^(?=.*[a-z])\S{6,}$/i;

const query = new URLSearchParams(location.search);
const root = document.getElementById('main');
const found = { calls: undefined, now: undefined, error: undefined, mayBeMore: false, isLoading: true };

function draw() {
  render(page(), root);
}

function page() {
  const text = query.get('q') ?? '';
  return html`
    <h1>${t(text ? 'search.resultsFor' : 'title.calls', { text })}</h1>
    <form class="filters" role="search" action="/dashboard/calls">
      <label class="text"><span>${t('search.text')}</span><input type="search" name="q" .value=${text} placeholder=${t('search.placeholder')} autocomplete="off" spellcheck="false"></label>
      ${choice('outcome', OUTCOMES, (name) => t(`outcome.${name}`))}
      ${choice('hours', HOURS, (hours) => t(`search.hours.${hours}`))}
      <button type="submit" class="primary">${t('search.go')}</button>
    </form>
    <section class="card" aria-label=${t('title.calls')} aria-busy=${found.isLoading ? 'true' : nothing}>${results()}</section>
    ${found.mayBeMore ? html`<div class="more"><button type="button" ?disabled=${found.isLoading} @click=${more}>${t('search.older')}</button></div>` : ''}
  `;
}

function choice(name, values, label) {
  const chosen = query.get(name) ?? '';
  return html`<label><span>${t(`search.${name}`)}</span><select name=${name}>
    <option value="">${t(`search.${name}.any`)}</option>
    ${values.map((value) => html`<option value=${value} ?selected=${value === chosen}>${label(value)}</option>`)}
  </select></label>`;
}

function results() {
  const { calls, error, now } = found;
  if (error) return html`<p class="body failed" role="alert">${error}</p>`;
  if (!calls) return html`<p class="body faint">${t('live.loading')}</p>`;
  if (calls.length > 0) return callTable(calls, now);
  const isFiltered = [...query.values()].some((value) => value !== '');
  const text = (query.get('q') ?? '').trim();
  return html`<div class="body nothing"><h2>${t('search.nothing')}</h2>
    <p class="faint">${t(isFiltered ? 'search.nothing.hint' : 'search.nothing.yet')}</p>
    ${CALL_ID.test(text) ? html`<p>${t('search.nothing.call', { text })} <a href=${callPath(text)}>${t('search.nothing.open')}</a></p>` : ''}
  </div>`;
}

/** `until`: the moment of the last call that is shown; `known`: how many of that moment are. */
async function load({ until, known = 0 } = {}) {
  found.isLoading = true;
  draw();
  try {
    const wanted = new URLSearchParams(query);
    if (until !== undefined) wanted.set('until', until);
    if (known > 0) wanted.set('known', known);
    const { callId, calls, now } = await read(`calls?${wanted}`);
    // The text is the id of one call and finds no other: there is nothing to choose.
    if (callId !== undefined && calls.length === 0) return location.replace(callPath(callId));
    Object.assign(found, {
      calls: merged(found.calls ?? [], calls),
      now,
      mayBeMore: calls.length >= PAGE_SIZE + known,
    });
  } catch (error) {
    found.error = error.message;
  }
  found.isLoading = false;
  draw();
}

/** Several calls may have changed at the same moment. */
function merged(shown, further) {
  const ids = new Set(shown.map(({ callId }) => callId));
  return [...shown, ...further.filter(({ callId }) => !ids.has(callId))];
}

function more() {
  const until = found.calls.at(-1).updatedAt;
  return load({ until, known: found.calls.filter(({ updatedAt }) => updatedAt === until).length });
}

void load();
