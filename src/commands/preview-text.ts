/** A preview as text for a terminal. */
import { accountText, type CrmRequest, type FieldValue, type Identity } from '../../connectors/connector.ts';
import { htmlText } from '../preview/html-text.ts';
import type { PersonRecord, RecordReference } from '../preview/person-preview.ts';
import type { Preview } from '../preview/preview.ts';
import type { PreviewField } from '../preview/preview-field.ts';

export function describePreview(preview: Preview): string {
  const { callAction, fields, requests, schema, note, account } = preview;
  const lines = [
    ...(note === undefined ? [] : [`The CRM does not answer: ${note}`]),
    ...(schema === 'assumed' ? ['Assumed schema: the fields were not read from the CRM.'] : []),
    ...(account === undefined ? [] : [`CRM: ${accountText(account)}`]),
    ...(callAction === 'skip' ? ['The mapping skips this call: nothing is written.'] : []),
    ...(callAction === 'log-only' ? ['The mapping only logs this call: the person is not written.'] : []),
    ...personLines(preview),
    '\nFields:',
    ...fields.map(fieldLine),
    ...fields.flatMap(bodyLines),
    `\nRequests, in this order (${requests.length}):`,
    ...requests.map(requestText),
  ];
  return `${lines.join('\n').trimStart()}\n`;
}

function personLines({ callAction, person, policy, knowsLaterCalls }: Preview): string[] {
  if (!person) {
    return callAction === 'skip'
      ? []
      : ['\nPerson: the event identifies nobody, the call is logged without a person'];
  }
  const identities = person.identities.map(identityText).join(', then ');
  const lines = [`\nPerson: ${person.key}, looked up by ${identities}`];
  const { lookedUp } = person;
  if (!lookedUp)
    return [...lines, `  if nobody matches: ${policy.onMissing}; if several do: ${policy.onMany}`];
  lines.push(`  ${matchText(lookedUp, policy)}`);
  const { candidates, assignedKey, linkOnly, rejected } = lookedUp;
  if (candidates.length > 1)
    for (const each of candidates)
      lines.push(`  - ${referenceText(each)}${isUsed(each, lookedUp) ? ', used' : ''}`);
  if (assignedKey !== undefined) lines.push(`  it gets the key ${assignedKey}`);
  if (linkOnly) lines.push('  nothing is written to it, the call is only linked to it');
  if (rejected !== undefined) lines.push(`  the CRM would take the key for another person’s: ${rejected}`);
  if (knowsLaterCalls === false)
    lines.push('  whether a later call has written a field is not known: Redis does not answer');
  return lines;
}

function isUsed({ id }: RecordReference, { record }: PersonRecord): boolean {
  return id === record?.id;
}

function matchText(
  { match, record, matchedBy, candidates, logsCalls }: PersonRecord,
  { onMissing, onMany }: Preview['policy'],
): string {
  const by = matchedBy ? ` by ${identityName(matchedBy)}` : '';
  switch (match) {
    case 'found': {
      const several = candidates.length > 1 ? `; ${candidates.length} match, onMany: ${onMany}` : '';
      return `found${by}: record ${referenceText(record!)}${several}`;
    }
    case 'created':
      return 'nobody matches: a new record is created';
    case 'none':
      return `nobody matches, onMissing: ${onMissing}: ${logsCalls ? 'the call is logged without a person' : 'nothing is written'}`;
    case 'several':
      return `${candidates.length} records match${by}, onMany: ${onMany}: nothing is written`;
    default:
      return match satisfies never;
  }
}

function referenceText({ id, url }: RecordReference): string {
  return url === undefined ? id : `${id} ${url}`;
}

function identityText(identity: Identity): string {
  if (identity.by !== 'phone') return identityName(identity);
  return `${identityName(identity)} (also ${identity.phone.national.join(', ')})`;
}

function identityName(identity: Identity): string {
  switch (identity.by) {
    case 'phone':
      return `phone ${identity.phone.e164}`;
    case 'field':
      return `${identity.field} = ${identity.value}`;
    default:
      return `${identity.by} ${identity.value}`;
  }
}

const KEPT: Readonly<Record<NonNullable<PreviewField['notWritten']>, string>> = {
  filled: 'filled already',
  'later-call': 'a later call wrote it',
  'read-only': 'this user may not change it',
  'no-such-field': 'this kind of record does not have it',
  'list-full': 'the list is full, the others are not',
};

function fieldLine(field: PreviewField): string {
  const { object, task, field: name, source, when, before, after, now, skipped, notWritten } = field;
  const title = `${task === undefined ? object : `task ${task}`}.${name}`;
  const origin = `from ${source}${when === 'always' ? '' : `, ${when}`}`;
  if (skipped !== undefined) return `  ✗ ${title}: skipped: ${skipped} (${shown(before)} ${origin})`;
  if (after === undefined) return `  – ${title}: nothing to write (${origin})`;
  if (field.isUnchanged) return `  = ${title}: ${labelled(after, field)}, unchanged (${origin})`;
  if (notWritten !== undefined && notWritten !== 'list-full') {
    const present = now === undefined ? '' : ` ${labelled(now, field)}`;
    return `  = ${title}: stays${present}: ${KEPT[notWritten]}; not written: ${labelled(after, field)} (${origin})`;
  }
  if (isLong(field)) return `  ✓ ${title}: ${String(after).length} characters, see below (${origin})`;
  const change = now === undefined ? '' : `${now === '' ? 'empty' : labelled(now, field)} → `;
  const full = notWritten === undefined ? '' : `${KEPT[notWritten]}, `;
  const added = field.added ? `${field.added.length} added, ${full}` : '';
  const was = shown(before) === shown(after) ? '' : `${shown(before)} `;
  return `  ✓ ${title}: ${change}${labelled(after, field)} (${added}${was}${origin})`;
}

/** What users of the CRM see, with the value behind it. */
function labelled(value: FieldValue, { valueLabels = {} }: PreviewField): string {
  const items = typeof value === 'object' ? value : [String(value)];
  const labels = items.map((item) => valueLabels[item]);
  if (labels.every((label) => label === undefined)) return shown(value);
  return `${labels.map((label, index) => label ?? items[index]).join(', ')} [${items.join(';')}]`;
}

function isLong({ after, markup }: PreviewField): boolean {
  return typeof after === 'string' && after !== '' && (markup === 'html' || after.includes('\n'));
}

/** A text of several lines as the CRM shows it. */
function bodyLines(field: PreviewField): string[] {
  const { object, label, field: name, after, markup } = field;
  if (!isLong(field) || field.skipped !== undefined) return [];
  const text = markup === 'html' ? htmlText(String(after)) : String(after);
  return [`\n${label} (${object}.${name}), as the CRM shows it:`, text.replaceAll(/^(?=.)/gm, '  | ')];
}

const MAX_LENGTH = 120;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}… (${text.length} characters)`;
}

function requestText({ method, path, body, note }: CrmRequest): string {
  const content = body === undefined ? '' : `\n${JSON.stringify(body, null, 2)}`;
  return `\n# ${note ?? ''}\n${method} ${path}${content}`;
}
