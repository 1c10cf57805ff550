/** Reads a mapping file, YAML or JSON, and checks it whole: every mistake in one message, each with its line. */
import { isMap, LineCounter, parseDocument, visit } from 'yaml';
import type { Vocabulary } from '../../connectors/connector.ts';
import { type MappingFile, mappingSchema } from './mapping.ts';
import { inWords, misspelt, type Place, unheardOf } from './mistakes.ts';

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

/** `source`: what the file is called in messages. `vocabulary`: of the CRM it is for. Throws MappingError. */
export function loadMapping(text: string, source: string, vocabulary?: Vocabulary): MappingFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = [
    ...document.errors.map(({ pos, message }) => ({ at: pos[0], message })),
    ...danglingAliases(document),
  ];
  if (broken.length > 0) {
    const problems = broken.map(({ at: offset, message }) => {
      const { line, col } = lines.linePos(offset);
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
  const mistakes = [...(parsed.success ? [] : inWords(parsed.error.issues, content)), ...misspelt(content)];
  if (vocabulary) mistakes.push(...unheardOf(content, vocabulary));
  const problems = mistakes.map(({ place, message }) => ({ ...at(place), message }));
  if (!parsed.success || problems.length > 0) {
    throw new MappingError(
      source,
      problems.toSorted((a, b) => a.line - b.line || a.column - b.column),
    );
  }
  return parsed.data;
}

/** `*name` without an `&name` before it. */
function danglingAliases(document: ReturnType<typeof parseDocument>) {
  const found: { at: number; message: string }[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return;
      found.push({
        at: alias.range?.[0] ?? 0,
        message: `there is no &${alias.source} before *${alias.source}`,
      });
    },
  });
  return found;
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

/** A file says only what differs from the default: sections are merged field by field, `null` takes one away. */
export function overlay(base: MappingFile, own: MappingFile): MappingFile {
  return {
    ...base,
    ...own,
    match: { ...base.match, ...own.match },
    person: { ...base.person, ...own.person },
    call: { ...base.call, ...own.call },
    task: { ...base.task, ...own.task },
    followUps: { ...base.followUps, ...own.followUps },
    extracted:
      own.extracted === undefined ? base.extracted : own.extracted && { ...base.extracted, ...own.extracted },
  };
}
