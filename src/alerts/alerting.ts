/**
 * Watches the service and tells people. Every process runs one; the one that holds the lease decides and sends, the
 * others wait to take over. Without Redis they cannot agree, so each process tells of that by itself.
 *
 * Nothing waits for it, and it never rejects: what fails is logged and tried again at the next check.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { settlesWithin } from '../timeout.ts';
import { type AlertTiming, TIMING } from './alert-book.ts';
import { AlertChecker, type CheckParts, type CheckTiming } from './alert-checker.ts';

export interface AlertingParts extends CheckParts {
  readonly timing?: Partial<AlertTiming & CheckTiming & LoopTiming>;
}

interface LoopTiming {
  readonly everyMs: number;
}

export interface Alerting {
  /** Ends within two seconds. */
  stop(): Promise<void>;
}

const CHECK_TIMING: CheckTiming & LoopTiming = { everyMs: 10_000, leaseMs: 25_000, redisDownAfterMs: 15_000 };
/** For each of its steps. */
const STOP_MS = 500;

export function startAlerting(parts: AlertingParts): Alerting {
  const timing = { ...TIMING, ...CHECK_TIMING, ...parts.timing };
  const checker = new AlertChecker(parts, timing);
  const stopping = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      await checker.check();
      // Rejects when it is stopped.
      await delay(timing.everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
    }
  };
  const ended = run();
  return {
    async stop() {
      stopping.abort();
      if (!(await settlesWithin(ended, STOP_MS))) checker.abort();
      // A check that waits for Redis ends later, and changes nothing any more.
      await settlesWithin(ended, STOP_MS);
      await checker.release(STOP_MS);
    },
  };
}
