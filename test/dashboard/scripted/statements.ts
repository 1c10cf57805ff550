/** The statements of three days: one on which all is there, one with all that may be wrong, and today. */
import type { StatementsView } from '../../../src/dashboard/dashboard-data.ts';
import { dayBefore } from '../../../src/reconcile/calendar.ts';
import { type CallPlace, type DayStatement, tallyOf } from '../../../src/reconcile/statement.ts';
import { calendarOf } from '../../../src/service/calendar.ts';
import { HOUR, MINUTE, type Scene } from './overviews.ts';

const { dayOf } = calendarOf('America/Mexico_City');

export function statementsOf(scene: Scene, now: number): StatementsView {
  if (scene === 'empty') return { crm: 'hubspot', days: [], runs: [], obstacle: 'ALTUR_API_KEY' };
  const today = dayOf(now);
  const yesterday = dayBefore(today);
  const wrong = scene === 'dead-letters';
  const day = (
    name: string,
    places: readonly (readonly [CallPlace, number])[],
    ongoing = 0,
  ): DayStatement => ({
    day: name,
    madeAt: now - 20 * MINUTE,
    until: now,
    crm: 'hubspot',
    ongoing,
    listed: tallyOf(callsIn(name, places)),
    unlisted: tallyOf(callsIn(`${name}-inbound`, [[{ in: 'crm' }, 12]])),
  });
  return {
    crm: 'hubspot',
    days: [
      day(
        today,
        [
          [{ in: 'crm' }, 811],
          [{ in: 'queue' }, 3],
        ],
        4,
      ),
      day(yesterday, [[{ in: 'crm' }, 1_962], ...(wrong ? WRONG : [])]),
      day(dayBefore(yesterday), [[{ in: 'crm' }, 2_000]]),
    ],
    runs: [
      {
        kind: 'reconcile',
        window: { from: now - 3 * HOUR, to: now - HOUR },
        startedAt: now - HOUR,
        updatedAt: now - HOUR,
        finishedAt: now - HOUR + 40_000,
        isDryRun: false,
        campaigns: { done: 4, of: 4 },
        listed: 412,
        unfinished: 3,
        known: 407,
        inCrm: 0,
        missing: 2,
        enqueued: 2,
        unusable: {},
      },
    ],
    nextRunAt: now + 12 * MINUTE,
  };
}

const WRONG: readonly (readonly [CallPlace, number])[] = [
  [{ in: 'mapping', rule: 'voicemail' }, 30],
  [{ in: 'mapping', rule: 'NO_MATCH' }, 2],
  [
    {
      in: 'dead-letters',
      cause: {
        code: 'RECORD_REJECTED',
        reason: 'HubSpot rejects the contact',
        object: 'person',
        fields: ['stage'],
      },
    },
    3,
  ],
  [{ in: 'nowhere', why: 'never-received' }, 2],
  [{ in: 'nowhere', why: 'deleted', at: Date.UTC(2026, 10, 24, 20) }, 1],
];

function callsIn(day: string, places: readonly (readonly [CallPlace, number])[]) {
  let nth = 0;
  return places.flatMap(([place, count]) =>
    Array.from({ length: count }, (): [string, CallPlace] => {
      nth += 1;
      return [`cll_${day.slice(5)}_${String(nth).padStart(6, '0')}`, place];
    }),
  );
}
