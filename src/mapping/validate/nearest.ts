/** The name that was probably meant by one with a typing error. */

/** The candidate with the fewest typing errors, if they are few enough for the length of the text. */
export function nearest(
  text: string,
  candidates: readonly string[],
  maxErrors = Math.min(Math.max(2, Math.floor(text.length / 4)), text.length - 1),
): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, errors: distance(text.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.errors - b.errors);
  const [best] = ranked;
  return best && best.errors <= maxErrors ? best.candidate : undefined;
}

/** Letters to insert, delete or replace, or pairs of neighbours to exchange. */
export function distance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isExchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const exchange = isExchanged ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(replace, exchange, row[j]! + 1, next[j - 1]! + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
