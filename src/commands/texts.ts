/** Words that several commands print. */
import type { WrittenRecord } from '../monitoring/written-records.ts';

/** `at`: ms since the epoch. */
export function timeText(at: number): string {
  return new Date(at).toISOString();
}

/** `1 dead letter`, `3 dead letters` */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** `task 9 (cll_1:later)` */
export function recordText({ object, id, key }: WrittenRecord): string {
  return `${object} ${id}${key === undefined ? '' : ` (${key})`}`;
}
