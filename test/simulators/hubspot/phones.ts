/**
 * The properties that HubSpot calculates from phone numbers: E.164, and the number without its country code.
 * https://developers.hubspot.com/docs/api-reference/search/guide#search-through-phone-numbers
 */
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js';

const CALCULATED = [
  ['phone', 'hs_calculated_phone_number', 'hs_searchable_calculated_phone_number'],
  ['mobilephone', 'hs_calculated_mobile_number', 'hs_searchable_calculated_mobile_number'],
] as const;

/** The calculated properties of the phones in a write. */
export function calculatedPhones(
  written: Readonly<Record<string, string>>,
  country: CountryCode,
): Record<string, string> {
  const calculated: Record<string, string> = {};
  for (const [phone, e164, searchable] of CALCULATED) {
    const raw = written[phone];
    if (raw === undefined) continue;
    // Numbers that the library calls invalid, such as Mexico's old +521…, are parsed too.
    const number = parsePhoneNumberFromString(raw, country);
    calculated[e164] = number?.number ?? '';
    calculated[searchable] = number?.nationalNumber ?? '';
  }
  return calculated;
}
