/** The summary of the day before: when it is sent, by which process, and what it says. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DailySummary, type DailySummaryParts } from '../../src/alerts/daily-summary.ts';
import { summaryText } from '../../src/alerts/summary-text.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import { dayBefore } from '../../src/reconcile/calendar.ts';
import { type CallPlace, type DayStatement, tallyOf } from '../../src/reconcile/statement.ts';
import { calendarOf } from '../../src/service/calendar.ts';
import { until } from '../e2e/service-process.ts';
import { recordingLog } from '../recording-log.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { Receiver } from './receiver.ts';

let server: RedisServer;
let redis: RedisClient;
let receiver: Receiver;
let log: ReturnType<typeof recordingLog>;
let running: DailySummary[];
let made: string[];

beforeEach(async () => {
  server = await startRedis();
  redis = connectWorker({ nodes: [server.url] });
  receiver = await new Receiver().start();
  log = recordingLog();
  running = [];
  made = [];
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  await receiver.stop();
  redis.disconnect();
  await server.stop();
});

const places = (...some: readonly CallPlace[]) =>
  tallyOf(some.map((place, n): [string, CallPlace] => [`cll_${n + 1}`, place]));
const statementOf = (day: string, listed = places()): DayStatement => {
  return { day, madeAt: 1, until: 2, crm: 'hubspot', ongoing: 0, listed, unlisted: places() };
};

function start(changes: Partial<DailySummaryParts> = {}): void {
  const summary = new DailySummary({
    redis,
    webhookUrl: receiver.url,
    calendar: calendarOf('UTC'),
    dueOn: () => 0,
    async make(day) {
      made.push(day);
      return statementOf(day);
    },
    text: ({ day }) => `summary of ${day}`,
    log,
    timing: { everyMs: 10, firstRetryMs: 10, maxRetryMs: 20 },
    ...changes,
  });
  running.push(summary.start());
}

const NOT_SENT = 'daily summary not sent';
const yesterday = () => dayBefore(new Date().toISOString().slice(0, 10));
/** Every process has looked several times. */
const looked = async () => {
  const before = Number((await redis.info('commandstats')).match(/cmdstat_get:calls=(\d+)/)?.[1] ?? 0);
  const isAgain = async () =>
    Number((await redis.info('commandstats')).match(/cmdstat_get:calls=(\d+)/)?.[1] ?? 0) > before + 10;
  await until(isAgain, 'they have looked again');
};

test('it is sent once, by one of several processes, and by none that starts later', async () => {
  for (let count = 0; count < 3; count += 1) start();
  await until(() => receiver.texts.length > 0, 'it is sent');
  start();
  await looked();
  expect(receiver.texts).toEqual([`summary of ${yesterday()}`]);
  expect(made).toEqual([yesterday()]);
});

test('it is not sent before its time', async () => {
  let isDue = false;
  let looks = 0;
  start({
    dueOn() {
      looks += 1;
      return isDue ? 0 : Number.POSITIVE_INFINITY;
    },
  });
  await until(() => looks > 5, 'it has looked at the time');
  expect([made, receiver.requests]).toEqual([[], 0]);
  isDue = true;
  await until(() => receiver.texts.length > 0, 'it is sent');
});

test('it is tried again while the statement cannot be made, and while the receiver refuses it', async () => {
  let failures = 0;
  receiver.status = 500;
  start({
    async make(day) {
      failures += 1;
      // Between two messages: none is on its way.
      if (failures > 4) receiver.status = 200;
      if (failures < 3) throw Object.assign(new Error('Altur is down'), { code: 'ALTUR_UNAVAILABLE' });
      return statementOf(day);
    },
  });
  await until(() => log.entries.filter(({ message }) => message === NOT_SENT).length >= 4, 'it failed');
  await until(() => receiver.texts.length > 0, 'it is sent');
  await looked();
  expect(receiver.texts).toHaveLength(1);
});

test('it says how many calls are where, names the missing ones, and leads to the dashboard', () => {
  const cause = { code: 'RECORD_REJECTED', reason: 'no' };
  const statement = statementOf(
    '2026-11-25',
    places(
      { in: 'crm' },
      { in: 'mapping', rule: 'voicemail' },
      { in: 'dead-letters', cause },
      { in: 'nowhere', why: 'deleted' },
    ),
  );
  const options = { crm: 'HubSpot', publicUrl: 'https://calls.example.com/' };
  expect(summaryText(statement, { ...options, language: 'en' })).toBe(
    `🔴 *Calls of Wednesday, 25 November 2026: 1 missing*
4 at Altur, 1 in HubSpot, 1 skipped by the mapping, 1 dead letters, 0 waiting, 1 missing
Missing: cll_4
Dead letters: 1 RECORD_REJECTED
https://calls.example.com/dashboard/statement`,
  );
  expect(summaryText(statementOf('2026-11-25', places({ in: 'crm' })), { ...options, language: 'es' })).toBe(
    `✅ *Llamadas del miércoles, 25 de noviembre de 2026: no falta ninguna*
1 en Altur, 1 en HubSpot, 0 omitidas por el mapeo, 0 no escritas, 0 en espera, 0 faltantes
https://calls.example.com/dashboard/statement`,
  );
});

test('it does not say that all is there while a campaign could not be read', () => {
  const unreadCampaigns = [{ id: '17', code: 'ALTUR_CAMPAIGN_UNKNOWN', reason: 'gone' }];
  const statement = { ...statementOf('2026-11-25', places({ in: 'crm' })), unreadCampaigns };
  const options = { crm: 'HubSpot', publicUrl: undefined };
  expect(summaryText(statement, { ...options, language: 'en' })).toMatch(
    /^🔴 \*Calls of .+: not all could be compared\*\n.+\nCampaigns that could not be read, .+: 17 \(ALTUR_CAMPAIGN_UNKNOWN\)$/,
  );
  expect(summaryText(statement, { ...options, language: 'es' })).toMatch(/no se pudieron comparar todas\*/);
});

test('it names ten missing calls at most', () => {
  const listed = places(...Array<CallPlace>(11).fill({ in: 'nowhere', why: 'never-received' }));
  const text = summaryText(statementOf('2026-11-25', listed), {
    ...{ language: 'en', crm: 'HubSpot', publicUrl: undefined },
  });
  expect(text.match(/cll_/g)).toHaveLength(10);
  expect(text).toContain('cll_10 …');
});
