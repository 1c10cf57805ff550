/** What is wrong with a mapping file, in words, and what was probably meant. */
import type { z } from 'zod';
import type { MatchOptions } from '../../../connectors/connector.ts';
import { keysAt } from '../json-schema.ts';
import { nearest } from './paths.ts';

export type Place = readonly PropertyKey[];

export interface Mistake {
  readonly place: Place;
  readonly message: string;
  /** Which words of the text at `place` are meant, and how often they stand in it before. */
  readonly words?: { readonly text: string; readonly before: number };
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
      case 'invalid_union':
        return inUnion(issue.errors, content, place);
      case 'invalid_value':
        return [wrongWord(issue.values.map(String), valueAt(content, place), place)];
      case 'invalid_key':
        return [{ place, message: issue.issues[0]?.message ?? issue.message }];
      case 'invalid_type':
        return [wrongKind(issue.expected, valueAt(content, place), place)];
      case 'too_small':
        return [{ place, message: 'must not be empty' }];
      default:
        return [{ place, message: issue.message }];
    }
  });
}

/** The branches of the given kind speak, the one that came furthest; if the kind is wrong, all of them do. */
function inUnion(branches: readonly z.core.$ZodIssue[][], content: unknown, place: Place): Mistake[] {
  const ofThisKind = branches.filter(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  if (ofThisKind.length > 0) {
    const told = ofThisKind.map((issues) => explain(issues, content, place));
    return told.toSorted((a, b) => depth(b) - depth(a))[0]!;
  }
  const kinds = branches.flatMap((issues) => explain(issues, content, place)).map(({ message }) => message);
  const [first, ...others] = new Set(kinds);
  return [{ place, message: [first, ...others.map((each) => each.replace(/^must be /, ''))].join(', or ') }];
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list, such as [a, b]',
  object: 'names with values, such as { a: b }',
  record: 'names with values, such as { a: b }',
};

function wrongKind(expected: string, value: unknown, place: Place): Mistake {
  return missingKey(value, place) ?? { place, message: `must be ${KINDS[expected] ?? expected}` };
}

function wrongWord(words: readonly string[], value: unknown, place: Place): Mistake {
  const message = oneOf(value, words);
  const field =
    place[0] === 'match' && place[1] === 'by' ? '; a unique field of yours is { field: its_name }' : '';
  return missingKey(value, place) ?? { place, message: `${message}${field}` };
}

/** Told where it is missing: it has no line of its own. */
function missingKey(value: unknown, place: Place): Mistake | undefined {
  const key = place.at(-1);
  if (value !== undefined || typeof key !== 'string') return undefined;
  return { place: place.slice(0, -1), message: `needs \`${key}\`` };
}

function valueAt(content: unknown, place: Place): unknown {
  return place.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], content);
}

/** A rule with a misspelt key also lacks the key that was meant: only the former is said. */
function sharpest(mistakes: readonly Mistake[]): Mistake[] {
  return mistakes.filter(({ place, message }) => {
    const isSlip = (other: Mistake) => {
      const [, meant] = /^there is no .*did you mean `(\w+)`\?$/.exec(other.message) ?? [];
      return meant !== undefined && isPlace(other.place.slice(0, -1), place) && message.includes(meant);
    };
    return !message.startsWith('needs ') || !mistakes.some(isSlip);
  });
}

const isPlace = (a: Place, b: Place) => a.length === b.length && a.every((key, at) => key === b[at]);

const depth = (mistakes: readonly Mistake[]) =>
  mistakes.reduce((most, { place }) => Math.max(most, place.length), 0);

function unknownKey(key: string, place: Place): string {
  const keys = keysAt(place);
  const near = nearest(key, keys);
  const known =
    keys.length > 0 && `; there may be ${keys.filter((each) => !each.startsWith('$')).join(', ')}`;
  return `there is no \`${key}\` here${near ? `; did you mean \`${near}\`?` : known || ''}`;
}

/** What this CRM has no word for. */
export function unheardOf(
  content: unknown,
  { personObjects = [], associations = [] }: MatchOptions,
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

export function oneOf(given: unknown, names: readonly string[]): string {
  const near = typeof given === 'string' ? nearest(given, names) : undefined;
  return `must be one of ${names.map((name) => `\`${name}\``).join(', ')}${near === undefined ? '' : `; did you mean \`${near}\`?`}`;
}
