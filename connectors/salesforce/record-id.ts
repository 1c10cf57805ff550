/**
 * Record ids: fifteen characters, or eighteen of which the last three say which of the others are capitals. The first
 * three name the object. A text that only looks like an id makes Salesforce reject the whole query it is in.
 */

/** https://help.salesforce.com/s/articleView?id=000385203 */
const PREFIXES: Readonly<Record<string, string>> = { Contact: '003', Lead: '00Q', Opportunity: '006' };

/** In eighteen characters; undefined for anything but an id of one of these objects. */
export function toRecordId(text: string, objects: readonly string[]): string | undefined {
  if (!isRecordId(text) || !objects.some((object) => isIdOf(object, text))) return undefined;
  return toId18(text);
}

/** Of any object. */
export function isRecordId(text: string): boolean {
  if (!/^[a-zA-Z0-9]{15}([A-Z0-5]{3})?$/.test(text)) return false;
  return text.length === 15 || toId18(text.slice(0, 15)) === text;
}

const CHECKS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** https://help.salesforce.com/s/articleView?id=000385585 */
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

export function isIdOf(object: string, id: string): boolean {
  const prefix = PREFIXES[object];
  return prefix !== undefined && id.startsWith(prefix);
}

export const isContactId = (id: string) => isIdOf('Contact', id);
export const isLeadId = (id: string) => isIdOf('Lead', id);
export const isOpportunityId = (id: string) => isIdOf('Opportunity', id);
