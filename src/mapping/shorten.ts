/**
 * Shortening a value to what a CRM's field takes. Lengths are in UTF-16 code units. A surrogate pair is never split,
 * an item of a list never cut.
 */

/** The longest beginning of the text that fits. */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const cut = text.slice(0, Math.max(maxLength, 0));
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** The beginning of the text and an ellipsis. */
export function shortenText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return maxLength < 1 ? '' : `${truncate(text, maxLength - 1)}…`;
}

/** The first items, whole, that fit when joined; empty when not even the first fits. */
export function shortenList(items: readonly string[], separator: string, maxLength: number): string {
  let joined = '';
  for (const [index, item] of items.entries()) {
    const longer = index === 0 ? item : `${joined}${separator}${item}`;
    if (longer.length > maxLength) break;
    joined = longer;
  }
  return joined;
}

type Encode = (text: string) => string;

/** The longest beginning and end of a text that fit once encoded, with an ellipsis between them. */
export function shortenMiddle(text: string, encode: Encode, maxLength: number): string {
  const characters = [...text];
  const keeping = (count: number) => {
    const half = Math.ceil(count / 2);
    const [head, tail] = [characters.slice(0, half), characters.slice(characters.length - (count - half))];
    return encode(`${head.join('')} … ${tail.join('')}`);
  };
  let [least, most] = [0, characters.length];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (keeping(middle).length <= maxLength) least = middle;
    else most = middle - 1;
  }
  return keeping(least);
}

export interface LineFormat {
  readonly encode: Encode;
  readonly separator: string;
  readonly maxLength: number;
  /** The note that stands for the lines taken out. */
  omitted(count: number): string;
}

/**
 * Joins lines into a text that fits. Lines are taken out of the middle, where a long transcript says least, and a
 * note says how many; a single line that is too long is shortened in its own middle.
 */
export function joinLines(lines: readonly string[], format: LineFormat): string {
  const { encode, separator, maxLength, omitted } = format;
  const encoded = lines.map(encode);
  const whole = encoded.join(separator);
  if (whole.length <= maxLength) return whole;
  const budget = maxLength - encode(omitted(lines.length)).length - separator.length;
  const { head, tail, used } = endsThatFit(encoded, separator.length, budget);
  const end = lines.length - tail;
  const middle =
    end - head === 1
      ? shortenMiddle(lines[head]!, encode, maxLength - used - separator.length)
      : encode(omitted(end - head));
  return truncate([...encoded.slice(0, head), middle, ...encoded.slice(end)].join(separator), maxLength);
}

/** How many lines to keep at each end, taken in turns, as long as the next one fits. */
function endsThatFit(lines: readonly string[], separatorLength: number, budget: number) {
  let [head, tail, used] = [0, 0, 0];
  while (head + tail < lines.length) {
    const fromHead = head <= tail;
    const next = lines[fromHead ? head : lines.length - 1 - tail]!;
    const more = used + next.length + separatorLength;
    if (more > budget) break;
    used = more;
    if (fromHead) head += 1;
    else tail += 1;
  }
  return { head, tail, used };
}
