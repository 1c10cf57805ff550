/**
 * Phone numbers, in every form in which a CRM may hold one number. libphonenumber calls some numbers in daily use
 * invalid (+521…, Brazil without the ninth digit): those are read without it. No number is rejected.
 */
import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js';
import type { Phone } from '../../../connectors/connector.ts';
import { textFormsOf } from './phone-forms.ts';

/** Shorter numbers are extensions or service numbers, which identify nobody. */
const MIN_DIGITS = 6;
const MAX_DIGITS = 20;

/** Undefined when the text holds no number. `country`: for numbers without a country code. */
export function toPhone(text: string, country: string): Phone | undefined {
  const found = split(text, country);
  if (!found) return undefined;
  const { code, national } = found;
  const { canonical, others } = numberingPlans(code, national);
  const nationals = [canonical, ...others];
  let forms: readonly string[] | undefined;
  return {
    e164: `+${code}${canonical}`,
    national: nationals,
    // Slow to make, and only a look-up in the CRM asks for them.
    get textForms() {
      forms ??= textFormsOf(code, nationals);
      return forms;
    },
  };
}

/** How a mapping writes a number. */
export const PHONE_FORMATS = ['e164', 'national', 'international'] as const;

export type PhoneFormat = (typeof PHONE_FORMATS)[number];

/**
 * E.164 as it is dialled: an Argentine mobile keeps the 9 it came with, without which it cannot be reached. National:
 * the digits without country code, of which Mexico and the United States have ten; E.164 where the country is unknown.
 */
export function formatPhone(text: string, country: string, format: PhoneFormat = 'e164'): string | undefined {
  const found = split(text, country);
  if (!found) return undefined;
  const { code, national } = found;
  const { canonical } = numberingPlans(code, national);
  if (format === 'national' && code !== '') return canonical;
  const dialled = `+${code}${code === '54' ? national : canonical}`;
  if (format !== 'international') return dialled;
  return parsePhoneNumberFromString(dialled)?.formatInternational() ?? dialled;
}

/** The first number of the text, without an extension, the address of a SIP server, or the `.0` of a spreadsheet. */
function firstNumber(text: string): string {
  const [number = ''] = text.normalize('NFKC').split('@');
  const alone = number
    .replace(/[\s;,]*(?:ext(?:ensi[oó]n)?[.:=]*|x|#)\s*\d{1,6}\s*$/i, '')
    .replace(/(?<=\d)\.0$/, '');
  const several = alone.split(/[/,;|]|(?<=\d)\s*(?=\+)|\s[oyu]\s/i);
  const whole = several.every((each) => each.replace(/\D/g, '').length > MIN_DIGITS);
  return whole ? several[0]! : alone;
}

/**
 * As nearly every number comes that Altur called: E.164 of Mexico, the United States or Canada, where ten digits have no
 * prefix. The library reads them the same, and takes much longer.
 */
const USUAL = /^\+(52|1)([2-9]\d{9})$/;

/** Country calling code and national number, digits only. */
function split(text: string, country: string): { code: string; national: string } | undefined {
  const [, usualCode, usualNational] = USUAL.exec(text) ?? [];
  if (usualCode !== undefined) return { code: usualCode, national: usualNational! };
  const number = firstNumber(text);
  const digits = number.replace(/\D/g, '').replace(/^00(?=\d{6})/, '');
  // Altur's masked numbers are zeros.
  if (digits.length < MIN_DIGITS || digits.length > MAX_DIGITS || /^0+$/.test(digits)) return undefined;
  const region = isSupportedCountry(country) ? (country as CountryCode) : undefined;
  // Programs put something before a number: `(+52)`, `tel:`, `whatsapp:`.
  const international = /^\D*?(\+|00)/.test(number);
  const parsed = parsePhoneNumberFromString(international ? `+${digits}` : digits, region);
  if (parsed) return { code: parsed.countryCallingCode, national: parsed.nationalNumber };
  // The library rejects the number: its digits are used as they are.
  const code = region ? getCountryCallingCode(region) : '';
  if (international || code === '') return { code: '', national: digits };
  const hasCode = digits.startsWith(code) && digits.length > 10;
  return { code, national: hasCode ? digits.slice(code.length) : digits };
}

/** The national number under old and new numbering plans; `canonical` is that of today. */
function numberingPlans(code: string, national: string): { canonical: string; others: string[] } {
  switch (code) {
    case '52': {
      // Mobiles were dialled +52 1 until 2019: https://claveslada.com/blog/plus-52-vs-plus-521-mexico
      // Nationally they were dialled 044 or 045, other numbers 01.
      const canonical = national.replace(/^(?:1|01|04[45])(?=\d{10}$)/, '');
      return { canonical, others: canonical.length === 10 ? [`1${canonical}`] : [] };
    }
    case '55': {
      // Mobiles got a leading 9 after the area code: https://www.gov.br/anatel/pt-br/regulado/numeracao/nono-digito
      if (/^\d{2}9[6-9]\d{7}$/.test(national)) {
        return { canonical: national, others: [national.slice(0, 2) + national.slice(3)] };
      }
      if (!/^\d{2}[6-9]\d{7}$/.test(national)) return { canonical: national, others: [] };
      return { canonical: `${national.slice(0, 2)}9${national.slice(2)}`, others: [national] };
    }
    case '54': {
      // A 9 after the country code marks mobiles on calls from abroad; national numbers do not have it.
      const canonical = /^9\d{10}$/.test(national) ? national.slice(1) : national;
      return { canonical, others: canonical.length === 10 ? [`9${canonical}`] : [] };
    }
    case '56':
      // Mobiles were dialled 09 nationally until 2016.
      return { canonical: national.replace(/^0(?=9\d{8}$)/, ''), others: [] };
    default:
      return { canonical: national, others: [] };
  }
}
