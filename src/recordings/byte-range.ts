/** A part of a recording, as `Range` asks for it: https://www.rfc-editor.org/rfc/rfc9110#section-14 */

/** Positions of bytes, counted from 0; `last` is part of it. */
export type RangeRequest =
  | { readonly first: number; readonly last?: number }
  /** The last bytes, this many. */
  | { readonly suffix: number };

export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** What `Content-Range` says; without a range: none could be given. */
export interface ContentRange {
  readonly range?: ByteRange;
  readonly total?: number;
}

/** Undefined where the whole recording is to be answered: no range, several, or none that can be read. */
export function parseRange(header: string | undefined): RangeRequest | undefined {
  const [, from = '', to = ''] = /^bytes=[ \t]*(\d{0,30})-(\d{0,30})[ \t]*$/i.exec(header ?? '') ?? [];
  if (from === '') return to === '' ? undefined : { suffix: position(to) };
  if (to === '') return { first: position(from) };
  return position(to) < position(from) ? undefined : { first: position(from), last: position(to) };
}

export function formatRange(wanted: RangeRequest): string {
  return 'suffix' in wanted ? `bytes=-${wanted.suffix}` : `bytes=${wanted.first}-${wanted.last ?? ''}`;
}

/** Undefined when no byte of a recording with `total` bytes is in it. */
export function resolveRange(wanted: RangeRequest, total: number): ByteRange | undefined {
  const last = total - 1;
  if ('suffix' in wanted) {
    return wanted.suffix > 0 && total > 0 ? { first: Math.max(0, total - wanted.suffix), last } : undefined;
  }
  if (wanted.first > last) return undefined;
  return { first: wanted.first, last: Math.min(wanted.last ?? last, last) };
}

export function parseContentRange(header: string | undefined): ContentRange | undefined {
  const [, from, to, size] = /^bytes (?:(\d{1,15})-(\d{1,15})|\*)\/(\d{1,15}|\*)$/i.exec(header ?? '') ?? [];
  if (size === undefined) return undefined;
  const total = size === '*' ? {} : { total: Number(size) };
  if (from === undefined) return total;
  const range = { first: Number(from), last: Number(to) };
  return range.last < range.first || range.last >= (total.total ?? Number.POSITIVE_INFINITY)
    ? undefined
    : { range, ...total };
}

export function formatContentRange({ range, total }: ContentRange): string {
  return `bytes ${range ? `${range.first}-${range.last}` : '*'}/${total ?? '*'}`;
}

/** Beyond what a number holds exactly there is no byte anyway. */
function position(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}
