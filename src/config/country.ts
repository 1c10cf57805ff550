/** `DEFAULT_COUNTRY`. */
import { type CountryCode, getCountries, isSupportedCountry } from 'libphonenumber-js';

/** The code in capitals; or, as `problem`, what is wrong. */
export function countryOf(value: string): CountryCode | { readonly problem: string } {
  const code = value.toUpperCase();
  if (isSupportedCountry(code)) return code;
  const meant = code === 'UK' ? 'GB' : codeOf(value);
  const hint = meant === undefined ? '' : `: write ${meant}`;
  return { problem: `must be a country code of two letters, such as MX${hint}` };
}

/** Of a country's name in English or Spanish, or its code of three letters where that begins so. */
function codeOf(name: string): CountryCode | undefined {
  const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const names = ['en', 'es'].map((language) => new Intl.DisplayNames(language, { type: 'region' }));
  return getCountries().find((code) => names.some((each) => plain(each.of(code) ?? '') === plain(name)));
}
