/** The daily summary, as people read it. It names call ids, and nothing else of a call. */
import { type DayStatement, isComplete, sumOf, type Tally } from '../reconcile/statement.ts';
import { escapeForSlack, type TextOptions } from './alert-text.ts';

const MAX_IDS = 10;

interface SummaryWords {
  readonly locale: string;
  title(day: string, missing: number, isComplete: boolean): string;
  numbers(crm: string, tally: Tally): string;
  readonly missing: string;
  /** `campaigns`: their ids. */
  unread(campaigns: string): string;
  readonly deadLetters: string;
  besides(calls: number, inCrm: number, crm: string): string;
}

const ENGLISH: SummaryWords = {
  locale: 'en-GB',
  title: (day, missing, isComplete) => {
    if (missing > 0) return `Calls of ${day}: ${missing} missing`;
    return `Calls of ${day}: ${isComplete ? 'none missing' : 'not all could be compared'}`;
  },
  unread: (campaigns) => `Campaigns that could not be read, so their calls are not counted: ${campaigns}`,
  numbers: (crm, { calls, inCrm, skipped, deadLetters, waiting, missing }) =>
    `${calls} at Altur, ${inCrm} in ${crm}, ${sumOf(skipped)} skipped by the mapping, ${sumOf(deadLetters)} dead letters, ${waiting} waiting, ${missing} missing`,
  missing: 'Missing',
  deadLetters: 'Dead letters',
  besides: (calls, inCrm, crm) =>
    `Besides, in no campaign’s list of the day: ${calls}, ${inCrm} of them in ${crm}`,
};

const SPANISH: SummaryWords = {
  locale: 'es-MX',
  title: (day, missing, isComplete) => {
    if (missing > 0) return `Llamadas del ${day}: ${missing === 1 ? 'falta 1' : `faltan ${missing}`}`;
    return `Llamadas del ${day}: ${isComplete ? 'no falta ninguna' : 'no se pudieron comparar todas'}`;
  },
  unread: (campaigns) => `Campañas que no se pudieron leer, así que sus llamadas no se cuentan: ${campaigns}`,
  numbers: (crm, { calls, inCrm, skipped, deadLetters, waiting, missing }) =>
    `${calls} en Altur, ${inCrm} en ${crm}, ${sumOf(skipped)} omitidas por el mapeo, ${sumOf(deadLetters)} no escritas, ${waiting} en espera, ${missing} faltantes`,
  missing: 'Faltan',
  deadLetters: 'No escritas',
  besides: (calls, inCrm, crm) =>
    `Además, en la lista del día de ninguna campaña: ${calls}, ${inCrm} de ellas en ${crm}`,
};

export function summaryText(
  statement: DayStatement,
  { language, crm, publicUrl }: Omit<TextOptions, 'timeZone'>,
): string {
  const { day, listed, unlisted, unreadCampaigns = [] } = statement;
  const words = language === 'es' ? SPANISH : ENGLISH;
  const missingCalls = [...listed.missingCalls, ...unlisted.missingCalls];
  const missing = listed.missing + unlisted.missing;
  const ids = missingCalls.slice(0, MAX_IDS).map(({ callId }) => escapeForSlack(callId));
  const causes = listed.deadLetters.map(({ code, count }) => `${count} ${code}`);
  const complete = isComplete(statement);
  const unread = unreadCampaigns.slice(0, MAX_IDS).map(({ id, code }) => escapeForSlack(`${id} (${code})`));
  return [
    `${complete ? '✅' : '🔴'} *${words.title(dayText(day, words.locale), missing, complete)}*`,
    words.numbers(crm, listed),
    ...(ids.length > 0 ? [`${words.missing}: ${ids.join(', ')}${missing > ids.length ? ' …' : ''}`] : []),
    ...(unread.length > 0
      ? [`${words.unread(unread.join(', '))}${unreadCampaigns.length > unread.length ? ' …' : ''}`]
      : []),
    ...(causes.length > 0 ? [`${words.deadLetters}: ${causes.join(', ')}`] : []),
    ...(unlisted.calls > 0 ? [words.besides(unlisted.calls, unlisted.inCrm, crm)] : []),
    ...(publicUrl === undefined ? [] : [`${publicUrl.replace(/\/+$/, '')}/dashboard/statement`]),
  ].join('\n');
}

function dayText(day: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' });
  return format.format(Date.parse(`${day}T12:00:00Z`));
}
