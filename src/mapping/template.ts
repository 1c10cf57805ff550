/**
 * Templates: text with `{{path}}`, or several paths divided by `|` of which the first that holds a value counts. There
 * are no expressions and no conditions: a line whose placeholders are all empty is dropped. Values are escaped for the
 * field they go to, and the text is shortened to what the field takes.
 */
import type { CrmField } from '../../connectors/connector.ts';
import { clean } from './coerce/text.ts';
import { type EventView, lookUp } from './event-view.ts';
import type { Messages } from './i18n.ts';
import { joinLines, type Line } from './join-lines.ts';
import { measureWith } from './shorten.ts';

/** The properties of a field that its text depends on. */
export type TextField = Pick<CrmField, 'markup' | 'maxLength' | 'lineBreakLength'>;

export interface RenderOptions {
  readonly view: EventView;
  readonly field: TextField;
  readonly messages: Pick<Messages, 'linesOmitted' | 'charactersOmitted'>;
}

/** `{{path | another}}`; the group is what is between the braces. */
export const PLACEHOLDER = /\{\{([^{}]+)\}\}/g;

/** The paths in the placeholders of a template. */
export function pathsOf(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].flatMap(([, paths]) =>
    paths!.split('|').map((path) => path.trim()),
  );
}

/** Undefined when the event holds a value for none of the placeholders. */
export function render(template: string, { view, field, messages }: RenderOptions): string | undefined {
  const lines = template
    .trimEnd()
    .split('\n')
    .flatMap((line) => fill(line, view));
  while (lines[0]?.text === '') lines.shift();
  if (!lines.some(({ filled }) => filled) && pathsOf(template).length > 0) return undefined;
  const isHtml = field.markup === 'html';
  return joinLines(
    // The keys of structures are foreign too.
    lines.map(({ text, origin }) => ({ text: clean(text), origin })),
    {
      encode: isHtml ? escapeHtml : (text) => text,
      measure: measureWith(isHtml ? 1 : field.lineBreakLength),
      separator: isHtml ? '<br>' : '\n',
      maxLength: field.maxLength ?? Number.POSITIVE_INFINITY,
      linesOmitted: (count) => messages.linesOmitted.replace('{count}', String(count)),
      charactersOmitted: (count) => messages.charactersOmitted.replace('{count}', String(count)),
    },
  );
}

interface FilledLine extends Line {
  /** It has a value of the event. */
  readonly filled: boolean;
}

/** A line of a template as lines of text: none when all its placeholders are empty, several for a structure. */
function fill(line: string, view: EventView): FilledLine[] {
  if (pathsOf(line).length === 0) return [{ text: line, origin: 'template', filled: false }];
  const alone = /^\s*\{\{([^{}]+)\}\}\s*$/.exec(line)?.[1];
  if (alone !== undefined) {
    const value = firstFilled(alone, view);
    const texts = toLines(value);
    const origin = typeof value === 'object' ? 'structure' : texts.length > 1 ? 'text' : 'template';
    return texts.map((text) => ({ text, origin, filled: true }));
  }
  let filled = false;
  const text = line.replace(PLACEHOLDER, (_, paths: string) => {
    const value = toLines(firstFilled(paths, view)).join(', ');
    filled ||= value !== '';
    return value;
  });
  return filled ? [{ text, origin: 'template', filled }] : [];
}

function firstFilled(paths: string, view: EventView): unknown {
  for (const path of paths.split('|')) {
    const value = lookUp(view, path.trim());
    if (toLines(value).length > 0) return value;
  }
  return undefined;
}

/** A text is its lines, a list one line, a structure a line for each entry. */
function toLines(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'string') {
    const text = clean(value).trim();
    return text === '' ? [] : text.split(/\r\n|\r|\n/);
  }
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (Array.isArray(value)) return value.length === 0 ? [] : [value.flatMap(toLines).join(', ')];
  return Object.entries(value as object).flatMap(([key, each]) => {
    const text = toLines(each).join(', ');
    return text === '' ? [] : [`${key}: ${text}`];
  });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML_ESCAPES[character]!);
}

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
