/** A match in the words of the contract, for a dry run. What is written is decided where `sync` decides it. */
import type { FieldWrite, LookedUpPerson, NotWritten, Person } from '../../connector.ts';
import type { CrmClient } from '../crm.ts';
import { LIST_FULL } from '../encode-fields.ts';
import { appendedText, itemsOf } from '../list-values.ts';
import type { Row } from '../rows/row.ts';
import type { PersonMatch } from './match.ts';
import { fieldsToWrite } from './merge-fields.ts';
import { personRow } from './person-rows.ts';

type Values = ReadonlyMap<string, string>;

/** `current`: the record's values of all fields that the mapping fills. */
export function lookedUpPerson(
  client: CrmClient,
  { person, match }: { readonly person: Person; readonly match: PersonMatch },
  current: Values,
): LookedUpPerson {
  const { action, id, key, found, rejection } = match;
  const row = personRow(client, match, current);
  const written = row ? fieldsToWrite(match).filter(({ field }) => field in row.fields) : [];
  const isLinkedOnly =
    person.linkOnly === true || (id !== undefined && client.personRecordUse?.(id) === 'link');
  return {
    match: matchOf(match),
    ...(id !== undefined && { recordId: id }),
    ...(found && { matchedBy: found.identity }),
    candidates: (found?.candidates ?? []).map((each) => each.id),
    ...(action === 'adopt' && { assignedKey: key }),
    linkOnly: isLinkedOnly,
    logsCalls: action !== 'none' || match.logsCalls === true,
    ...(rejection && { rejected: rejection.code }),
    current: Object.fromEntries(current),
    written: written.map((write) => ({ field: write.field, ...valueAfter(client, write, current) })),
    notWritten: isLinkedOnly || action === 'none' ? [] : notWritten(client, { person, match }, row),
  };
}

function notWritten(
  client: CrmClient,
  { person, match }: { readonly person: Person; readonly match: PersonMatch },
  row: Row | undefined,
): NotWritten[] {
  const full = (row?.skipped ?? []).filter(({ code }) => code === LIST_FULL);
  const others = person.fields.filter(({ field }) => !(row && field in row.fields));
  return [
    ...others.map((write) => ({ field: write.field, why: reasonOf(write, client, match) })),
    ...full.map(({ field }) => ({ field, why: 'list-full' as const })),
  ];
}

function matchOf({ action, found }: PersonMatch): LookedUpPerson['match'] {
  if (action === 'create') return 'created';
  if (action !== 'none') return 'found';
  return found ? 'several' : 'none';
}

/** In the order in which `sync` leaves fields out. */
function reasonOf({ field, when }: FieldWrite, client: CrmClient, match: PersonMatch): NotWritten['why'] {
  const isCurrent = match.people.some(({ fields }) => fields.some((write) => write.field === field));
  if (!isCurrent) return 'later-call';
  if (when === 'if-empty' && !fieldsToWrite(match).some((write) => write.field === field)) return 'filled';
  return client.hasField?.(match.id, field) === false ? 'no-such-field' : 'read-only';
}

function valueAfter(client: CrmClient, { field, value, when }: FieldWrite, current: Values) {
  if (when !== 'append') return { after: value };
  const present = current.get(field) ?? '';
  const { maxLength } = client.schema.person.get(field) ?? {};
  const { text } = appendedText(present, value, maxLength);
  const before = itemsOf(present);
  const items = itemsOf(text);
  const added = items.filter((item) => !before.includes(item));
  return { after: Array.isArray(value) ? items : text, added };
}
