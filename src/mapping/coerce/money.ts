/** Amounts of money as people write them. What could be two amounts, or more than one, is none. */

/** `$1,200.50 MXN` and `1.200,50` as `1200.50`: the last of two different signs is the decimal's; one alone must be clear. */
export function readMoney(text: string, decimal: '.' | ',' | undefined): string | undefined {
  const [, before = '', minus = '', digits = '', after = ''] =
    /^([^\d+-]*)([+-][^\d+-]*)?(\d[\d.,]*)(\D*)$/.exec(text.trim()) ?? [];
  if (![before, minus.replace(/^[+-]/, ''), after].every(namesCurrency)) return undefined;
  const sign = decimal ?? decimalSign(digits);
  if (sign === undefined) return undefined;
  const grouping = sign === '.' ? ',' : '.';
  const pattern = new RegExp(`^(\\d+|\\d{1,3}(\\${grouping}\\d{3})+)(\\${sign}\\d+)?$`);
  if (!pattern.test(digits)) return undefined;
  return `${minus.startsWith('-') ? '-' : ''}${digits.replaceAll(grouping, '').replace(sign, '.')}`;
}

/** Undefined when a text such as `1,200` could be twelve hundred or one and a fifth. */
function decimalSign(digits: string): '.' | ',' | undefined {
  const signs = digits.match(/[.,]/g) ?? [];
  const last = signs.at(-1) as '.' | ',' | undefined;
  if (last === undefined) return '.';
  if (signs.some((sign) => sign !== last)) return last;
  if (signs.length > 1) return last === '.' ? ',' : '.';
  return /[.,]\d{3}$/.test(digits) && !/^0[.,]/.test(digits) ? undefined : last;
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
 * Only names of currencies may stand beside the digits: `5 mil` and `$1.2M` are other amounts than their digits say,
 * `12 de 24` and `500 o 600` are two.
 */
function namesCurrency(text: string): boolean {
  const words = text
    .normalize('NFD')
    .replace(/[\p{M}.]/gu, '')
    .toLowerCase()
    .split(/[\s\p{Sc}]+/u);
  return words.every((word) => word === '' || CURRENCIES.has(word));
}
