/** The preview page: event and mapping on one side, the records they become on the other, updated while typing. */
import { numberLines } from './editor.js';
import { showRecords } from './records.js';

/** A preview is requested this long after the last keystroke. */
const TYPING_PAUSE_MS = 200;
/** A response that takes longer is announced. */
const ANNOUNCE_AFTER_MS = 400;
const at = (id) => document.getElementById(id);
const [eventField, mappingField] = [at('event'), at('mapping')];
const eventEditor = numberLines(eventField, at('event-issues'));
const mappingEditor = numberLines(mappingField, at('mapping-issues'));
let requests = 0;
let timer;
let waiting;

async function render(resolve = false) {
  requests += 1;
  const thisRequest = requests;
  const request = { event: eventField.value, mapping: mappingField.value, resolve };
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    at('state').textContent = 'Waiting for the response …';
    at('result').classList.add('stale');
  }, ANNOUNCE_AFTER_MS);
  const response = await post(request);
  // The response to an earlier request may arrive later.
  if (thisRequest !== requests) return;
  clearTimeout(waiting);
  eventEditor.show(response.event ?? []);
  mappingEditor.show(response.mapping ?? []);
  at('result').classList.toggle('stale', !response.preview);
  at('state').textContent = stateOf(response);
  if (response.preview) showRecords(at('records'), response.preview);
}

async function post(request) {
  try {
    const response = await fetch('/dashboard/preview', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    if (response.status === 413) return { error: 'The event is too large: Altur sends 1 MiB at most.' };
    const answer = await response.json();
    return response.ok ? answer : { error: answer.error ?? `the service answered ${response.status}` };
  } catch {
    return { error: 'the service does not answer: is it running?' };
  }
}

function stateOf({ preview, error, event = [], mapping = [], invalidFields = [] }) {
  if (error) return error;
  if (!preview) {
    const parts = [event.length > 0 && 'the event', mapping.length > 0 && 'the mapping'].filter(Boolean);
    return `Fix ${parts.join(' and ')} to see the records.`;
  }
  const source =
    preview.schema === 'live'
      ? 'The fields were read from the CRM.'
      : 'Assumed schema: the fields were not read from the CRM.';
  const invalid =
    invalidFields.length > 0 ? ` Invalid fields of the event: ${invalidFields.join(', ')}.` : '';
  return `${preview.note ? `The CRM does not answer: ${preview.note}. ` : ''}${source}${invalid}`;
}

function renderSoon() {
  clearTimeout(timer);
  timer = setTimeout(() => void render(), TYPING_PAUSE_MS);
}

function listRecent(recent) {
  const choices = [new Option(recent.length > 0 ? 'Recent events …' : 'No recent events', '')];
  for (const { label, event } of recent) choices.push(new Option(label, event));
  at('recent').replaceChildren(...choices);
  at('recent').disabled = recent.length === 0;
}

function download() {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([mappingField.value], { type: 'text/yaml' }));
  link.download = 'mapping.yaml';
  link.click();
  URL.revokeObjectURL(link.href);
}

async function start() {
  const data = await (await fetch('/dashboard/preview/data')).json();
  at('crm').textContent = data.crm;
  at('default-mapping').textContent = data.defaultMapping;
  at('resolve').hidden = !data.canLookUp;
  listRecent(data.recent);
  eventEditor.set(data.recent[0]?.event ?? data.sample);
  mappingEditor.set(data.mapping);
  await render();
}

at('recent').addEventListener('change', ({ target }) => {
  if (target.value === '') return;
  eventEditor.set(target.value);
  void render();
});
at('resolve').addEventListener('click', () => void render(true));
at('save').addEventListener('click', download);
for (const field of [eventField, mappingField]) field.addEventListener('input', renderSoon);
start().catch(() => {
  at('state').textContent = 'The page could not be loaded: is the service running?';
});
