/** The preview page: event and mapping on one side, what the CRM would get on the other, as one types. */
import { numberLines } from './editor.js';
import { showRecords } from './records.js';

const PAUSE_MS = 200;
/** Faster answers need no announcement. */
const PATIENCE_MS = 400;
const at = (id) => document.getElementById(id);
const [eventField, mappingField] = [at('event'), at('mapping')];
const events = numberLines(eventField, at('event-mistakes'));
const mappings = numberLines(mappingField, at('mapping-mistakes'));
let asked = 0;
let timer;
let waiting;

async function render(resolve = false) {
  asked += 1;
  const mine = asked;
  const request = { event: eventField.value, mapping: mappingField.value, resolve };
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    at('state').textContent = 'Waiting for the answer …';
    at('result').classList.add('stale');
  }, PATIENCE_MS);
  const answer = await post(request);
  // An earlier question may be answered later.
  if (mine !== asked) return;
  clearTimeout(waiting);
  events.show(answer.event ?? []);
  mappings.show(answer.mapping ?? []);
  at('result').classList.toggle('stale', !answer.preview);
  at('state').textContent = stateOf(answer);
  if (answer.preview) showRecords(at('records'), answer.preview);
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

function stateOf({ preview, error, event = [], mapping = [], dropped = [] }) {
  if (error) return error;
  if (!preview) {
    const places = [event.length > 0 && 'the event', mapping.length > 0 && 'the mapping'].filter(Boolean);
    return `Mend ${places.join(' and ')} to see the records.`;
  }
  const known =
    preview.schema === 'asked'
      ? 'The fields are as the CRM has them.'
      : 'The CRM was not asked: its fields are supposed to be there.';
  const lost = dropped.length > 0 ? ` Unusable in the event: ${dropped.join(', ')}.` : '';
  return `${preview.note ? `The CRM does not answer: ${preview.note}. ` : ''}${known}${lost}`;
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => void render(), PAUSE_MS);
}

function offerRecent(recent) {
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
  at('resolve').hidden = !data.asks;
  offerRecent(data.recent);
  events.set(data.recent[0]?.event ?? data.sample);
  mappings.set(data.mapping);
  await render();
}

at('recent').addEventListener('change', ({ target }) => {
  if (target.value === '') return;
  events.set(target.value);
  void render();
});
at('resolve').addEventListener('click', () => void render(true));
at('save').addEventListener('click', download);
for (const field of [eventField, mappingField]) field.addEventListener('input', soon);
start().catch(() => {
  at('state').textContent = 'The page could not be loaded: is the service running?';
});
