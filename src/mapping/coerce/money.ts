/** Amounts of money as people write them. */
import { AMBIGUOUS, type Read } from './coerced.ts';
import { isThousandsOrDecimals, toExactNumber, toNumber } from './number.ts';

export type DecimalSign = '.' | ',';

/** `decimal`: which sign separates decimals, where a text could mean either. */
export function toMoney(raw: unknown, decimal: DecimalSign | undefined): Read<number> {
  if (typeof raw !== 'string') return toNumber(raw);
  const amount = readMoney(raw, decimal);
  return typeof amount === 'string' ? toExactNumber(amount) : amount;
}

/** `$1,200.50 MXN` and `1.200,50` as `1200.50`: of two different signs the last separates decimals. */
function readMoney(text: string, decimal: DecimalSign | undefined): Read<string> {
  const [, before = '', minus = '', digits = '', after = ''] =
    /^([^\d+-]*)([+-][^\d+-]*)?(\d[\d.,]*)(\D*)$/.exec(text.trim()) ?? [];
  if (![before, minus.replace(/^[+-]/, ''), after].every(namesCurrency)) return undefined;
  const sign = decimal ?? decimalSign(digits);
  if (sign === AMBIGUOUS) return AMBIGUOUS;
  const grouping = sign === '.' ? ',' : '.';
  const pattern = new RegExp(`^(\\d+|\\d{1,3}(\\${grouping}\\d{3})+)(\\${sign}\\d+)?$`);
  if (!pattern.test(digits)) return undefined;
  return `${minus.startsWith('-') ? '-' : ''}${digits.replaceAll(grouping, '').replace(sign, '.')}`;
}

/** Ambiguous when a text such as `1,200` could be twelve hundred or one and a fifth. */
function decimalSign(digits: string): DecimalSign | typeof AMBIGUOUS {
  const signs = digits.match(/[.,]/g) ?? [];
  const last = signs.at(-1) as DecimalSign | undefined;
  if (last === undefined) return '.';
  if (signs.some((sign) => sign !== last)) return last;
  if (signs.length > 1) return last === '.' ? ',' : '.';
  return isThousandsOrDecimals(digits) ? AMBIGUOUS : last;
}

const CODES = Intl.supportedValuesOf('currency').map((code) => code.toLowerCase());
const NAMES = [
  ...['peso', 'pesos', 'dolar', 'dolares', 'dollar', 'dollars', 'euro', 'euros', 'sol', 'soles', 'real'],
  ...['reais', 'reales', 'mexicano', 'mexicanos', 'colombianos', 'chilenos', 'argentinos', 'americanos'],
  // Before a $, or alone: M.N. is Mexico's "moneda nacional".
  ...['mn', 'mx', 'us', 'u', 'r', 'c', 'ar', 'cl', 'col', 'rd', 'dls', 'dlls', 's/', 'b/', 'bs', 'gs', 'q'],
];
const CURRENCIES = new Set([...CODES, ...NAMES]);

/**
 * Nothing but currencies may stand beside the digits: `5 mil` and `$1.2M` mean more than their digits, `12 de 24` and
 * `500 o 600` are two amounts.
 */
function namesCurrency(text: string): boolean {
  const names = text
    .normalize('NFD')
    .replace(/[\p{M}.]/gu, '')
    .toLowerCase()
    .split(/[\s\p{Sc}]+/u);
  return names.every((name) => name === '' || CURRENCIES.has(name));
}
