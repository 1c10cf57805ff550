/** Previews from the service. */
import { t } from './texts.js';

/** `{ preview }`, the issues of event and mapping, or `{ error }`. */
export async function requestPreview(request) {
  try {
    const response = await fetch('/dashboard/preview', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    if (response.status === 413) return { error: t('error.tooLarge') };
    const answer = await response.json();
    return response.ok ? answer : { error: answer.error ?? t('error.status', { status: response.status }) };
  } catch {
    return { error: t('error.unreachable') };
  }
}

/**
 * A preview without look-up, with what the latest look-up found out about the same person: so nothing flickers while
 * one types.
 */
export function carryOver(preview, lookedUp) {
  if (!preview.person || JSON.stringify(identify(preview)) !== JSON.stringify(identify(lookedUp)))
    return preview;
  const known = new Map(personFields(lookedUp).map((field) => [field.field, field]));
  const fields = preview.fields.map((field) => {
    const before = field.object === 'person' ? known.get(field.field) : undefined;
    if (!before) return field;
    const { now, notWritten } = before;
    const isSame =
      JSON.stringify(field.before) === JSON.stringify(before.before) && field.when === before.when;
    return isSame
      ? before
      : { ...field, ...(now !== undefined && { now }), ...(notWritten && { notWritten }) };
  });
  const { lookedUp: found } = lookedUp.person;
  return { ...preview, fields, account: lookedUp.account, person: { ...preview.person, lookedUp: found } };
}

function personFields({ fields }) {
  return fields.filter(({ object }) => object === 'person');
}

function identify(preview) {
  return preview?.person && [preview.person.key, preview.person.identities, preview.policy];
}
