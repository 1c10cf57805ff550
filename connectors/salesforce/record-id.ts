/** Record ids: fifteen characters, or eighteen that say the same without regard to case. Their first three name the object. */

/** In eighteen characters; undefined for anything else, which would make Salesforce reject a query. */
export function toRecordId(text: string): string | undefined {
  return /^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(text) ? toId18(text) : undefined;
}

const CHECKS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The last three characters say which of the others are capitals: https://help.salesforce.com/s/articleView?id=000385585 */
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

/** https://help.salesforce.com/s/articleView?id=000385203 */
export const isContactId = (id: string) => id.startsWith('003');
export const isLeadId = (id: string) => id.startsWith('00Q');
export const isOpportunityId = (id: string) => id.startsWith('006');
