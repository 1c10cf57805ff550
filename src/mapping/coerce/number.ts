/** Numbers that are exactly what was sent. */

/** JSON's larger integers are already rounded when they arrive. */
export function isExact(value: number): boolean {
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
}

/** A text with more digits is an id, and would be rounded. */
const MAX_EXACT_DIGITS = 15;

export function toNumber(raw: unknown): number | undefined {
  if (typeof raw === 'number') return isExact(raw) ? raw : undefined;
  const text = typeof raw === 'string' ? raw.trim() : '';
  if (!/^[+-]?\d+(\.\d+)?$/.test(text) || text.replace(/\D/g, '').length > MAX_EXACT_DIGITS) return undefined;
  return Number(text);
}
