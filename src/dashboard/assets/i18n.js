/** Texts, numbers and times in the language and time zone of the page. */

const { lang: language, dataset } = document.documentElement;
const locale = language === 'es' ? 'es-MX' : 'en';
const { timeZone } = dataset;
const texts = await (await fetch(`/dashboard/assets/i18n/${language}.json`)).json();

const plural = new Intl.PluralRules(locale);
const numbers = new Intl.NumberFormat(locale);
const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
const clocks = new Intl.DateTimeFormat(locale, {
  timeZone,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const exactClocks = new Intl.DateTimeFormat(locale, { timeZone, timeStyle: 'medium', hourCycle: 'h23' });
const dates = new Intl.DateTimeFormat(locale, {
  ...{ timeZone, day: 'numeric', month: 'short', year: 'numeric' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
});
const shortDates = new Intl.DateTimeFormat(locale, {
  ...{ timeZone, day: 'numeric', month: 'short' },
  ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
});
/** A day has no time zone. */
const dayNames = new Intl.DateTimeFormat(locale, {
  ...{ timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' },
});
const ages = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });

export const number = (value) => numbers.format(value);
export const percent = (share) => percents.format(share);
export const clock = (at) => clocks.format(at);
export const exactClock = (at) => exactClocks.format(at);
/** `day`: `YYYY-MM-DD` */
export const dayName = (day) => dayNames.format(Date.parse(`${day}T12:00:00Z`));
export const dateTime = (at) => dates.format(at);

export const hasText = (key) => Object.hasOwn(texts, key);

/** `{name}` is replaced; with a `count`, the form of the language for that number is taken. */
export function t(key, values = {}) {
  const form = values.count === undefined ? key : `${key}.${plural.select(values.count)}`;
  const text = texts[form] ?? texts[`${key}.other`] ?? texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === 'number' ? number(value) : (value ?? '');
  });
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

function unitOf(ms) {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? UNITS.at(-1);
  return [unit, Math.floor(seconds / size)];
}

/** `3 min ago`, `in 40 sec`: without the dots of abbreviations, which end sentences. */
export function relative(at, now) {
  const [unit, count] = unitOf(Math.abs(at - now));
  return ages.format(at > now ? count : -count, unit).replaceAll('.', '');
}

/** The age of what is recent, the date of what is older. */
export function when(at, now) {
  return Math.abs(now - at) < 3_600_000 ? relative(at, now) : shortDates.format(at);
}

/** `14 min` */
export function duration(ms) {
  const [unit, count] = unitOf(ms);
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count);
}

const CRM_NAMES = { hubspot: 'HubSpot', salesforce: 'Salesforce' };
export const crmName = (name) => CRM_NAMES[name] ?? name;

/** The name of a cause; a rare one has its code only. */
export function causeName(code) {
  return hasText(`cause.${code}`) ? t(`cause.${code}`) : code;
}

/** What to do about a cause, with the buttons of a page; else `otherwise`, which is about the command line. */
export function fixOf(code, otherwise) {
  return hasText(`fix.${code}`) ? t(`fix.${code}`) : (otherwise ?? '');
}
