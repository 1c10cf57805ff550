/** The window of a run in slices, oldest first: what is done is known by the slice, so a run that was stopped goes on. */
import type { TimeWindow } from '../altur/altur-calls.ts';
import type { RunProgress } from './reconcile-store.ts';

const DAY_MS = 24 * 3_600_000;
/** A shorter window is one slice: each costs a request for every campaign. */
const WHOLE_UP_TO_MS = 2 * DAY_MS;
const MAX_SLICES = 30;
/** A call goes on for as long at most: it had not ended when its campaign was listed. */
export const LONGEST_CALL_MS = 2 * 3_600_000;

export interface TimeSlice extends TimeWindow {
  /** The campaigns that need not be listed again. */
  readonly done: ReadonlySet<string>;
}

export function timeSlices(window: TimeWindow, progress: RunProgress | undefined): readonly TimeSlice[] {
  const resumed = progress && resumedSlice(window, progress);
  if (!resumed) return sliced(window);
  // What had not ended when the former run began, near the end of its window, is looked at again.
  const from = Math.max(window.from, Math.min(resumed.to, progress.window.to - LONGEST_CALL_MS));
  const rest = from < window.to ? sliced({ from, to: window.to }) : [];
  return resumed.from < resumed.to ? [resumed, ...rest] : rest;
}

function sliced({ from, to }: TimeWindow): readonly TimeSlice[] {
  const span = to - from;
  const days = Math.ceil(span / DAY_MS);
  const sliceMs = span <= WHOLE_UP_TO_MS ? span : Math.ceil(days / MAX_SLICES) * DAY_MS;
  const slices: TimeSlice[] = [];
  for (let start = from; start < to; start += sliceMs) {
    slices.push({ from: start, to: Math.min(start + sliceMs, to), done: new Set() });
  }
  return slices;
}

/** Undefined where the former run does not cover the beginning of this one. */
function resumedSlice(window: TimeWindow, { window: former, ...progress }: RunProgress) {
  if (former.from > window.from || progress.sliceTo <= window.from) return undefined;
  const from = Math.max(window.from, progress.cursor);
  return { from, to: Math.min(progress.sliceTo, window.to), done: new Set(progress.campaigns) };
}
