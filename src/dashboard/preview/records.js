/** A preview as tables of records and the requests that write them. Foreign text is only ever set as text. */

export function showRecords(target, { callAction, person, policy, fields, requests }) {
  const parts = [];
  if (callAction === 'skip') parts.push(note('The mapping skips this call: nothing is written.'));
  if (callAction === 'log-only')
    parts.push(note('The mapping only logs this call: the person is not written.'));
  if (callAction !== 'skip') parts.push(...describePerson(person, policy));
  for (const [title, rows] of recordsOf(fields)) parts.push(element('h3', title), table(rows));
  parts.push(element('h3', `Requests (${requests.length})`), ...requests.map(describeRequest));
  target.replaceChildren(...parts);
}

function describePerson(person, { onMissing, onMany }) {
  if (!person) return [note('The event identifies nobody: the call is logged without a person.')];
  const identities = person.identities.map(({ by, value, field, phone }) => {
    if (by === 'phone') return `phone ${phone.e164}`;
    return by === 'field' ? `${field} ${value}` : `${by} ${value}`;
  });
  const policy = `If nobody matches: ${onMissing}. If several do: ${onMany}.`;
  return [
    element('h3', 'Person match'),
    note(`${person.key}, looked up by ${identities.join(', then ')}. ${policy}`),
  ];
}

/** Title → fields, in the order in which they are written. */
function recordsOf(fields) {
  const titles = { person: 'Person', call: 'Call', task: 'Follow-up' };
  const records = new Map();
  for (const field of fields) {
    const title = `${titles[field.object]}${field.task === undefined ? '' : ` “${field.task}”`}`;
    records.set(title, [...(records.get(title) ?? []), field]);
  }
  return records;
}

const COLUMNS = ['Field', 'Written', 'From the event', 'Note'];

function table(rows) {
  const head = element('tr');
  head.append(...COLUMNS.map((title) => Object.assign(element('th', title), { scope: 'col' })));
  const body = element('tbody');
  body.append(...rows.map(row));
  const whole = element('table');
  const top = element('thead');
  top.append(head);
  whole.append(top, body);
  return whole;
}

function row({ field, source, when, before, after, skipped }) {
  const line = element('tr');
  const written = after !== undefined;
  line.className = written ? 'written' : skipped === undefined ? 'nothing' : 'skipped';
  const name = Object.assign(element('th', field), { scope: 'row' });
  const reason = skipped ?? (written ? (RULES[when] ?? '') : 'nothing to write');
  const origin = before === undefined ? source : `${source}: ${shown(before)}`;
  line.append(
    name,
    cell('Written', written ? shown(after) : '', 'value'),
    cell('From the event', written && shown(before) === shown(after) ? source : origin),
    cell('Note', reason, 'why'),
  );
  return line;
}

const RULES = {
  newest: 'unless a later call has written it',
  'if-empty': 'only if the field is empty in the CRM',
  append: 'added to the existing list',
};

function cell(title, text, name = '') {
  const made = element('td', text);
  made.dataset.title = title;
  made.className = name;
  return made;
}

function shown(value) {
  if (typeof value === 'string') return value.replaceAll('<br>', '\n');
  return value === undefined ? '' : JSON.stringify(value);
}

function describeRequest({ method, path, body, note: when }) {
  const whole = element('details');
  const summary = element('summary', `${method} ${path}`);
  if (when) summary.append(' ', Object.assign(element('span', `(${when})`), { className: 'note' }));
  const content = element('pre', body === undefined ? 'no body' : JSON.stringify(body, null, 2));
  whole.append(summary, content);
  return whole;
}

function note(text) {
  return Object.assign(element('p', text), { className: 'note' });
}

function element(name, text = '') {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
