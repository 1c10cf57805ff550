/** What the form of a mapping allows but leads nowhere: unknown paths, broken placeholders, unreadable date formats. */
import { isDateFormat } from '../coerce/dates.ts';
import { PLACEHOLDER } from '../template.ts';
import type { Mistake, Place } from './issues.ts';
import { isKnownPath, suggestPath } from './paths.ts';

export function misspelt(content: unknown, place: Place = []): Mistake[] {
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([key, value]): Mistake[] => {
    const here = [...place, Array.isArray(content) ? Number(key) : key];
    return [
      ...wrongPath(value, here),
      ...wrongTemplate(value, here),
      ...wrongFormat(value, here),
      ...misspelt(value, here),
    ];
  });
}

/** A field may be given as a path alone; `from` and `path` hold one or several. */
function wrongPath(value: unknown, place: Place): Mistake[] {
  if (typeof value !== 'string' || value === '') return [];
  const [section, ...deeper] = place;
  const key = [...deeper].reverse().find((each) => typeof each === 'string') ?? section;
  const isField = ['person', 'call', 'task'].includes(String(section)) && deeper.length === 1;
  const holdsPath = (key === 'from' || key === 'path') && section !== 'businessHours';
  if (!isField && !(holdsPath && !deeper.includes('values'))) return [];
  const words = { text: value, before: 0 };
  const message = problemWith(value, place);
  if (message === undefined) return [];
  const constant = isField && /^[^.{}]+$/.test(value) && suggestPath(value) === undefined;
  return [
    { place, words, message: constant ? `${message}; a fixed text is { constant: ${value} }` : message },
  ];
}

/** Undefined for a path that leads somewhere. */
function problemWith(path: string, [section]: Place): string | undefined {
  if (/^\{\{.*\}\}$/.test(path.trim()))
    return `\`from\` takes paths without braces; a text with {{…}} is a \`template\``;
  if (path.startsWith('follow_up.') && section !== 'task')
    return `\`${path}\` is known in \`task\` only, where follow-ups become tasks of the CRM`;
  if (path === 'call.owner' && section === 'owner') return '`call.owner` is what `owner` says';
  if (isKnownPath(path)) return undefined;
  if (/^event\.?$/.test(path))
    return 'needs the name of what Altur sends, such as `event.campaign_user.email`';
  const near = suggestPath(path);
  const meant = near ? `did you mean \`${near}\`?` : `if it is new, write \`event.${path}\``;
  return `the event has no \`${path}\`; ${meant}`;
}

/** Whatever holds a placeholder must be a text that is filled, and the placeholder whole. */
function wrongTemplate(value: unknown, place: Place): Mistake[] {
  if (typeof value !== 'string' || !/[{}]/.test(value)) return [];
  const told = (text: string, index: number, message: string): Mistake => {
    return { place, message, words: { text, before: value.slice(0, index).split(text).length - 1 } };
  };
  if (isFixed(place)) {
    const found = value.indexOf('{{');
    return found < 0
      ? []
      : [told('{{', found, 'is written as it is: a text with {{…}} to be filled is a `template`')];
  }
  if (!isTemplate(place)) return [];
  const wrong = [...value.matchAll(PLACEHOLDER)].flatMap(({ 0: whole, 1: paths = '', index }) => {
    return paths.split('|').flatMap((path, nth, all) => {
      const name = path.trim();
      // `a || b` is what other languages write.
      if (name === '' && all.length > 1 && nth > 0 && nth < all.length - 1) return [];
      const at = index + whole.indexOf(name);
      const message = name === '' ? 'names no path' : (notAPath(name) ?? problemWith(name, place));
      return message === undefined ? [] : [told(name || whole, name ? at : index, message)];
    });
  });
  const rest = value.replace(PLACEHOLDER, (whole) => (whole.length > 0 ? '\0'.repeat(whole.length) : ''));
  const loose = /\{\{|\}\}|\{(?=\0)|(?<=\0)\}/.exec(rest);
  if (loose) wrong.push(told(loose[0], loose.index, 'is a placeholder that is not whole: write {{path}}'));
  const single = /\{([\w.]+)\}/.exec(rest);
  if (!loose && single && isKnownPath(single[1]!))
    wrong.push(told(single[0], single.index, `takes two braces: {{${single[1]}}}`));
  return wrong;
}

/** What other template languages know. */
function notAPath(name: string): string | undefined {
  if (/^[#/^>!&]/.test(name))
    return 'templates have no conditions: a line whose placeholders are all empty is dropped';
  if (/^["'].*["']$/.test(name)) return 'a placeholder holds paths only: put a fixed text beside it';
  return undefined;
}

const isFixed = (place: Place) =>
  ['constant', 'default', 'otherwise'].includes(String(place.at(-1))) ||
  place.at(-2) === 'values' ||
  place.at(-2) === 'constant';

const isTemplate = (place: Place) =>
  place.some((key) => ['template', 'subject', 'body'].includes(String(key)));

function wrongFormat(value: unknown, place: Place): Mistake[] {
  if (place.at(-2) !== 'formats' || typeof value !== 'string' || isDateFormat(value)) return [];
  const message = `\`${value}\` is no date format: use YYYY or YY, MM or M, DD or D (and HH, mm, ss), such as DD/MM/YYYY`;
  return [{ place, message, words: { text: value, before: 0 } }];
}
