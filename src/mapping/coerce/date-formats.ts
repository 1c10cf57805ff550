/** The date formats a mapping may declare, such as `DD/MM/YYYY` or `D-M-YYYY HH:mm`. */

/** The parts of a date as a text holds them, each with its leading zeros. */
export interface DateParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  /** `HH:mm:ss.SSS` */
  readonly time?: string | undefined;
  readonly offset?: string | undefined;
}

const PATTERNS: Readonly<Record<string, string>> = {
  YYYY: '(?<YYYY>\\d{4})',
  YY: '(?<YY>\\d{2})',
  MM: '(?<MM>\\d{2})',
  M: '(?<MM>\\d{1,2})',
  DD: '(?<DD>\\d{2})',
  D: '(?<DD>\\d{1,2})',
  HH: '(?<HH>\\d{2})',
  H: '(?<HH>\\d{1,2})',
  mm: '(?<mm>\\d{2})',
  ss: '(?<ss>\\d{2})',
};

const TOKEN = /YYYY|YY|MM?|DD?|HH?|mm|ss/g;
/** Tokens of other date libraries, which are not supported here. */
const UNSUPPORTED_TOKEN = /\b[dMy]{1,4}\b|\bhh?:|:[ms]\b|\b[aA]\s*$|\b(?:SSS|Do|ZZ?)\b|%\w/;

/** A date format names year, month and day, each once. */
export function isDateFormat(format: string): boolean {
  const tokens = (format.match(TOKEN) ?? []).map((token) => token[0]!);
  const names = new Set(tokens);
  const complete = names.size === tokens.length && ['Y', 'M', 'D'].every((name) => names.has(name));
  return (
    complete && (names.has('H') || !names.has('m')) && !UNSUPPORTED_TOKEN.test(format.replace(TOKEN, ' '))
  );
}

/** Undefined when the text is not written in this format. */
export function matchDateFormat(text: string, format: string): DateParts | undefined {
  const pattern = format.replace(
    /YYYY|YY|MM?|DD?|HH?|mm|ss|[.*+?^${}()|[\]\\]/g,
    (token) => PATTERNS[token] ?? `\\${token}`,
  );
  const found = new RegExp(`^${pattern}$`).exec(text)?.groups;
  if (!found) return undefined;
  const { YYYY, YY, MM, DD, HH, mm = '00', ss = '00' } = found;
  const time = HH === undefined ? undefined : `${HH.padStart(2, '0')}:${mm}:${ss}.000`;
  return { year: YYYY ?? `20${YY}`, month: MM!.padStart(2, '0'), day: DD!.padStart(2, '0'), time };
}
