/** Reads a mapping file, YAML or JSON, and checks it whole: every mistake in one message, each with its line. */
import { isMap, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type MappingFile, mappingSchema } from './mapping.ts';
import { isKnownPath, nearest, suggestPath } from './paths.ts';
import { pathsOf } from './template.ts';
import { isDateFormat } from './values.ts';

export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export class MappingError extends Error {
  override readonly name = 'MappingError';
  readonly problems: readonly Problem[];

  constructor(source: string, problems: readonly Problem[]) {
    const list = problems.map(({ line, column, message }) => `  ${source}:${line}:${column}: ${message}`);
    super(
      `The mapping has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}:\n${list.join('\n')}`,
    );
    this.problems = problems;
  }
}

type Place = readonly PropertyKey[];

/** `source`: what the file is called in messages. Throws MappingError. */
export function loadMapping(text: string, source: string): MappingFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0]);
      return { line, column: col, message };
    });
    throw new MappingError(source, problems);
  }
  const at = (place: Place): Omit<Problem, 'message'> => {
    const { line, col } = lines.linePos(offsetOf(document, place));
    return { line, column: col };
  };
  const content: unknown = document.toJS() ?? {};
  const parsed = mappingSchema.safeParse(content);
  const mistakes = [...(parsed.success ? [] : sharpest(explain(parsed.error.issues))), ...misspelt(content)];
  const problems = mistakes.map(({ place, message }) => ({ ...at(place), message }));
  if (!parsed.success || problems.length > 0) {
    throw new MappingError(
      source,
      problems.toSorted((a, b) => a.line - b.line || a.column - b.column),
    );
  }
  return parsed.data;
}

/** Where a value begins; for a key that has none, the nearest thing around it. */
function offsetOf(document: ReturnType<typeof parseDocument>, place: Place): number {
  for (let length = place.length; length > 0; length -= 1) {
    const parent = document.getIn(place.slice(0, length - 1), true);
    const key = place[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(
        (item) => String((item.key as { value?: unknown })?.value) === String(key),
      );
      const range = (pair?.key as { range?: [number, number, number] } | undefined)?.range;
      if (range) return range[0];
    }
    const node = document.getIn(place.slice(0, length), true) as
      | { range?: [number, number, number] }
      | undefined;
    if (node?.range) return node.range[0];
  }
  return 0;
}

interface Mistake {
  readonly place: Place;
  readonly message: string;
}

/** zod's issues in words; of a union the branch that came nearest speaks. */
function explain(issues: readonly z.core.$ZodIssue[], around: Place = []): Mistake[] {
  return issues.flatMap((issue): Mistake[] => {
    const place = [...around, ...issue.path];
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => ({ place: [...place, key], message: unknownKey(key, place) }));
      case 'invalid_union': {
        const branches = issue.errors.map((branch) => explain(branch, place));
        const deepest = branches.toSorted((a, b) => depth(b) - depth(a))[0] ?? [];
        return depth(deepest) > place.length
          ? deepest
          : [{ place, message: `is not understood: ${issue.message}` }];
      }
      case 'invalid_value':
        return [{ place, message: `must be one of ${issue.values.join(', ')}` }];
      default:
        return [{ place, message: issue.message }];
    }
  });
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

/** The keys that may stand at a place, for suggestions. */
function keysAt([section, name]: Place): readonly string[] {
  if (section === undefined) return Object.keys(mappingSchema.shape);
  if (section === 'followUps')
    return ['all', 'any', 'subject', 'body', 'due', 'priority', 'owner', 'from', 'formats', 'in', 'at'];
  if (name !== undefined && ['person', 'call', 'task'].includes(String(section))) {
    return [
      'from',
      'template',
      'constant',
      'as',
      'formats',
      'decimal',
      'values',
      'otherwise',
      'when',
      'label',
    ];
  }
  if (section === 'match') return ['by', 'onMissing', 'onMany', 'object', 'associate'];
  if (section === 'extracted') return ['prefix', 'suffix', 'case', 'when', 'formats', 'except'];
  return ['outcome', 'direction', 'shorterThan', 'longerThan', 'do'];
}

/** Paths that lead nowhere and date formats that cannot be read, wherever they stand. */
function misspelt(content: unknown, place: Place = []): Mistake[] {
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([key, value]): Mistake[] => {
    const here = [...place, Array.isArray(content) ? Number(key) : key];
    const names = [...pathsAt(key, value, place), ...(typeof value === 'string' ? pathsOf(value) : [])];
    const wrong = names
      .filter((name) => !isKnownPath(name))
      .map((name) => ({ place: here, message: unknownPath(name) }));
    return [...wrong, ...wrongFormats(key, value, here), ...misspelt(value, here)];
  });
}

/** A field may be given as a path alone; `from` and `path` hold one or several. */
function pathsAt(key: string, value: unknown, [section, ...deeper]: Place): string[] {
  const isField = ['person', 'call', 'task'].includes(String(section)) && deeper.length === 0;
  const holdsPath = key === 'from' || key === 'path';
  if (!isField && !holdsPath) return [];
  if (typeof value === 'string') return [value];
  return holdsPath && Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function unknownPath(path: string): string {
  const near = suggestPath(path);
  return `the event has no \`${path}\`${near ? `; did you mean \`${near}\`?` : ''}`;
}

function wrongFormats(key: string, value: unknown, place: Place): Mistake[] {
  if (key !== 'formats' || !Array.isArray(value)) return [];
  return value.flatMap((format, index) => {
    if (typeof format !== 'string' || isDateFormat(format)) return [];
    const message = `\`${format}\` is no date format: use YYYY, MM, DD (and HH, mm, ss), such as DD/MM/YYYY`;
    return [{ place: [...place, index], message }];
  });
}

/** A file says only what differs from the default: sections are merged field by field, `null` takes one away. */
export function overlay(base: MappingFile, own: MappingFile): MappingFile {
  const merged = {
    ...base,
    ...own,
    match: { ...base.match, ...own.match },
    person: { ...base.person, ...own.person },
    call: { ...base.call, ...own.call },
    task: { ...base.task, ...own.task },
    followUps: { ...base.followUps, ...own.followUps },
  };
  return merged;
}
