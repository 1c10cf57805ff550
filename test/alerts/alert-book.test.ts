import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Alert } from '../../src/alerts/alert.ts';
import { type AlertBook, EMPTY_BOOK, updateBook } from '../../src/alerts/alert-book.ts';
import { afterFailure, afterSent, forgetMissed, MAX_PER_HOUR, nextMessage } from '../../src/alerts/outbox.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEP = 10 * SECOND;

const alert = (id: string, changes: Partial<Alert> = {}): Alert => ({
  id,
  cause: 'dead-letters',
  afterMs: 0,
  calls: 1,
  ...changes,
});
const OUTAGE = alert('crm-unavailable', { cause: 'crm-unavailable', afterMs: 15 * SECOND });
const WAITING = alert('oldest-waiting', { cause: 'oldest-waiting', explainedBy: ['crm-unavailable'] });

/** A service that is checked every ten seconds; what it sends is kept. */
class Watched {
  book: AlertBook = EMPTY_BOOK;
  readonly sent: string[] = [];
  receiverWorks = true;
  now = 0;

  /** Checks with these alerts for `ms`. */
  during(ms: number, ...alerts: readonly Alert[]): this {
    for (const end = this.now + ms; this.now < end; this.now += STEP) {
      const { book } = updateBook(this.book, alerts, this.now);
      this.book = forgetMissed(book, true);
      this.#send();
    }
    return this;
  }

  #send(): void {
    for (let next = nextMessage(this.book, this.now); next; next = nextMessage(this.book, this.now)) {
      if (!this.receiverWorks) {
        this.book = afterFailure(this.book, this.now);
        return;
      }
      this.sent.push(next.kind === 'more' ? 'more' : `${next.kind} ${next.entry.alert.id}`);
      this.book = afterSent(this.book, next, this.now);
    }
  }
}

test('an alert is told of once, and once when it is over', () => {
  const watched = new Watched().during(HOUR, alert('a'), alert('b'));
  expect(watched.sent).toEqual(['start a', 'start b']);
  watched.during(HOUR, alert('b'));
  expect(watched.sent).toEqual(['start a', 'start b', 'over a']);
  watched.during(3 * HOUR);
  expect(watched.sent).toEqual(['start a', 'start b', 'over a', 'over b']);
  expect(watched.book.entries).toEqual({});
});

test('an alert that must last is told of within a minute, and not at all when it is over sooner', () => {
  const short = new Watched().during(10 * SECOND, OUTAGE).during(HOUR);
  expect(short.sent).toEqual([]);
  expect(new Watched().during(MINUTE, OUTAGE).sent).toEqual(['start crm-unavailable']);
});

test('it lasted until it was seen last, and concerned the most calls there were', () => {
  const { book } = new Watched()
    .during(MINUTE, alert('a', { calls: 2 }))
    .during(MINUTE, alert('a', { calls: 7 }))
    .during(MINUTE, alert('a', { calls: 3 }))
    .during(5 * MINUTE);
  const { startedAt, lastSeenAt, calls } = book.entries.a!;
  expect({ ms: lastSeenAt - startedAt, calls }).toEqual({ ms: 3 * MINUTE - STEP, calls: 7 });
});

test('an alert that comes and goes within minutes is one alert', () => {
  const watched = new Watched();
  for (let round = 0; round < 20; round++) watched.during(MINUTE, alert('a')).during(MINUTE);
  expect(watched.sent).toEqual(['start a']);
  expect(watched.during(HOUR).sent).toEqual(['start a', 'over a']);
});

test('an alert that comes and goes all day is told of less and less', () => {
  const watched = new Watched();
  for (let round = 0; round < 144; round++) watched.during(5 * MINUTE, alert('a')).during(5 * MINUTE);
  expect(watched.sent.length).toBeLessThan(8);
});

test('what an outage explains is no alert, unless it outlives the outage', () => {
  const explained = new Watched().during(10 * MINUTE, OUTAGE, WAITING).during(MINUTE, WAITING);
  expect(explained.sent).toEqual(['start crm-unavailable']);
  expect(explained.during(5 * MINUTE, WAITING).sent.toSorted()).toEqual([
    'over crm-unavailable',
    'start crm-unavailable',
    'start oldest-waiting',
  ]);
});

test('while the receiver is down nothing is lost, and each alert gets one message once it works', () => {
  const watched = new Watched();
  watched.receiverWorks = false;
  watched.during(20 * MINUTE, alert('a'), alert('b')).during(10 * MINUTE, alert('a'));
  expect(watched.sent).toEqual([]);
  watched.receiverWorks = true;
  watched.during(10 * MINUTE, alert('a'));
  expect(watched.sent).toEqual(['start a', 'missed b']);
});

test('a receiver that is down is tried less and less, at least every five minutes', () => {
  const tries: number[] = [];
  let book = updateBook(EMPTY_BOOK, [alert('a')], 0).book;
  for (let now = 0; now < HOUR; now += STEP) {
    if (nextMessage(book, now) === undefined) continue;
    tries.push(now);
    book = afterFailure(book, now);
  }
  const waits = tries.slice(1).map((at, index) => at - tries[index]!);
  expect(waits.slice(0, 4)).toEqual([10, 20, 40, 80].map((seconds) => seconds * SECOND));
  expect(Math.max(...waits)).toBe(5 * MINUTE);
});

test('the receiver may say how long it must not be tried', () => {
  const { retryAt } = afterFailure(EMPTY_BOOK, 0, 30 * MINUTE);
  expect(retryAt).toBe(30 * MINUTE);
});

test('of a hundred alerts twenty are told of in an hour, then that there are more, and the rest an hour later', () => {
  const alerts = Array.from({ length: 100 }, (_, index) => alert(`a${index}`));
  const watched = new Watched().during(50 * MINUTE, ...alerts);
  expect(watched.sent).toHaveLength(MAX_PER_HOUR + 1);
  expect(watched.sent.at(-1)).toBe('more');
  watched.during(20 * MINUTE, ...alerts.slice(0, 30));
  expect(watched.sent.slice(MAX_PER_HOUR + 1)).toEqual(alerts.slice(20, 30).map(({ id }) => `start ${id}`));
});

test('without a receiver nothing is kept for later but what is still open', () => {
  let book = updateBook(EMPTY_BOOK, [alert('a'), alert('b')], 0).book;
  book = forgetMissed(updateBook(book, [alert('a')], HOUR).book, false);
  expect(nextMessage(book, HOUR)).toMatchObject({ kind: 'start', entry: { alert: { id: 'a' } } });
  book = afterSent(book, nextMessage(book, HOUR)!, HOUR);
  expect(nextMessage(book, HOUR)).toBeUndefined();
});

test('whatever comes and goes, a start and an end alternate, and no hour has more than the most messages', () => {
  const phase = fc.record({ ms: fc.integer({ min: 1, max: 400 }), which: fc.subarray(['a', 'b', 'c']) });
  fc.assert(
    fc.property(fc.array(phase, { maxLength: 40 }), (phases) => {
      const watched = new Watched();
      for (const { ms, which } of phases) watched.during(ms * SECOND, ...which.map((id) => alert(id)));
      watched.during(4 * HOUR);
      for (const id of ['a', 'b', 'c']) {
        const kinds = watched.sent
          .filter((each) => each.endsWith(` ${id}`))
          .map((each) => each.split(' ')[0]);
        expect(kinds).toEqual(kinds.map((_, index) => (index % 2 === 0 ? 'start' : 'over')));
        expect(kinds.length % 2).toBe(0);
      }
      expect(watched.book.entries).toEqual({});
    }),
    { numRuns: 60 },
  );
});
