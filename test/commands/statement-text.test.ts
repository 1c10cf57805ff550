/** What `reconcile --report` prints. */
import { expect, test } from '@jest/globals';
import { statementText } from '../../src/commands/statement-text.ts';
import { causeId } from '../../src/queue/job-cause.ts';
import { type CallPlace, type DayStatement, isComplete, tallyOf } from '../../src/reconcile/statement.ts';
import { calendarOf } from '../../src/service/calendar.ts';

const OPTIONS = { ...calendarOf('America/Mexico_City'), crm: 'HubSpot' };
const CAUSE = { code: 'RECORD_REJECTED', reason: 'HubSpot rejects the call' };

function statementOf(day: string, listed: readonly CallPlace[], changes: Partial<DayStatement> = {}) {
  const named = (places: readonly CallPlace[]) =>
    tallyOf(places.map((place, n) => [`cll_${day.slice(-2)}_${n}`, place]));
  return {
    ...{ day, madeAt: 1, until: 2, crm: 'hubspot', ongoing: 0 },
    listed: named(listed),
    unlisted: tallyOf([]),
    ...changes,
  };
}

test('a line for each day, then by what calls are kept out, then the missing ones and what to do', () => {
  const first = statementOf('2026-11-24', [
    { in: 'crm' },
    { in: 'mapping', rule: 'voicemail' },
    { in: 'dead-letters', cause: CAUSE },
    { in: 'nowhere', why: 'never-received' },
    { in: 'nowhere', why: 'deleted', at: Date.UTC(2026, 10, 24, 20) },
  ]);
  const second = statementOf('2026-11-25', [{ in: 'crm' }, { in: 'queue' }], { ongoing: 3 });
  expect(
    statementText([first, second], OPTIONS),
  ).toBe(`day         at Altur  in HubSpot  skipped  dead letters  waiting  missing
2026-11-24         5           1        1             1        0        2  ✗ 2 missing
2026-11-25         2           1        0             0        1        0  ✓ none missing, 3 still going on
all                7           2        1             1        1        2

skipped by the mapping, by rule
  1  voicemail

dead letters, by cause
  1  RECORD_REJECTED  HubSpot rejects the call
     after the fix: altur-crm-sync failed retry --cause ${causeId(CAUSE)}

missing
  cll_24_3  2026-11-24  never received
  cll_24_4  2026-11-24  was written at 2026-11-24T20:00:00.000Z, deleted in HubSpot since

to write the one that never came: altur-crm-sync reconcile --since 2026-11-24T06:00:00.000Z
to write the one that was deleted or discarded: altur-crm-sync resync cll_24_4
`);
});

test('a campaign that could not be read is named, and it does not say that none is missing', () => {
  const unreadCampaigns = [{ id: '17', code: 'ALTUR_CAMPAIGN_UNKNOWN', reason: 'gone' }];
  const statements = ['2026-11-24', '2026-11-25'].map((day) =>
    statementOf(day, [{ in: 'crm' }], { unreadCampaigns }),
  );
  const text = statementText(statements, OPTIONS);
  expect(text.match(/✗ 1 campaign not read/g)).toHaveLength(2);
  const said = 'campaign 17 could not be read, so its calls are not counted: gone [ALTUR_CAMPAIGN_UNKNOWN]';
  expect(text.split('\n').filter((line) => line === said)).toHaveLength(1);
  expect(statements.some(isComplete)).toBe(false);
});

test('where all is there it says no more than that', () => {
  expect(statementText([statementOf('2026-11-25', [{ in: 'crm' }])], OPTIONS)).toBe(
    'day         at Altur  in HubSpot  skipped  dead letters  waiting  missing\n' +
      '2026-11-25         1           1        0             0        0        0  ✓ none missing\n',
  );
});

test('calls that no campaign lists are told of besides', () => {
  const unlisted = tallyOf([
    ['cll_a', { in: 'crm' }],
    ['cll_b', { in: 'queue' }],
  ]);
  expect(statementText([statementOf('2026-11-25', [], { unlisted })], OPTIONS)).toContain(
    'besides, 2 calls received in no list of a campaign (inbound, started through the API, or created on another day): 1 in HubSpot, 1 waiting\n',
  );
});

test('of hundreds some are named, and the commands stay such as one can type', () => {
  const places = Array<CallPlace>(150).fill({ in: 'nowhere', why: 'deleted' });
  const text = statementText([statementOf('2026-11-25', places)], OPTIONS);
  expect(text).toContain('and 50 more: --json names all');
  expect(text).toContain('to write the 150 that were deleted or discarded: altur-crm-sync resync cll_25_0 ');
  expect(text.match(/cll_25_/g)).toHaveLength(120);
});
