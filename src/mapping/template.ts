/**
 * Templates: text with `{{path}}`, or several paths divided by `|` of which the first that holds a value counts. There
 * are no expressions and no conditions: a line whose placeholders are all empty is dropped. Values are escaped for the
 * field they go to, and the text is shortened to what the field takes.
 */
import type { CrmField } from '../../connectors/connector.ts';
import { clean } from './coerce/text.ts';
import { type EventView, lookUp } from './event-view.ts';
import type { Messages } from './i18n.ts';
import { encodeLine, joinLines, type Line, type LineFormat } from './join-lines.ts';
import { isRecordingLinkAlone, RECORDING_LINK } from './recording-paths.ts';
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
  return joinLines(
    // The keys of structures are foreign too.
    lines.map(({ filled: _, ...line }) => ({ ...line, text: clean(line.text) })),
    formatFor(field, messages),
  );
}

/**
 * The lines of the template that hold the recording's link and nothing else of the call, as they stand in the text;
 * undefined where there are none.
 */
export function renderRecordingLines(
  template: string,
  { view, field, messages }: RenderOptions,
): string | undefined {
  const format = formatFor(field, messages);
  const lines = template.split('\n').flatMap((line) => {
    return isRecordingLinkAlone(pathsOf(line)) ? fill(line, view).filter(({ link }) => link) : [];
  });
  if (lines.length === 0) return undefined;
  return lines.map((line) => encodeLine(line, format)).join(format.separator);
}

/** A text as it stands in a field. */
export function encodeFor({ markup }: TextField, text: string): string {
  return markup === 'html' ? escapeHtml(text) : text;
}

function formatFor(field: TextField, messages: RenderOptions['messages']): LineFormat {
  const isHtml = field.markup === 'html';
  return {
    encode: (text) => encodeFor(field, text),
    encodeLink: (link) => (isHtml ? `<a href="${escapeHtml(link)}">${escapeHtml(link)}</a>` : link),
    measure: measureWith(isHtml ? 1 : field.lineBreakLength),
    separator: isHtml ? '<br>' : '\n',
    maxLength: field.maxLength ?? Number.POSITIVE_INFINITY,
    linesOmitted: (count) => messages.linesOmitted.replace('{count}', String(count)),
    charactersOmitted: (count) => messages.charactersOmitted.replace('{count}', String(count)),
  };
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
    const { value, link } = firstFilled(alone, view);
    const texts = toLines(value);
    const origin = typeof value === 'object' ? 'structure' : texts.length > 1 ? 'text' : 'template';
    return texts.map((text) => ({ text, origin, filled: true, ...(link && { link }) }));
  }
  let filled = false;
  let linked: string | undefined;
  const text = line.replace(PLACEHOLDER, (_, paths: string) => {
    const { value, link } = firstFilled(paths, view);
    const filling = toLines(value).join(', ');
    filled ||= filling !== '';
    linked ??= link;
    return filling;
  });
  return filled ? [{ text, origin: 'template', filled, ...(linked && { link: linked }) }] : [];
}

interface Filling {
  readonly value: unknown;
  /** The value, where it is a link that this service made. */
  readonly link?: string;
}

function firstFilled(paths: string, view: EventView): Filling {
  for (const path of paths.split('|').map((each) => each.trim())) {
    const value = lookUp(view, path);
    if (toLines(value).length === 0) continue;
    return { value, ...(path === RECORDING_LINK && { link: String(value) }) };
  }
  return { value: undefined };
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
