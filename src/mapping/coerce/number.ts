/** Numbers that are exactly what was sent. */
import { AMBIGUOUS, type Read } from './coerced.ts';

/** JSON's larger integers are already rounded when they arrive. */
export function isExact(value: number): boolean {
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
}

/** A text with more digits is an id, and would be rounded. */
const MAX_EXACT_DIGITS = 15;

/** `1.500` is fifteen hundred to some and one and a half to others; `0.500` can only be a half. */
export function isThousandsOrDecimals(digits: string): boolean {
  return /^\d+[.,]\d{3}$/.test(digits) && !/^0[.,]/.test(digits);
}

export function toNumber(raw: unknown): Read<number> {
  if (typeof raw === 'number') return isExact(raw) ? raw : undefined;
  const text = typeof raw === 'string' ? raw.trim() : '';
  return isThousandsOrDecimals(text.replace(/^[+-]/, '')) ? AMBIGUOUS : toExactNumber(text);
}

/** Of a text whose point is known to separate decimals. */
export function toExactNumber(text: string): number | undefined {
  const digits = text.replace(/\D/g, '');
  return /^[+-]?\d+(\.\d+)?$/.test(text) && digits.length <= MAX_EXACT_DIGITS ? Number(text) : undefined;
}
