/** Makes a CRM's own text fit for logs: numbers and addresses in it may be personal data. */

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
