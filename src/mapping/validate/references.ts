/** Reference checks: paths the event does not have, broken placeholders, unsupported date formats. */
import { isDateFormat } from '../coerce/date-formats.ts';
import { PLACEHOLDER } from '../template.ts';
import type { Place } from './content.ts';
import { didYouMean, type MappingIssue } from './issue.ts';
import { isEventPath, suggestPath } from './paths.ts';

export function checkReferences(content: unknown, place: Place = []): MappingIssue[] {
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([key, value]): MappingIssue[] => {
    const here = [...place, Array.isArray(content) ? Number(key) : key];
    return [
      ...checkPath(value, here),
      ...checkTemplate(value, here),
      ...checkDateFormat(value, here),
      ...checkReferences(value, here),
    ];
  });
}

/** A field rule may be a path alone; `from` and `path` hold one or several. */
function checkPath(value: unknown, place: Place): MappingIssue[] {
  if (typeof value !== 'string' || value === '') return [];
  const [section, ...deeper] = place;
  const key = [...deeper].reverse().find((each) => typeof each === 'string') ?? section;
  const isField = ['person', 'call', 'task'].includes(String(section)) && deeper.length === 1;
  const holdsPath = (key === 'from' || key === 'path') && section !== 'businessHours';
  if (!isField && !(holdsPath && !deeper.includes('values'))) return [];
  const message = pathIssue(value, place);
  if (message === undefined) return [];
  const isText = isField && /^[^.{}]+$/.test(value) && suggestPath(value) === undefined;
  const hint = isText ? `; a fixed text is { constant: ${value} }` : '';
  return [{ code: 'UNKNOWN_PATH', place, excerpt: wholeText(value), message: `${message}${hint}` }];
}

const wholeText = (text: string) => ({ text, occurrence: 0 });

/** Undefined for a path that the event has. */
function pathIssue(path: string, [section]: Place): string | undefined {
  if (/^\{\{.*\}\}$/.test(path.trim()))
    return `\`from\` takes paths without braces; a text with {{…}} is a \`template\``;
  if (path.startsWith('follow_up.') && section !== 'task')
    return `\`${path}\` exists in \`task\` only, where follow-ups become tasks of the CRM`;
  if (path === 'call.owner' && section === 'owner') return '`call.owner` is what `owner` says';
  if (isEventPath(path)) return undefined;
  if (/^event\.?$/.test(path))
    return 'needs the name of a field that Altur sends, such as `event.campaign_user.email`';
  const suggestion = suggestPath(path);
  const hint = suggestion === undefined ? `; if it is new, write \`event.${path}\`` : didYouMean(suggestion);
  return `the event has no \`${path}\`${hint}`;
}

/** A placeholder belongs in a text that is filled, and must be complete. */
function checkTemplate(value: unknown, place: Place): MappingIssue[] {
  if (typeof value !== 'string' || !/[{}]/.test(value)) return [];
  if (isFixedText(place)) {
    const index = value.indexOf('{{');
    if (index < 0) return [];
    const message = 'is written as it is: a text with {{…}} to be filled is a `template`';
    return [templateIssue({ value, text: '{{', index, message }, place)];
  }
  if (!isTemplate(place)) return [];
  return [...checkPlaceholders(value, place), ...checkBraces(value, place)];
}

interface TemplateIssue {
  readonly value: string;
  /** The part that is wrong, and where it is in `value`. */
  readonly text: string;
  readonly index: number;
  readonly message: string;
}

function templateIssue({ value, text, index, message }: TemplateIssue, place: Place): MappingIssue {
  const occurrence = value.slice(0, index).split(text).length - 1;
  return { code: 'INVALID_TEMPLATE', place, message, excerpt: { text, occurrence } };
}

function checkPlaceholders(value: string, place: Place): MappingIssue[] {
  return [...value.matchAll(PLACEHOLDER)].flatMap(({ 0: whole, 1: paths = '', index }) =>
    paths.split('|').flatMap((each, nth, all) => {
      const path = each.trim();
      // `a || b`, as other template languages have it, is accepted.
      if (path === '' && all.length > 1 && nth > 0 && nth < all.length - 1) return [];
      if (path === '') return [templateIssue({ value, text: whole, index, message: 'names no path' }, place)];
      const message = unsupportedSyntax(path) ?? pathIssue(path, place);
      if (message === undefined) return [];
      return [templateIssue({ value, text: path, index: index + whole.indexOf(path), message }, place)];
    }),
  );
}

/** Braces that are left when the placeholders are blanked out. */
function checkBraces(value: string, place: Place): MappingIssue[] {
  const rest = value.replace(PLACEHOLDER, (placeholder) => '\0'.repeat(placeholder.length));
  const loose = /\{\{|\}\}|\{(?=\0)|(?<=\0)\}/.exec(rest);
  if (loose) {
    const message = 'is a placeholder that is not whole: write {{path}}';
    return [templateIssue({ value, text: loose[0], index: loose.index, message }, place)];
  }
  const single = /\{([\w.]+)\}/.exec(rest);
  if (!single || !isEventPath(single[1]!)) return [];
  const message = `takes two braces: {{${single[1]}}}`;
  return [templateIssue({ value, text: single[0], index: single.index, message }, place)];
}

/** The syntax of other template languages. */
function unsupportedSyntax(name: string): string | undefined {
  if (/^[#/^>!&]/.test(name))
    return 'templates have no conditions: a line whose placeholders are all empty is dropped';
  if (/^["'].*["']$/.test(name)) return 'a placeholder holds paths only: put a fixed text beside it';
  return undefined;
}

const isFixedText = (place: Place) =>
  ['constant', 'default', 'otherwise'].includes(String(place.at(-1))) ||
  place.at(-2) === 'values' ||
  place.at(-2) === 'constant';

const isTemplate = (place: Place) =>
  place.some((key) => ['template', 'subject', 'body'].includes(String(key)));

function checkDateFormat(value: unknown, place: Place): MappingIssue[] {
  if (place.at(-2) !== 'formats' || typeof value !== 'string' || isDateFormat(value)) return [];
  const message = `\`${value}\` is no date format: use YYYY or YY, MM or M, DD or D (and HH, mm, ss), such as DD/MM/YYYY`;
  return [{ code: 'INVALID_DATE_FORMAT', place, message, excerpt: wholeText(value) }];
}
