/** The `Range` of a request. https://www.rfc-editor.org/rfc/rfc9110#name-range-requests */
export interface ByteRange {
  readonly from: number;
  /** The first byte that is not part of it. */
  readonly to: number;
}

/** Undefined: the whole; several ranges count as none. */
export function byteRangeOf(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || match[0] === 'bytes=-') return undefined;
  const [, first = '', last = ''] = match;
  const from = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const to = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  return from < to ? { from, to } : 'unsatisfiable';
}
