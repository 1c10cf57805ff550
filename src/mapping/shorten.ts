/**
 * Shortening a value to what a CRM's field takes. Lengths are in UTF-16 code units. A surrogate pair is never split,
 * nor an entity of an encoded text; an item of a list is never cut.
 */

/** The length of a text as the CRM counts it. */
export type Measure = (text: string) => number;

/** Some CRMs count a line break as two characters. `\r\n` is one line break. */
export function measureWith(lineBreakLength = 1): Measure {
  if (lineBreakLength === 1) return (text) => text.length;
  return (text) => {
    const breaks = text.match(/\r\n|\r|\n/g) ?? [];
    return text.length + breaks.reduce((more, each) => more + lineBreakLength - each.length, 0);
  };
}

/** How a text is written into a field: character by character. */
export interface Encoding {
  encode(text: string): string;
  measure: Measure;
}

const PLAIN: Encoding = { encode: (text) => text, measure: measureWith() };

/** The longest beginning of the text that fits. */
export function truncate(text: string, maxLength: number, measure: Measure = PLAIN.measure): string {
  return measure(text) <= maxLength ? text : text.slice(0, beginning(text, { ...PLAIN, measure }, maxLength));
}

/** The beginning of the text and an ellipsis. */
export function shortenText(text: string, maxLength: number, measure: Measure = PLAIN.measure): string {
  if (measure(text) <= maxLength) return text;
  return maxLength < 1 ? '' : `${truncate(text, maxLength - 1, measure)}…`;
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

const ELLIPSIS = ' … ';

/**
 * The longest beginning and end of a text that fit once encoded, with a note between them; an ellipsis where a note
 * would take most of the room, and the beginning alone where there is no room for that either.
 */
export function shortenMiddle(
  text: string,
  encoding: Encoding,
  maxLength: number,
  noteFor: (omitted: number) => string = () => ELLIPSIS,
): string {
  const { encode, measure } = encoding;
  const longest = measure(encode(noteFor(text.length)));
  const note = longest * 4 <= maxLength ? noteFor : () => ELLIPSIS;
  const room = maxLength - measure(encode(note(text.length)));
  if (room < 2) return encode(text.slice(0, beginning(text, encoding, maxLength)));
  const head = beginning(text, encoding, Math.ceil(room / 2));
  const tail = ending(text, encoding, Math.floor(room / 2));
  if (head >= tail) return encode(text);
  return (
    encode(text.slice(0, head)) + encode(note([...text.slice(head, tail)].length)) + encode(text.slice(tail))
  );
}

/** Where the longest beginning that fits ends. */
function beginning(text: string, { encode, measure }: Encoding, maxLength: number): number {
  let [end, used] = [0, 0];
  for (const character of text) {
    used += measure(encode(character));
    if (used > maxLength) break;
    end += character.length;
  }
  return end;
}

/** Where the longest end that fits begins. */
function ending(text: string, { encode, measure }: Encoding, maxLength: number): number {
  let [begin, used] = [text.length, 0];
  while (begin > 0) {
    const isPair = begin > 1 && text.codePointAt(begin - 2)! > 0xff_ff;
    const before = begin - (isPair ? 2 : 1);
    used += measure(encode(text.slice(before, begin)));
    if (used > maxLength) break;
    begin = before;
  }
  return begin;
}
