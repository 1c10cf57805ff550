/** Record ids, which Salesforce tells in fifteen characters or in eighteen. */

/** Anything else in an Id's place makes Salesforce refuse a query. */
export function isRecordId(text: string): boolean {
  return /^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(text);
}

const CHECKS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The last three characters tell which of the others are capitals: https://help.salesforce.com/s/articleView?id=000385585 */
export function toId18(id: string): string {
  if (!/^[a-zA-Z0-9]{15}$/.test(id)) return id;
  const check = [0, 5, 10].map((start) => {
    const bits = [...id.slice(start, start + 5)].map((letter, index) =>
      /[A-Z]/.test(letter) ? 1 << index : 0,
    );
    return CHECKS[bits.reduce((sum, bit) => sum + bit, 0)];
  });
  return id + check.join('');
}
