/** Splitting a list. `halves` bisects: the row writer and the links find a poison item with it. */

export function halves<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return items.length === 0 ? [] : [items];
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

/** Of a size above 1: half of it, half of that, and so on down to 1. */
export function halvedSizes(full: number): readonly number[] {
  const sizes: number[] = [];
  for (let size = full; size > 1; ) {
    size = Math.ceil(size / 2);
    sizes.push(size);
  }
  return sizes;
}

/** Pieces of at most `size` items, in order. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
