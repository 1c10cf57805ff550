/** Explains zod's issues: what is wrong, what is accepted there, what was probably meant. */
import type { z } from 'zod';
import { keysAt } from '../json-schema.ts';
import { type Place, valueAt } from './content.ts';
import { didYouMean, type MappingIssue, mustBeOneOf } from './issue.ts';
import { nearest } from './nearest.ts';

type ZodIssues = readonly z.core.$ZodIssue[];

/** `content`: the value that was validated. */
export function explainIssues(issues: ZodIssues, content: unknown): MappingIssue[] {
  return withoutConsequences(explainAt(issues, content, []));
}

function explainAt(issues: ZodIssues, content: unknown, parent: Place): MappingIssue[] {
  return issues.flatMap((issue): MappingIssue[] => {
    const place = [...parent, ...issue.path];
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => unknownKey(key, place));
      case 'invalid_union':
        return explainUnion(issue.errors, content, place);
      case 'invalid_value':
        return [unknownValue(issue.values.map(String), valueAt(content, place), place)];
      case 'invalid_key':
        return [{ code: 'INVALID_VALUE', place, message: issue.issues[0]?.message ?? issue.message }];
      case 'invalid_type':
        return [wrongType(issue.expected, valueAt(content, place), place)];
      case 'too_small':
        return [{ code: 'EMPTY_VALUE', place, message: 'must not be empty' }];
      case 'custom':
        return [customIssue(issue, place)];
      default:
        return [{ code: 'INVALID_VALUE', place, message: issue.message }];
    }
  });
}

/**
 * Of the alternatives that accept the type of the value, the one whose issues lie deepest is what was meant. If none
 * accepts it, the types of all of them are what is expected.
 */
function explainUnion(alternatives: readonly ZodIssues[], content: unknown, place: Place): MappingIssue[] {
  const ofThisType = alternatives.filter(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  if (ofThisType.length > 0) {
    const explained = ofThisType.map((issues) => explainAt(issues, content, place));
    return explained.toSorted((a, b) => depthOf(b) - depthOf(a))[0]!;
  }
  const missing = missingKey(valueAt(content, place), place);
  if (missing) return [missing];
  const issues = alternatives.flatMap((each) => explainAt(each, content, place));
  return [
    mustBe(new Set(issues.flatMap((issue) => (issue.code === 'WRONG_TYPE' ? issue.expected : []))), place),
  ];
}

function mustBe(types: Iterable<string>, place: Place): MappingIssue {
  const expected = [...types];
  return { code: 'WRONG_TYPE', place, expected, message: `must be ${expected.join(', or ')}` };
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list, such as [a, b]',
  object: 'names with values, such as { a: b }',
  record: 'names with values, such as { a: b }',
};

function wrongType(expected: string, value: unknown, place: Place): MappingIssue {
  return missingKey(value, place) ?? mustBe([TYPE_NAMES[expected] ?? expected], place);
}

function unknownValue(accepted: readonly string[], value: unknown, place: Place): MappingIssue {
  const message = mustBeOneOf(value, accepted);
  const hint =
    place[0] === 'match' && place[1] === 'by' ? '; a unique field of yours is { field: its_name }' : '';
  return missingKey(value, place) ?? { code: 'INVALID_VALUE', place, message: `${message}${hint}` };
}

/** Reported at its parent: a key that is missing has no line of its own. */
function missingKey(value: unknown, place: Place): MappingIssue | undefined {
  const key = place.at(-1);
  if (value !== undefined || typeof key !== 'string') return undefined;
  return { code: 'MISSING_KEY', place: place.slice(0, -1), keys: [key], message: `needs \`${key}\`` };
}

/** A refinement of ours; `params` say which keys it is about. */
function customIssue({ message, params }: z.core.$ZodIssueCustom, place: Place): MappingIssue {
  if (params?.code !== 'MISSING_KEY') return { code: 'INVALID_VALUE', place, message };
  return { code: 'MISSING_KEY', place, keys: params.keys as string[], message };
}

function unknownKey(key: string, parent: Place): MappingIssue {
  const keys = keysAt(parent);
  const suggestion = nearest(key, keys);
  const accepted = keys.filter((each) => !each.startsWith('$'));
  const list = suggestion === undefined && accepted.length > 0 ? `; allowed are ${accepted.join(', ')}` : '';
  const message = `there is no \`${key}\` here${didYouMean(suggestion)}${list}`;
  return { code: 'UNKNOWN_KEY', place: [...parent, key], suggestion, message };
}

/** A rule with a typing error in a key also lacks the key that was meant: only the former is reported. */
function withoutConsequences(issues: readonly MappingIssue[]): MappingIssue[] {
  return issues.filter((issue) => {
    if (issue.code !== 'MISSING_KEY') return true;
    return !issues.some(
      (other) =>
        other.code === 'UNKNOWN_KEY' &&
        other.suggestion !== undefined &&
        issue.keys.includes(other.suggestion) &&
        isSamePlace(other.place.slice(0, -1), issue.place),
    );
  });
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}

function depthOf(issues: readonly MappingIssue[]): number {
  return issues.reduce((deepest, { place }) => Math.max(deepest, place.length), 0);
}
