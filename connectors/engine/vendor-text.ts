/** What a CRM says in its own words, fit to be shown: numbers and addresses in it may be somebody's. */

const MAX_LENGTH = 300;

/** On one line, without e-mail addresses and without numbers of five digits or more, however they are grouped. */
export function maskedText(text: string): string {
  const masked = text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[^\s"'<>()[\]=,;:]+@[^\s"'<>()[\]=,;:]+/g, '…')
    .replace(/\+?\d(?:[ ().-]{0,2}\d){4,}/g, '…');
  return masked.length > MAX_LENGTH ? `${masked.slice(0, MAX_LENGTH)}…` : masked;
}
