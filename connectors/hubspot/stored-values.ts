/**
 * Compares what was sent with what HubSpot answers that it stored. It rewrites many values without changing what they
 * say (dates as milliseconds, numbers as text, phones and addresses in its own form): only a value that says something
 * else counts, and in doubt none does.
 */
import type { CrmField, CrmFields } from '../connector.ts';

type Properties = Readonly<Record<string, string | null>>;

/** The properties that HubSpot answers with another value than the one sent. */
export function unstoredProperties(
  sent: Readonly<Record<string, unknown>>,
  answered: Properties,
  fields: CrmFields,
  keyProperty: string,
): readonly string[] {
  return Object.entries(sent).flatMap(([name, value]) => {
    const field = fields.get(name);
    const stored = answered[name];
    if (name === keyProperty || stored === undefined || !field || field.markup || field.sensitivity)
      return [];
    return saysTheSame(String(value), stored ?? '', field) ? [] : [name];
  });
}

function saysTheSame(sent: string, stored: string, { type }: CrmField): boolean {
  // A value that was cleared comes back as nothing; one of blanks or signs alone may.
  if (lettersOf(sent) === '') return true;
  if (stored.trim() === '') return false;
  switch (type) {
    case 'number':
      return Number(sent) === Number(stored);
    case 'date':
    case 'datetime':
      return timeOf(sent) === timeOf(stored) || Number.isNaN(timeOf(stored));
    case 'boolean':
      return booleanOf(sent) === booleanOf(stored);
    case 'options': {
      const present = optionsOf(stored);
      const wanted = optionsOf(sent);
      // A leading `;` adds to what is there.
      return (
        wanted.every((each) => present.includes(each)) &&
        (sent.startsWith(';') || wanted.length === present.length)
      );
    }
    default:
      return isSameText(lettersOf(sent), lettersOf(stored));
  }
}

/** Numbers may be stored with a country code, or without. */
function isSameText(sent: string, stored: string): boolean {
  if (sent === stored) return true;
  const areNumbers = /^\d{6,}$/.test(sent) && /^\d{6,}$/.test(stored);
  return areNumbers && (sent.endsWith(stored.slice(-6)) || stored.endsWith(sent.slice(-6)));
}

function lettersOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

function timeOf(text: string): number {
  return /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
}

function booleanOf(text: string): boolean {
  return /^(true|yes|1)$/i.test(text.trim());
}

function optionsOf(text: string): string[] {
  const items = text.split(';').map((each) => each.trim().toLowerCase());
  return [...new Set(items.filter((each) => each !== ''))];
}
