/** Free text of a CRM may hold a phone number: its last four digits are enough to recognise it. */

/** Ten digits or more in a row, or a + and seven. */
const PHONE = /(?:\+\d{3,11}|\b\d{6,11})(\d{4})\b/g;

export function maskPhones(text: string): string {
  return text.replace(PHONE, '…$1');
}
