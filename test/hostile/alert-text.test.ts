/** Hostile values in what is sent to Slack: no mention, no link, and no line that looks like another alert. */
import { expect, test } from '@jest/globals';
import type { BookEntry } from '../../src/alerts/alert-book.ts';
import { alertText } from '../../src/alerts/alert-text.ts';
import { summaryText } from '../../src/alerts/summary-text.ts';
import { tallyOf } from '../../src/reconcile/statement.ts';
import { FIELD_VALUES } from './field-values.ts';

const OPTIONS = { language: 'en', crm: 'HubSpot', timeZone: 'UTC', publicUrl: undefined } as const;

function deadLetters(reason: string): string {
  const entry: BookEntry = {
    alert: {
      ...{ id: 'x', cause: 'dead-letters', afterMs: 0, code: 'RECORD_REJECTED' },
      ...{ reason, object: 'person', fields: [reason] },
    },
    ...{ state: 'open', startedAt: 0, lastSeenAt: 60_000, calls: 3, episodes: 1, told: 'nothing' },
  };
  return alertText({ kind: 'start', entry }, OPTIONS);
}

function summary(text: string): string {
  const statement = {
    ...{ day: '2026-11-24', madeAt: 0, until: 0, crm: 'hubspot', ongoing: 0 },
    listed: tallyOf([[text, { in: 'nowhere', why: 'never-received' }]]),
    unlisted: tallyOf([]),
    unreadCampaigns: [{ id: text, code: 'ALTUR_LIST_UNREADABLE', reason: 'x' }],
  };
  return summaryText(statement, OPTIONS);
}

/** As Slack reads it: https://docs.slack.dev/messaging/formatting-message-text#escaping */
const asRead = (text: string) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const inOneLine = (text: string) =>
  text
    .replace(/\p{Bidi_Control}/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();

test.each([
  ['an alert', deadLetters],
  ['the daily summary', summary],
])('%s has them as text in their line', (_, textWith) => {
  const lines = textWith('x').split('\n').length;
  for (const [name, value] of FIELD_VALUES) {
    const text = textWith(value);
    expect([name, text.match(/[<>]|&(?!(lt|gt|amp);)/g)]).toEqual([name, null]);
    expect([name, text.split(/[\n\r\u2028\u2029\u0085\v\f]/).length]).toEqual([name, lines]);
    // A phone number is masked, a long text is shortened.
    const start = inOneLine(value.slice(0, 40));
    if (!/\d{7}/.test(value))
      expect([name, inOneLine(asRead(text))]).toEqual([name, expect.stringContaining(start)]);
  }
});
