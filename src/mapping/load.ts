/** Reads a mapping file, YAML or JSON, and checks it whole: every mistake in one message, each with its line. */
import { type Document, isMap, isScalar, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import type { MatchOptions } from '../../connectors/connector.ts';
import { type MappingFile, mappingSchema } from './schema.ts';
import { inWords, type Mistake, type Place, unheardOf } from './validate/issues.ts';
import { misspelt } from './validate/references.ts';
import { pointless } from './validate/semantics.ts';
import { type Slip, slipsOf } from './validate/yaml.ts';

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

/** `source`: what the file is called in messages. `matchOptions`: of the CRM it is for. Throws MappingError. */
export function loadMapping(text: string, source: string, matchOptions?: MatchOptions): MappingFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (slips: readonly Omit<Slip, 'fatal'>[]): never => {
    const problems = slips.map(({ offset, message }) => {
      const { line, col } = lines.linePos(offset);
      return { line, column: col, message };
    });
    throw new MappingError(
      source,
      problems.toSorted((a, b) => a.line - b.line || a.column - b.column),
    );
  };
  const slips = slipsOf(document);
  if (slips.some(({ fatal }) => fatal)) fail(slips);
  const content = contentOf(document) ?? fail([{ offset: 0, message: 'has too many aliases (*name)' }]);
  const parsed = mappingSchema.safeParse(content);
  const mistakes = [
    ...(parsed.success ? [] : inWords(parsed.error.issues, content)),
    ...misspelt(content),
    ...pointless(content),
    ...(matchOptions ? unheardOf(content, matchOptions) : []),
  ].map((mistake) => ({ offset: offsetOf(document, text, mistake), message: mistake.message }));
  // What is empty is only that, whatever it should have been.
  const told = [...slips, ...mistakes.filter(({ offset }) => !slips.some((slip) => slip.offset === offset))];
  return parsed.success && told.length === 0 ? parsed.data : fail(told);
}

/** Undefined where aliases of aliases would make it too large. An empty file says nothing. */
function contentOf(document: Document.Parsed<ParsedNode>): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

/** Where the words in question stand; else where the name does; for one that is missing, what is around it. */
function offsetOf(document: Document.Parsed<ParsedNode>, text: string, { place, words }: Mistake): number {
  const value = words && document.getIn(place, true);
  const key = keyOf(document, place);
  if (words && isScalar(value) && value.range) {
    const [begin, end] = value.range;
    let found = begin - 1;
    for (let time = 0; time <= words.before; time += 1) found = text.indexOf(words.text, found + 1);
    if (found >= begin && found < end) return found;
  }
  return key ?? 0;
}

function keyOf(document: Document.Parsed<ParsedNode>, place: Place): number | undefined {
  for (let length = place.length; length > 0; length -= 1) {
    const parent = document.getIn(place.slice(0, length - 1), true);
    const name = String(place[length - 1]);
    const pair = isMap(parent) && parent.items.find(({ key }) => isScalar(key) && String(key.value) === name);
    if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    const node = document.getIn(place.slice(0, length), true) as ParsedNode | undefined;
    if (node?.range) return node.range[0];
  }
  return undefined;
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
