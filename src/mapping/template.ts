/**
 * Templates: text with `{{path}}`, several paths divided by `|` of which the first that holds something counts, and
 * nothing else: no expressions, no conditions. A line whose placeholders are all empty is dropped. Values are
 * escaped for the field they go to.
 */
import type { CrmField } from '../../connectors/connector.ts';
import { lookUp, type View } from './event-view.ts';

export interface Words {
  /** `{count}` is replaced. */
  readonly cut: string;
}

export interface Rendering {
  readonly view: View;
  readonly field: Pick<CrmField, 'markup' | 'maxLength'>;
  readonly words: Words;
}

/** `{{path | another}}`; what is between the braces is captured. */
export const PLACEHOLDER = /\{\{([^{}]+)\}\}/g;

/** The paths a template names. */
export function pathsOf(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].flatMap(([, paths]) =>
    paths!.split('|').map((path) => path.trim()),
  );
}

/** Undefined when nothing of the template could be filled. */
export function render(template: string, { view, field, words }: Rendering): string | undefined {
  const lines = template
    .trimEnd()
    .split('\n')
    .flatMap((line) => fill(line, view));
  while (lines[0]?.text === '') lines.shift();
  if (!lines.some(({ filled }) => filled) && pathsOf(template).length > 0) return undefined;
  const encode = field.markup === 'html' ? escapeHtml : (text: string) => text;
  const separator = field.markup === 'html' ? '<br>' : '\n';
  return join(lines, encode, separator, field.maxLength ?? Number.POSITIVE_INFINITY, words);
}

interface Line {
  readonly text: string;
  /** Came from the event; such lines may be cut out when there are too many. */
  readonly filled: boolean;
}

/** A line of a template as lines of text: none when it has nothing to say, several for a list. */
function fill(line: string, view: View): Line[] {
  const names = pathsOf(line);
  if (names.length === 0) return [{ text: line, filled: false }];
  const alone = /^\s*\{\{([^{}]+)\}\}\s*$/.exec(line)?.[1];
  if (alone !== undefined) return toLines(first(alone, view)).map((text) => ({ text, filled: true }));
  let filled = false;
  const text = line.replace(PLACEHOLDER, (_, paths: string) => {
    const value = toLines(first(paths, view)).join(', ');
    filled ||= value !== '';
    return value;
  });
  return filled ? [{ text, filled }] : [];
}

function first(paths: string, view: View): unknown {
  for (const path of paths.split('|')) {
    const value = lookUp(view, path.trim());
    if (toLines(value).length > 0) return value;
  }
  return undefined;
}

/** A text is its lines, a list of plain values one line, a structure a line for each entry. */
function toLines(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'string') return value.trim() === '' ? [] : value.trim().split(/\r\n|\r|\n/);
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (Array.isArray(value)) return value.length === 0 ? [] : [value.flatMap(toLines).join(', ')];
  return Object.entries(value as object).flatMap(([key, each]) => {
    const text = toLines(each).join(', ');
    return text === '' ? [] : [`${key}: ${text}`];
  });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => HTML[sign]!);
}

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Joins encoded lines into at most `room` characters. What is too much is taken out of the middle, where a long
 * conversation says least, with a note of how many lines; a single line too long is cut in its own middle.
 */
function join(
  lines: readonly Line[],
  encode: (text: string) => string,
  separator: string,
  room: number,
  words: Words,
): string {
  const whole = lines.map(({ text }) => encode(text));
  const length = (some: readonly string[]) =>
    some.reduce((sum, each) => sum + each.length + separator.length, 0);
  if (length(whole) - separator.length <= room) return whole.join(separator);

  const note = (count: number) => encode(words.cut.replace('{count}', String(count)));
  const budget = room - note(lines.length).length - separator.length;
  const head: string[] = [];
  const tail: string[] = [];
  let [from, to, used] = [0, whole.length - 1, 0];
  // From both ends inwards, as long as it fits.
  while (from <= to) {
    const atHead = head.length <= tail.length;
    const next = whole[atHead ? from : to]!;
    if (used + next.length + separator.length > budget) break;
    used += next.length + separator.length;
    if (atHead) {
      head.push(next);
      from += 1;
    } else {
      tail.unshift(next);
      to -= 1;
    }
  }
  if (from === to) {
    const text = cutMiddle(lines[from]!.text, encode, room - used - separator.length);
    return [...head, text, ...tail].join(separator).slice(0, room);
  }
  return [...head, note(to - from + 1), ...tail].join(separator);
}

/** The longest beginning and end of a text that fit encoded. */
function cutMiddle(text: string, encode: (text: string) => string, room: number): string {
  const units = [...text];
  let [least, most] = [0, units.length];
  const shortened = (kept: number) => {
    const half = Math.ceil(kept / 2);
    return encode(`${units.slice(0, half).join('')} … ${units.slice(units.length - (kept - half)).join('')}`);
  };
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (shortened(middle).length <= room) least = middle;
    else most = middle - 1;
  }
  return shortened(least);
}
