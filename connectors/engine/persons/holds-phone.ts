/** Is a number, as it is written in the CRM, the one that is looked for? Look-ups find candidates; this decides. */
import type { Phone } from '../../connector.ts';

/** With a prefix for calls within the country: 0, 01, 044, 045, 0 and a carrier's. Short numbers have no area code. */
function isDialledAs(digits: string, national: string): boolean {
  if (national.length < 10 || !digits.endsWith(national)) return false;
  return /^0\d{0,2}$/.test(digits.slice(0, -national.length));
}

/** "ext. 12", "x45" at the end of a number. */
const EXTENSION = /[\s;,]*(?:ext(?:ensi[oó]n)?[.:=]*|x|#)\s*\d{1,6}\s*$/i;

/** Does the CRM hold this number, however it is written there? Compares digits. */
export function holdsPhone(written: string, { e164, national, textForms }: Phone): boolean {
  const digits = digitsOf(written.replace(EXTENSION, ''));
  if (digits === '') return false;
  // A country code separates numbers that are the same within their countries: +1 551… is not Mexico's 1 551….
  if (/^\s*(\+|00)/.test(written)) {
    const international = digits.replace(/^00/, '');
    return [e164, ...textForms].some((form) => form.startsWith('+') && digitsOf(form) === international);
  }
  if (national.some((number) => number === digits || isDialledAs(digits, number))) return true;
  return [e164, ...textForms].some((form) => digitsOf(form) === digits);
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
