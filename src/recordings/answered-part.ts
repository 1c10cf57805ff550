/** What an answer to a request for a part of a recording is about. */
import type { IncomingMessage } from 'node:http';
import { type ByteRange, parseContentRange, type RangeRequest, resolveRange } from './byte-range.ts';

export interface AnsweredPart {
  /** Absent: none could be answered. */
  readonly part?: ByteRange;
  readonly total: number;
}

/** Undefined when the answer is not about the part that was asked for. */
export function partOf(answer: IncomingMessage, wanted: RangeRequest): AnsweredPart | undefined {
  const { range, total } = parseContentRange(answer.headers['content-range']) ?? {};
  // Without the total a player cannot seek.
  if (total === undefined) return undefined;
  const expected = resolveRange(wanted, total);
  if (answer.statusCode === 416) return expected ? undefined : { total };
  if (!range || range.first !== expected?.first || range.last !== expected.last) return undefined;
  const length = lengthOf(answer) ?? range.last - range.first + 1;
  return length === range.last - range.first + 1 ? { part: range, total } : undefined;
}

export function lengthOf({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}
