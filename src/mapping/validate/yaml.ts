/** Checks the syntax of a file as YAML or JSON, before it is known to be a mapping. */
import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  type Node,
  type ParsedNode,
  visit,
  type YAMLError,
} from 'yaml';

export interface YamlIssue {
  readonly offset: number;
  readonly code: 'YAML_SYNTAX' | 'UNCLOSED_QUOTE' | 'EMPTY_VALUE';
  readonly message: string;
  /** The content of the file cannot be read. */
  readonly fatal: boolean;
}

type ParsedDocument = Document.Parsed<ParsedNode>;

export function checkYamlSyntax(document: ParsedDocument): YamlIssue[] {
  const parser = [...document.errors, ...document.warnings].map((error) => explainError(error, document));
  const found = [...parser, ...unquotedPlaceholders(document), ...badAliases(document)];
  const isFatal = found.some(({ fatal }) => fatal);
  return withoutConsequences(isFatal ? found : [...found, ...emptyValues(document)]);
}

/** Instead of the parser's own messages, which speak of its grammar. */
const MESSAGES: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'is indented with a tab: use spaces',
  MULTIPLE_DOCS: 'a second document begins here: a mapping is one document, take the --- away',
  DUPLICATE_KEY: 'is there twice: a name must be unique',
  BAD_SCALAR_START: 'a text cannot begin with this character: put quotes around it',
  BLOCK_AS_IMPLICIT_KEY:
    'has a second `: `, or is indented too far: put quotes around a text that contains `: `',
  RESOURCE_EXHAUSTION: 'is nested too deeply',
  TAG_RESOLVE_FAILED: 'a text cannot begin with `!`: put quotes around it',
};

/** The parser has no code of its own for an open quote, nor for text after a quoted text: its message decides. */
function explainError({ code, message, pos }: YAMLError, document: ParsedDocument): YamlIssue {
  const fatal = code !== 'DUPLICATE_KEY' && code !== 'TAG_RESOLVE_FAILED';
  if (message.startsWith('Missing closing')) {
    const offset = lastQuote(document) ?? pos[0];
    return { offset, code: 'UNCLOSED_QUOTE', message: 'this quote is never closed', fatal };
  }
  const isTrailing = message.endsWith('at node end');
  const fallback = isTrailing ? 'does not belong here: put quotes around the whole text' : message;
  return { offset: pos[0], code: 'YAML_SYNTAX', message: MESSAGES[code] ?? fallback, fatal };
}

/** The parser reports an open quote at the end of the file: it is the one of the last quoted text. */
function lastQuote(document: ParsedDocument): number | undefined {
  let last: number | undefined;
  visit(document, {
    Scalar(_, { type, range }) {
      if (type?.startsWith('QUOTE')) last = Math.max(last ?? 0, range?.[0] ?? 0);
    },
  });
  return last;
}

/** To YAML, `{{path}}` without quotes is a map whose key is a map. */
function unquotedPlaceholders(document: ParsedDocument): YamlIssue[] {
  const found: YamlIssue[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (!isCollection(key)) return;
      const message =
        isMap(key) && key.flow
          ? 'put quotes around a text with {{…}} in it, such as "{{customer.name}}"'
          : 'must be a text';
      found.push({ offset: startOf(key), code: 'YAML_SYNTAX', message, fatal: true });
      return visit.SKIP;
    },
  });
  return found;
}

/** `*name` without an `&name` before it, or within the value of `&name` itself. */
function badAliases(document: ParsedDocument): YamlIssue[] {
  const found: YamlIssue[] = [];
  visit(document, {
    Alias(_, alias, around) {
      const offset = startOf(alias);
      const { source } = alias;
      const node = alias.resolve(document);
      const message = !node
        ? `there is no &${source} before *${source}`
        : around.includes(node) && `*${source} is used within &${source} itself`;
      if (message) found.push({ offset, code: 'YAML_SYNTAX', message, fatal: true });
    },
  });
  return found;
}

/** A key without a value is rarely meant. */
function emptyValues(document: ParsedDocument): YamlIssue[] {
  const found: YamlIssue[] = [];
  visit(document, {
    Pair(_, { key, value }) {
      if (isCollection(key)) return visit.SKIP;
      if (
        !isScalar(key) ||
        (value !== null && !(isScalar(value) && value.value === null && value.source === ''))
      )
        return;
      const message = 'is empty: give it a value, remove it, or write null if nothing is meant';
      found.push({ offset: startOf(key), code: 'EMPTY_VALUE', message, fatal: false });
    },
  });
  return found;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** The first issue at each place, and none after a quote that is never closed: the rest of the file is its text. */
function withoutConsequences(issues: readonly YamlIssue[]): YamlIssue[] {
  const open = issues.find(({ code }) => code === 'UNCLOSED_QUOTE');
  return issues
    .filter(({ offset }, index) => issues.findIndex((each) => each.offset === offset) === index)
    .filter(({ offset }) => open === undefined || offset <= open.offset);
}
