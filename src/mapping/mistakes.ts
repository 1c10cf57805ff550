/** What is wrong with a mapping file, in words, and what was probably meant. */
import type { z } from 'zod';
import type { Vocabulary } from '../../connectors/connector.ts';
import { isDateFormat } from './dates.ts';
import { keysAt } from './json-schema.ts';
import { isKnownPath, nearest, suggestPath } from './paths.ts';
import { pathsOf } from './template.ts';

export type Place = readonly PropertyKey[];

export interface Mistake {
  readonly place: Place;
  readonly message: string;
}

/** zod's issues in words; of a union the branch that came nearest speaks. `content`: what was checked. */
export function inWords(issues: readonly z.core.$ZodIssue[], content: unknown): Mistake[] {
  return sharpest(explain(issues, content, []));
}

function explain(issues: readonly z.core.$ZodIssue[], content: unknown, around: Place): Mistake[] {
  return issues.flatMap((issue): Mistake[] => {
    const place = [...around, ...issue.path];
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => ({ place: [...place, key], message: unknownKey(key, place) }));
      case 'invalid_union': {
        const branches = issue.errors.map((branch) => explain(branch, content, place));
        const deepest = branches.toSorted((a, b) => depth(b) - depth(a))[0] ?? [];
        if (depth(deepest) > place.length) return deepest;
        return [{ place, message: deepest[0]?.message ?? `is not understood: ${issue.message}` }];
      }
      case 'invalid_value': {
        return [{ place, message: oneOf(valueAt(content, place), issue.values.map(String)) }];
      }
      default:
        return [{ place, message: issue.message }];
    }
  });
}

function valueAt(content: unknown, place: Place): unknown {
  return place.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], content);
}

/** A rule with a misspelt key also lacks the key that was meant: only the former is said. */
function sharpest(mistakes: readonly Mistake[]): Mistake[] {
  const within = (inner: Place, outer: Place) =>
    inner.length > outer.length && outer.every((key, at) => key === inner[at]);
  return mistakes.filter(({ place }) => !mistakes.some((other) => within(other.place, place)));
}

const depth = (mistakes: readonly Mistake[]) =>
  mistakes.reduce((most, { place }) => Math.max(most, place.length), 0);

function unknownKey(key: string, place: Place): string {
  const near = nearest(key, keysAt(place));
  return `there is no \`${key}\` here${near ? `; did you mean \`${near}\`?` : ''}`;
}

/** What the form allows but cannot work: paths that lead nowhere, broken placeholders, unreadable date formats. */
export function misspelt(content: unknown, place: Place = []): Mistake[] {
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([key, value]): Mistake[] => {
    const here = [...place, Array.isArray(content) ? Number(key) : key];
    const names = [...pathsAt(key, value, place), ...(typeof value === 'string' ? pathsOf(value) : [])];
    const wrong = names
      .filter((name) => !isKnownPath(name))
      .map((name) => ({ place: here, message: unknownPath(name) }));
    return [
      ...wrong,
      ...brokenPlaceholder(value, here),
      ...wrongFormats(key, value, here),
      ...misspelt(value, here),
    ];
  });
}

/** What this CRM has no word for. */
export function unheardOf(
  content: unknown,
  { personObjects = [], associations = [] }: Vocabulary,
): Mistake[] {
  const { object, associate = [] } = ((content as { match?: unknown } | null)?.match ?? {}) as {
    object?: unknown;
    associate?: unknown;
  };
  const mistakes: Mistake[] = [];
  if (typeof object === 'string' && !personObjects.includes(object)) {
    const message =
      personObjects.length === 0
        ? 'this CRM has one kind of person only: take it away'
        : oneOf(object, personObjects);
    mistakes.push({ place: ['match', 'object'], message });
  }
  for (const [index, each] of (Array.isArray(associate) ? associate : []).entries()) {
    if (associations.some((known) => known === each)) continue;
    const message = `this CRM’s calls are associated with ${associations.join(' or ') || 'nothing'}`;
    mistakes.push({ place: ['match', 'associate', index], message });
  }
  return mistakes;
}

function oneOf(given: unknown, names: readonly string[]): string {
  const near = typeof given === 'string' ? nearest(given, names) : undefined;
  return `must be one of ${names.join(', ')}${near === undefined ? '' : `; did you mean \`${near}\`?`}`;
}

/** A field may be given as a path alone; `from` and `path` hold one or several. */
function pathsAt(key: string, value: unknown, [section, ...deeper]: Place): string[] {
  const isField = ['person', 'call', 'task'].includes(String(section)) && deeper.length === 0;
  const holdsPath = (key === 'from' || key === 'path') && section !== 'businessHours';
  if (!isField && !holdsPath) return [];
  if (typeof value === 'string') return [value];
  return holdsPath && Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function unknownPath(path: string): string {
  const near = suggestPath(path);
  return `the event has no \`${path}\`${near ? `; did you mean \`${near}\`?` : ''}`;
}

function brokenPlaceholder(value: unknown, place: Place): Mistake[] {
  if (typeof value !== 'string' || !/\{\{|\}\}/.test(value.replace(/\{\{[^{}]+\}\}/g, ''))) return [];
  return [{ place, message: 'has a placeholder that is not whole: write {{path}}' }];
}

function wrongFormats(key: string, value: unknown, place: Place): Mistake[] {
  if (key !== 'formats' || !Array.isArray(value)) return [];
  return value.flatMap((format, index) => {
    if (typeof format !== 'string' || isDateFormat(format)) return [];
    const message = `\`${format}\` is no date format: use YYYY, MM, DD (and HH, mm, ss), such as DD/MM/YYYY`;
    return [{ place: [...place, index], message }];
  });
}
