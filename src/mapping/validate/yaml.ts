/** What is wrong with a file as YAML or JSON, before anything is known of mappings: where, and what to do. */
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

export interface Slip {
  readonly offset: number;
  readonly message: string;
  /** What the file says is not to be made out. */
  readonly fatal: boolean;
}

export function slipsOf(document: Document.Parsed<ParsedNode>): Slip[] {
  const slips = [...document.errors, ...document.warnings].map((error) => inWords(error, document));
  const found = [...slips, ...unquotedPlaceholders(document), ...badAliases(document)];
  return inOrder(found.some(({ fatal }) => fatal) ? found : [...found, ...empties(document)]);
}

const NEVER_CLOSED = 'this quote is never closed';

/** In plain words, where the parser speaks of its own notions. */
const WORDS: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'is indented with a tab: use spaces',
  MULTIPLE_DOCS: 'a second document begins here: a mapping is one, take the --- away',
  DUPLICATE_KEY: 'is there twice: a name must be unique',
  BAD_SCALAR_START: 'a text cannot begin with this sign: put quotes around it',
  BLOCK_AS_IMPLICIT_KEY:
    'has a second `: `, or is indented too far: put quotes around a text with `: ` in it',
  TAG_RESOLVE_FAILED: 'a text cannot begin with `!`: put quotes around it',
};

function inWords({ code, message, pos }: YAMLError, document: Document.Parsed<ParsedNode>): Slip {
  const fatal = code !== 'DUPLICATE_KEY' && code !== 'TAG_RESOLVE_FAILED';
  if (message.startsWith('Missing closing'))
    return { offset: quoteOf(document) ?? pos[0], message: NEVER_CLOSED, fatal };
  const said = message.endsWith('at node end')
    ? 'does not belong here: put quotes around the whole text'
    : message;
  return { offset: pos[0], message: WORDS[code] ?? said, fatal };
}

/** The parser tells of an open quote where the file ends; the last text in quotes is it. */
function quoteOf(document: Document.Parsed<ParsedNode>): number | undefined {
  let last: number | undefined;
  visit(document, {
    Scalar(_, { type, range }) {
      if (type?.startsWith('QUOTE')) last = Math.max(last ?? 0, range?.[0] ?? 0);
    },
  });
  return last;
}

/** To YAML, `{{path}}` without quotes is names within names. */
function unquotedPlaceholders(document: Document.Parsed<ParsedNode>): Slip[] {
  const found: Slip[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (!isCollection(key)) return;
      const message =
        isMap(key) && key.flow
          ? 'put quotes around a text with {{…}} in it, such as "{{customer.name}}"'
          : 'must be a text';
      found.push({ offset: startOf(key), message, fatal: true });
      return visit.SKIP;
    },
  });
  return found;
}

/** `*name` without an `&name` before it, or within what it names. */
function badAliases(document: Document.Parsed<ParsedNode>): Slip[] {
  const found: Slip[] = [];
  visit(document, {
    Alias(_, alias, around) {
      const offset = startOf(alias);
      const { source } = alias;
      const node = alias.resolve(document);
      if (!node) found.push({ offset, message: `there is no &${source} before *${source}`, fatal: true });
      else if (around.includes(node))
        found.push({ offset, message: `*${source} stands within the &${source} it names`, fatal: true });
    },
  });
  return found;
}

/** A name with nothing after it is a slip more often than it is meant. */
function empties(document: Document.Parsed<ParsedNode>): Slip[] {
  const found: Slip[] = [];
  visit(document, {
    Pair(_, { key, value }) {
      if (isCollection(key)) return visit.SKIP;
      if (
        !isScalar(key) ||
        (value !== null && !(isScalar(value) && value.value === null && value.source === ''))
      )
        return;
      const message = 'is empty: say something after it, take it away, or write null if nothing is meant';
      found.push({ offset: startOf(key), message, fatal: false });
    },
  });
  return found;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** Of several at one place the first; after a quote that is never closed, nothing can be told. */
function inOrder(slips: readonly Slip[]): Slip[] {
  const open = slips.find(({ message }) => message === NEVER_CLOSED);
  return slips
    .filter(({ offset }, index) => slips.findIndex((each) => each.offset === offset) === index)
    .filter(({ offset }) => open === undefined || offset <= open.offset);
}
