/** What a soak found, and whether that is as it must be. */
import type { KeyKind } from './redis-contents.ts';

export interface MemoryOverTime {
  readonly process: string;
  /** Medians, MiB: after the warm-up, in the middle, at the end. */
  readonly warm: number;
  readonly middle: number;
  readonly end: number;
  readonly most: number;
}

export interface SoakFacts {
  readonly events: number;
  readonly redeliveries: number;
  /** How often each answer came: `200 queued`. */
  readonly answers: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly lateMs: number;
  /** From the first event sent to the last one written. */
  readonly seconds: number;
  /** Of these, after the last event was sent. */
  readonly drainSeconds: number;
  readonly largestWaiting: number;
  readonly deadLetters: number;
  readonly crm: {
    readonly missingCalls: number;
    readonly doubledCalls: number;
    readonly unlinkedCalls: number;
    readonly missingPeople: number;
    readonly doubledPeople: number;
  };
  /** How many requests to the CRM were answered with each status. */
  readonly requests: Readonly<Record<string, number>>;
  /** Of the service's own processes. */
  readonly memory: readonly MemoryOverTime[];
  readonly redis: {
    readonly startBytes: number;
    readonly mostBytes: number;
    readonly endBytes: number;
    readonly ledger: readonly KeyKind[];
    readonly others: readonly KeyKind[];
    /** After the ledger was deleted. */
    readonly restBytes: number;
  };
}

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly found: string;
}

/** A process is flat when it ends no larger than it was after its warm-up, give or take what V8 does with free room. */
const FLAT_SHARE = 1.15;
const FLAT_MIB = 15;
const MOST_WORKER_MIB = 200e6 / 2 ** 20;
/** What remains besides the ledger does not grow with calls: counters, the stream of BullMQ's events, heartbeats. */
const REST_BYTES = 5_000_000;

export function checksOf(facts: SoakFacts): readonly Check[] {
  const { answers, crm, redis, requests, deadLetters } = facts;
  const check = (name: string, passed: boolean, found: string): Check => ({ name, passed, found });
  const refused = Object.entries(answers).filter(([answer]) => !answer.startsWith('200 '));
  const answered = (status: string) => answers[`200 ${status}`] ?? 0;
  const rejected = requests['429'] ?? 0;
  const rest = redis.restBytes - redis.startBytes;
  return [
    check(
      'every delivery was answered 200',
      refused.length === 0 &&
        answered('queued') + answered('duplicate') === facts.events + facts.redeliveries,
      listed(answers),
    ),
    check(
      'every redelivery was answered as a duplicate',
      answered('duplicate') === facts.redeliveries,
      `${answered('duplicate')} of ${facts.redeliveries}`,
    ),
    check(
      'every call is in the CRM exactly once, linked to its person',
      crm.missingCalls + crm.doubledCalls + crm.unlinkedCalls === 0,
      `${crm.missingCalls} missing, ${crm.doubledCalls} doubled, ${crm.unlinkedCalls} unlinked`,
    ),
    check(
      'every person is in the CRM exactly once',
      crm.missingPeople + crm.doubledPeople === 0,
      `${crm.missingPeople} missing, ${crm.doubledPeople} doubled`,
    ),
    check('no call is a dead letter', deadLetters === 0, `${deadLetters}`),
    check('the CRM answered no request 429', rejected === 0, `${rejected}`),
    ...facts.memory.map((memory) =>
      check(`the memory of ${memory.process} is flat`, isFlat(memory), memoryText(memory)),
    ),
    check(
      'no worker takes more than 200 MB',
      facts.memory.every(({ process, most }) => !process.startsWith('worker') || most <= MOST_WORKER_MIB),
      facts.memory.map(({ process, most }) => `${process} ${(most * 1.048576).toFixed(0)} MB`).join(', '),
    ),
    check(
      'Redis is back at its start, the ledger aside',
      rest <= REST_BYTES,
      `${mib(rest)} MiB more, in ${redis.others.length} keys (at most ${mib(REST_BYTES)})`,
    ),
  ];
}

function isFlat({ warm, end }: MemoryOverTime): boolean {
  return end <= Math.max(warm * FLAT_SHARE, warm + FLAT_MIB);
}

export function memoryText({ warm, middle, end }: MemoryOverTime): string {
  return `${warm.toFixed(0)} MiB after the warm-up, ${middle.toFixed(0)} in the middle, ${end.toFixed(0)} at the end`;
}

export const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);

export function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} × ${name}`)
    .join(', ');
}
