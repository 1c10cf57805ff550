/** Reads a mapping file, YAML or JSON, and validates all of it: every issue is reported at once, with its line. */
import { type Document, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import type { MatchOptions } from '../../connectors/connector.ts';
import { MappingError } from './mapping-error.ts';
import { type MappingFile, mappingSchema } from './schema/mapping-file.ts';
import { offsetOf } from './validate/locate.ts';
import { checkMatchOptions } from './validate/match-options.ts';
import { checkReferences } from './validate/references.ts';
import { explainIssues } from './validate/schema-issues.ts';
import { checkSemantics } from './validate/semantics.ts';
import { checkYamlSyntax } from './validate/yaml.ts';

/** An issue at an offset of the text. */
interface IssueAt {
  readonly offset: number;
  readonly code: string;
  readonly message: string;
}

/**
 * `source`: the name of the file in messages. `matchOptions`: those of the CRM the mapping is for; without them
 * `match` is not checked against a CRM. Throws MappingError.
 */
export function loadMapping(text: string, source: string, matchOptions?: MatchOptions): MappingFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = checkYamlSyntax(document);
  if (syntax.some(({ fatal }) => fatal)) throw mappingError(source, syntax, lines);
  const content = contentOf(document);
  if (content === undefined) throw mappingError(source, [TOO_MANY_ALIASES], lines);
  const parsed = mappingSchema.safeParse(content);
  const issues = [
    ...(parsed.success ? [] : explainIssues(parsed.error.issues, content)),
    ...checkReferences(content),
    ...checkSemantics(content),
    ...(matchOptions ? checkMatchOptions(content, matchOptions) : []),
  ].map((issue): IssueAt => ({ ...issue, offset: offsetOf(document, text, issue) }));
  // A key without a value has that issue only, whatever type the value should have.
  const empty = new Set(syntax.map(({ offset }) => offset));
  const all = [...syntax, ...issues.filter(({ offset }) => !empty.has(offset))];
  if (!parsed.success || all.length > 0) throw mappingError(source, all, lines);
  return parsed.data;
}

const TOO_MANY_ALIASES: IssueAt = {
  offset: 0,
  code: 'TOO_MANY_ALIASES',
  message: 'has too many aliases (*name)',
};

function mappingError(source: string, issues: readonly IssueAt[], lines: LineCounter): MappingError {
  const located = issues.map(({ offset, code, message }) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, code, message };
  });
  return new MappingError(
    source,
    located.toSorted((a, b) => a.line - b.line || a.column - b.column),
  );
}

/** An empty file is an empty mapping. Undefined where aliases of aliases would make it too large. */
function contentOf(document: Document.Parsed<ParsedNode>): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}
