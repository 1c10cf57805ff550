/**
 * Joins the lines of a body into a text that fits its field. What is too long is shortened, and never costs another
 * line more than its share:
 *
 * 1. The lines of the template itself come first, then those of a structure (extracted data), then those of a long text
 *    (the transcript). Each of these may use what the later ones do not need, and half of what is left in any case.
 * 2. Within them, lines that are longer than the others are shortened in their middle, with a note.
 * 3. Where that would shorten ordinary lines, lines are omitted from the middle instead, where a long transcript says
 *    least, with a note that says how many.
 * 4. A line with a link stays whole: half an address leads nowhere.
 */
import { type Encoding, shortenMiddle } from './shorten.ts';

/** In the order in which they are given room. */
const ORIGINS = ['template', 'structure', 'text'] as const;

export interface Line {
  readonly text: string;
  readonly origin: (typeof ORIGINS)[number];
  /** An address in it that people are to follow. */
  readonly link?: string;
}

export interface LineFormat extends Encoding {
  readonly separator: string;
  readonly maxLength: number;
  encodeLink(link: string): string;
  /** The notes for what is taken out. */
  linesOmitted(count: number): string;
  charactersOmitted(count: number): string;
}

/**
 * A line that is shortened keeps at least so much. Of a conversation that is a long turn: it is better read with turns
 * missing than with half of each. Of extracted data every value counts.
 */
const MIN_SHORTENED: Readonly<Record<Line['origin'], number>> = { template: 80, structure: 80, text: 500 };

export function joinLines(lines: readonly Line[], format: LineFormat): string {
  const { measure, separator, maxLength } = format;
  const whole = lines.map((line) => encodeLine(line, format)).join(separator);
  if (measure(whole) <= maxLength) return whole;
  const joined = withNotes(fitted(lines, format), format).join(separator);
  return measure(joined) <= maxLength ? joined : withoutRoomForNotes(lines, format);
}

export function encodeLine({ text, link }: Line, { encode, encodeLink }: LineFormat): string {
  return link === undefined ? encode(text) : text.split(link).map(encode).join(encodeLink(link));
}

/** Links come last; one that does not fit at all is omitted. */
function withoutRoomForNotes(lines: readonly Line[], format: LineFormat): string {
  const { encode, measure, separator, maxLength } = format;
  const [others, linked] = [lines.filter(({ link }) => !link), lines.filter(({ link }) => link)];
  const links = linked.map((line) => encodeLine(line, format)).join(separator);
  if (linked.length > 0 && measure(links) > maxLength)
    return withoutRoomForNotes(others.length > 0 ? others : linked.map(withoutLink), format);
  const room = linked.length > 0 ? maxLength - measure(separator + links) : maxLength;
  const text = others.map((line) => line.text).join('\n');
  const encoding = { ...format, encode: (part: string) => part.split('\n').map(encode).join(separator) };
  const rest = room < 1 ? '' : shortenMiddle(text, encoding, room);
  return [rest, links].filter((part) => part !== '').join(separator);
}

function withoutLink({ text, link, origin }: Line): Line {
  return { text: text.replaceAll(link!, '').trim(), origin };
}

/** By line: its encoded text, or undefined when it is omitted. */
type Fitted = (string | undefined)[];

function fitted(lines: readonly Line[], format: LineFormat): Fitted {
  const result: Fitted = lines.map((line) =>
    line.link === undefined ? undefined : encodeLine(line, format),
  );
  const groups = ORIGINS.map((origin) => {
    const indexes = [...lines.keys()].filter((index) => {
      return lines[index]!.origin === origin && lines[index]!.link === undefined;
    });
    return {
      origin,
      indexes,
      length: totalLength(indexes.map((index) => lengthOf(lines[index]!.text, format))),
    };
  });
  // Each line is counted with a separator.
  const linked = result.flatMap((text) =>
    text === undefined ? [] : format.measure(text + format.separator),
  );
  let room = format.maxLength + format.measure(format.separator) - totalLength(linked);
  for (const [nth, { origin, indexes }] of groups.entries()) {
    const later = totalLength(groups.slice(nth + 1).map(({ length }) => length));
    const texts = indexes.map((index) => lines[index]!.text);
    const gaps = indexes.filter((index, at) => at === 0 || indexes[at - 1] !== index - 1).length;
    const least = Math.min(MIN_SHORTENED[origin], Math.floor(format.maxLength / 3));
    const share = Math.max(room - later, Math.floor(room / 2));
    const kept = fitGroup(texts, { room: share, gaps, least }, format);
    for (const [at, index] of indexes.entries()) result[index] = kept[at];
    room -= totalLength(
      kept.flatMap((text) => (text === undefined ? [] : format.measure(text + format.separator))),
    );
    if (kept.includes(undefined)) room -= gaps * noteLength(lines.length, format);
  }
  return result;
}

interface Limits {
  readonly room: number;
  /** How many notes may be needed. */
  readonly gaps: number;
  /** Lines are not shortened to less. */
  readonly least: number;
}

function fitGroup(texts: readonly string[], { room, gaps, least }: Limits, format: LineFormat): Fitted {
  const { encode, measure, separator, charactersOmitted } = format;
  const lengths = texts.map((text) => lengthOf(text, format));
  const atMost = (text: string, length: number) =>
    lengthOf(text, format) <= length
      ? encode(text)
      : shortenMiddle(text, format, length - measure(separator), charactersOmitted);
  const share = fairShare(lengths, room);
  if (share >= least) return texts.map((text) => atMost(text, share));
  const short = lengths.map((length) => Math.min(length, least));
  const { head, tail } = endsThatFit(short, room - gaps * noteLength(texts.length, format));
  return texts.map((text, index) =>
    index < head || index >= texts.length - tail ? atMost(text, least) : undefined,
  );
}

/** The length to which the longest must be shortened so that all fit. */
function fairShare(lengths: readonly number[], room: number): number {
  let [left, count] = [room, lengths.length];
  for (const length of lengths.toSorted((a, b) => a - b)) {
    if (length * count > left) return Math.floor(left / count);
    left -= length;
    count -= 1;
  }
  return Number.POSITIVE_INFINITY;
}

/** How many lines to keep at each end, taken in turns, as long as the next one fits. */
function endsThatFit(lengths: readonly number[], room: number): { head: number; tail: number } {
  let [head, tail, left] = [0, 0, room];
  while (head + tail < lengths.length) {
    const fromHead = head <= tail;
    left -= lengths[fromHead ? head : lengths.length - 1 - tail]!;
    if (left < 0) break;
    if (fromHead) head += 1;
    else tail += 1;
  }
  return { head, tail };
}

/** A note for each run of lines that are omitted. */
function withNotes(lines: Fitted, { encode, linesOmitted }: LineFormat): string[] {
  const result: string[] = [];
  let omitted = 0;
  for (const line of [...lines, '']) {
    if (line === undefined) omitted += 1;
    else {
      if (omitted > 0) result.push(encode(linesOmitted(omitted)));
      omitted = 0;
      result.push(line);
    }
  }
  return result.slice(0, -1);
}

/** With the separator. */
function lengthOf(text: string, { encode, measure, separator }: LineFormat): number {
  return measure(encode(text)) + measure(separator);
}

function noteLength(lines: number, format: LineFormat): number {
  return lengthOf(format.linesOmitted(lines), format);
}

function totalLength(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total + length, 0);
}
