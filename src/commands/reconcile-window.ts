/** The window of time that `reconcile` and `backfill` are given. */
import type { TimeWindow } from '../altur/altur-calls.ts';
import { UsageError } from './command-line.ts';
import { parseMoment } from './duration.ts';

/** By when calls were created. Without `until` it ends now. */
export function readWindow(since: string, until: string | undefined): TimeWindow {
  const now = Date.now();
  const from = parseMoment('--since', since);
  const to = until === undefined ? now : Math.min(now, parseMoment('--until', until));
  if (from >= to) throw new UsageError('--since must be earlier than --until, and in the past');
  return { from, to };
}
