/** The preview page: event and mapping on one side, what becomes of them on the other, updated while typing. */

import { crmName, exactClock } from '/dashboard/assets/i18n.js';
import { render } from '/dashboard/assets/lit-html/lit-html.js';
import { createEditor } from './editor.js';
import { layout } from './layout.js';
import { prettyJson } from './pretty-json.js';
import { carryOver, requestPreview } from './preview-source.js';
import { records } from './records.js';
import { stateText } from './state-text.js';
import { setUpTabs } from './tabs.js';
import { t, textFor } from './texts.js';

/** A preview is requested this long after the last keystroke, and the CRM is asked this long after the preview. */
const TYPING_PAUSE_MS = 200;
const LOOK_UP_PAUSE_MS = 800;
/** A response that takes longer is announced. */
const ANNOUNCE_AFTER_MS = 400;

const at = (id) => document.getElementById(id);
render(layout(), at('main'));
const eventEditor = createEditor(at('event-editor'));
const mappingEditor = createEditor(at('mapping-editor'));
const tabs = setUpTabs(at('columns'));
let canLookUp = false;
let crm = '';
/** The latest preview in which people were looked up. */
let lookedUp;
let requests = 0;
let timer;
let lookUpTimer;
let announcement;

/**
 * Shows the preview of what the editors hold. `reveal`: brings the first mistake into sight. `failure`: why the person
 * could not be looked up, so this is a preview without.
 */
async function update({ lookUp = false, reveal = false, failure } = {}) {
  requests += 1;
  const thisRequest = requests;
  clearTimeout(timer);
  clearTimeout(lookUpTimer);
  clearTimeout(announcement);
  announcement = setTimeout(() => announce(), ANNOUNCE_AFTER_MS);
  const request = { event: eventEditor.field.value, mapping: mappingEditor.field.value, resolve: lookUp };
  const response = await requestPreview(request);
  // The response to an earlier request may arrive later.
  if (thisRequest !== requests) return;
  clearTimeout(announcement);
  if (lookUp && response.error) return update({ failure: response.error });
  showIssues(response, reveal);
  at('state').textContent = stateText(response, crm);
  at('state').classList.toggle('bad-text', response.error !== undefined || !response.preview);
  if (response.preview) showPreview(response.preview, lookUp, failure);
  else at('records').classList.add('stale');
}

let shown;

function showPreview(preview, isLookedUp, failure) {
  if (isLookedUp && preview.person?.lookedUp) lookedUp = preview;
  // The connector that writes to no CRM knows nobody.
  else if (isLookedUp && preview.person && preview.schema === 'live') canLookUp = false;
  shown = isLookedUp || failure !== undefined ? preview : carryOver(preview, lookedUp);
  const willLookUp = canLookUp && !isLookedUp && failure === undefined && preview.person !== undefined;
  if (willLookUp) lookUpTimer = setTimeout(() => void update({ lookUp: true }), lookUpPause);
  lookUpPause = LOOK_UP_PAUSE_MS;
  showRecords({ isAsking: willLookUp, error: failure });
}

/** None after an event was picked or pasted: nobody is typing. */
let lookUpPause = 0;

function showRecords(lookUp) {
  at('records').classList.remove('stale');
  if (shown) render(records(shown, lookUp, canLookUp ? lookUpAgain : undefined), at('records'));
}

function lookUpAgain() {
  showRecords({ isAsking: true });
  void update({ lookUp: true });
}

function announce() {
  at('state').textContent = t('state.waiting');
  at('records').classList.add('stale');
}

function showIssues({ event = [], mapping = [] }, reveal) {
  const say = (issue) => ({ ...issue, message: textFor(`issue.${issue.code}`, issue.message) });
  eventEditor.show(event.map(say));
  mappingEditor.show(mapping.map((issue) => ({ ...issue, message: withKind(issue) })));
  tabs.count({ event: event.length, mapping: mapping.length });
  if (reveal && event.length > 0) eventEditor.reveal(event[0].line);
}

/** The service explains mappings in English; pages in other languages say of what kind the mistake is. */
function withKind({ code, message }) {
  const kind = textFor(`mapping.${code}`, '');
  return kind === '' ? message : `${kind}: ${message}`;
}

function updateSoon() {
  clearTimeout(timer);
  clearTimeout(lookUpTimer);
  timer = setTimeout(() => void update(), TYPING_PAUSE_MS);
}

function updateNow() {
  lookUpPause = 0;
  void update({ reveal: true });
}

/** A text with a mistake stays as it was typed. */
function format() {
  const pretty = prettyJson(eventEditor.field.value);
  if (pretty !== undefined && pretty !== eventEditor.field.value) eventEditor.replace(pretty);
  return pretty !== undefined;
}

function listRecent(recent, sample) {
  const choices = [new Option(t('recent.title'), '')];
  for (const { callId, receivedAt, event } of recent)
    choices.push(new Option(`${exactClock(receivedAt)} ${callId}`, event));
  choices.push(new Option(t('recent.sample'), sample));
  at('recent').replaceChildren(...choices);
}

function download() {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([mappingEditor.field.value], { type: 'text/yaml' }));
  link.download = 'mapping.yaml';
  link.click();
  URL.revokeObjectURL(link.href);
}

async function start() {
  const data = await (await fetch('/dashboard/preview/data')).json();
  canLookUp = data.canLookUp;
  crm = crmName(data.crm);
  at('default-mapping').textContent = data.defaultMapping;
  listRecent(data.recent, data.sample);
  eventEditor.set(data.recent[0]?.event ?? data.sample);
  mappingEditor.set(data.mapping);
  await update();
}

at('recent').addEventListener('change', ({ target }) => {
  if (target.value === '') return;
  eventEditor.set(target.value);
  target.value = '';
  updateNow();
});
at('format').addEventListener('click', () => {
  if (!format()) eventEditor.select(eventEditor.issues[0]?.line ?? 1);
  updateNow();
});
eventEditor.field.addEventListener('input', ({ inputType }) => {
  if (inputType !== 'insertFromPaste' && inputType !== 'insertFromDrop') return updateSoon();
  format();
  return updateNow();
});
mappingEditor.field.addEventListener('input', updateSoon);
at('save').addEventListener('click', download);
at('show-default').addEventListener('click', () => at('default-dialog').showModal());
at('close-default').addEventListener('click', () => at('default-dialog').close());
start().catch(() => {
  at('state').textContent = t('state.failed');
});
