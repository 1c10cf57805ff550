/**
 * The ways in which a phone number is commonly typed, for CRMs that compare text exactly: its digits, divided as in its
 * country, with and without the country code, and with the prefixes its country has or had. Extensions are not among
 * them.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** A look-up asks for all of them in every phone field. */
const MAX_FORMS = 60;

/**
 * The most common first: a CRM whose queries are short asks for those. `nationals`: national numbers under today's and
 * former numbering plans, today's first.
 */
export function textFormsOf(code: string, nationals: readonly string[]): string[] {
  const [today = '', ...former] = nationals;
  const common = commonDivisions(code, today);
  const forms = [
    ...[`+${code}${today}`, today, `${code}${today}`],
    ...common.flatMap((number) => number.fewForms(code)),
    ...former.flatMap((national) => [`+${code}${national}`, `${code}${national}`, national]),
    ...(code === '' ? [] : [`+${code} ${today}`, `${code} ${today}`, `00${code}${today}`]),
    ...common.flatMap((number) => number.allForms(code)),
    ...otherDivisions(code, today).flatMap((number) => number.fewForms(code)),
    ...prefixedForms(code, today, common[0]!),
    ...former.flatMap((national) => formerForms(code, national)),
  ];
  return [...new Set(forms)].slice(0, MAX_FORMS);
}

/** How the digits of a number are divided in its country, besides the way that libphonenumber has. */
interface Groupings {
  /** As common as that one. */
  readonly common?: readonly (readonly number[])[];
  readonly others?: readonly (readonly number[])[];
}

const GROUPINGS: Readonly<Record<string, Groupings>> = {
  34: { common: [[3, 3, 3]], others: [[2, 3, 2, 2]] },
  51: { common: [[1, 3, 4]] },
  // biome-ignore format: a line for each country
  52: { others: [[2, 4, 4], [3, 3, 4], [2, 2, 2, 2, 2]] },
  // biome-ignore format: a line for each country
  56: { common: [[1, 4, 4]], others: [[3, 3, 3], [2, 3, 4]] },
  57: { common: [[3, 3, 4]] },
};

function commonDivisions(code: string, national: string): Divided[] {
  const { common = [] } = GROUPINGS[code] ?? {};
  return [usualDivision(code, national), ...common.flatMap((lengths) => divide(national, lengths) ?? [])];
}

function otherDivisions(code: string, national: string): Divided[] {
  return (GROUPINGS[code]?.others ?? []).flatMap((lengths) => divide(national, lengths) ?? []);
}

/** As in the library's international form; not at all when it knows none. */
function usualDivision(code: string, national: string): Divided {
  const text = parsePhoneNumberFromString(`+${code}${national}`)?.formatInternational() ?? '';
  const [, ...groups] = text.split(/\D+/).filter((digits) => digits !== '');
  return new Divided(groups.join('') === national ? groups : [national]);
}

/** Undefined for a number of another length. */
function divide(national: string, lengths: readonly number[]): Divided | undefined {
  const pattern = new RegExp(`^${lengths.map((length) => `(\\d{${length}})`).join('')}$`);
  const [, ...groups] = pattern.exec(national) ?? [];
  return groups.length === 0 ? undefined : new Divided(groups);
}

/** A national number as its area code (or first group) and the groups of the rest. */
class Divided {
  readonly area: string;
  readonly #rest: readonly string[];

  constructor([area = '', ...rest]: readonly string[]) {
    this.area = area;
    this.#rest = rest;
  }

  rest(separator: string): string {
    return this.#rest.join(separator);
  }

  allForms(code: string): string[] {
    const { area } = this;
    const [spaces, hyphens, dots, whole] = [' ', '-', '.', ''].map((each) => this.rest(each));
    if (whole === '') return [];
    const local = [`${area}-${hyphens}`, `(${area}) ${hyphens}`, `(${area}) ${spaces}`, `${area} ${hyphens}`];
    return [
      `${area} ${spaces}`,
      ...local,
      ...[
        `${area}.${dots}`,
        `(${area})${hyphens}`,
        `(${area})${whole}`,
        `(${area}) ${whole}`,
        `${area} ${whole}`,
      ],
      ...[spaces, hyphens, whole].map((rest) => `+${code} ${area} ${rest}`),
      ...[`+${code}-${area}-${hyphens}`, `+${code} ${area}-${hyphens}`, `+${code} ${area}.${dots}`],
      ...[`+${code} (${area}) ${hyphens}`, `+${code} (${area}) ${spaces}`],
      ...[`${code} ${area} ${spaces}`, `${code} ${area} ${hyphens}`],
      ...[`${code}-${area}-${hyphens}`, `${code} (${area}) ${hyphens}`],
    ];
  }

  fewForms(code: string): string[] {
    const { area } = this;
    if (this.#rest.length === 0) return [];
    const [spaces, hyphens] = [this.rest(' '), this.rest('-')];
    const local = [`${area} ${spaces}`, `${area}-${hyphens}`, `(${area}) ${hyphens}`, `(${area}) ${spaces}`];
    return [...local, `+${code} ${area} ${spaces}`];
  }
}

/** With the prefixes for calls within the country, and those that mark mobiles. */
function prefixedForms(code: string, national: string, usual: Divided): string[] {
  const number = code === '56' ? divide(national, [1, 4, 4]) : usual;
  if (!number || number.rest('') === '') return [];
  const { area } = number;
  const [spaces, hyphens] = [number.rest(' '), number.rest('-')];
  switch (code) {
    case '52':
      // Until 2019: https://claveslada.com/blog/plus-52-vs-plus-521-mexico
      return [
        ...[`+52 1 ${area} ${spaces}`, `+52 1 ${national}`, `521 ${area} ${spaces}`],
        ...['044', '01', '045'].flatMap((prefix) => [`${prefix} ${area} ${spaces}`, `${prefix}${national}`]),
        `01${area} ${spaces}`,
      ];
    case '54':
      return [
        ...withTrunkPrefix(number),
        ...[`+54 9 ${area} ${hyphens}`, `+54 9 ${area} ${spaces}`, `+54 9 ${national}`],
        ...[`0${area} 15 ${hyphens}`, `0${area} 15-${hyphens}`],
        ...[`(0${area}) 15-${hyphens}`, `(0${area}) 15 ${hyphens}`],
      ];
    case '55':
      return [...withTrunkPrefix(number), `0 ${area} ${hyphens}`];
    case '56':
      // Until 2016, for mobiles.
      return area === '9' ? [`09 ${spaces}`, `09${number.rest('')}`] : [];
    case '51':
      // Mobiles have no area code.
      return [divide(national, [1, 3, 4]), divide(national, [1, 7])].flatMap((each) =>
        each ? withTrunkPrefix(each) : [],
      );
    default: {
      // The library knows the prefix of the country.
      const parsed = parsePhoneNumberFromString(`+${code}${national}`);
      return parsed ? [parsed.formatNational(), parsed.formatInternational()] : [];
    }
  }
}

function withTrunkPrefix(number: Divided): string[] {
  const { area } = number;
  const [spaces, hyphens] = [number.rest(' '), number.rest('-')];
  return [
    `0${area}${number.rest('')}`,
    ...[`(0${area}) ${hyphens}`, `(0${area}) ${spaces}`],
    ...[`0${area} ${hyphens}`, `0${area} ${spaces}`, `0${area}-${hyphens}`],
  ];
}

/** Brazilian mobiles without the ninth digit. Those of Mexico and Argentina are among the prefixed forms. */
function formerForms(code: string, national: string): string[] {
  const number = code === '55' ? divide(national, [2, 4, 4]) : undefined;
  if (!number) return [];
  const local = `${number.area} ${number.rest('-')}`;
  return [...number.fewForms(code), local, `+${code} ${local}`];
}
