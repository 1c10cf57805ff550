/** The page's texts in its language. */
import { dateTime } from '/dashboard/assets/i18n.js';

const language = document.documentElement.lang === 'es' ? 'es' : 'en';
const texts = await (await fetch(`/dashboard/preview/i18n/${language}.json`)).json();

/** `values` by the names that stand in braces; `{count}` also chooses between `key.one` and `key.other`. */
export function t(key, values = {}) {
  const found = values.count === undefined ? key : `${key}.${values.count === 1 ? 'one' : 'other'}`;
  const text = texts[found];
  if (text === undefined) throw new Error(`there is no text ${found}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** For what the service names by a code: its text, or `otherwise`. */
export function textFor(key, otherwise) {
  return texts[key] ?? otherwise;
}

/** As a user of the CRM sees it; a value that is no time stays as it is. */
export function formatTime(value) {
  const at = new Date(/^\d{12,}$/.test(value) ? Number(value) : value);
  return Number.isNaN(at.getTime()) ? String(value) : dateTime(at);
}
