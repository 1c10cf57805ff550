import { ApiError } from './api-error.ts';

export type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'date'; readonly text: string }
  | { readonly kind: 'symbol'; readonly text: string }
  | { readonly kind: 'end'; readonly text: '' };

const PATTERNS: readonly [kind: Exclude<Token['kind'], 'string' | 'end'>, pattern: RegExp][] = [
  ['date', /\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2}))?/y],
  ['number', /-?\d+(\.\d+)?/y],
  ['word', /[A-Za-z][A-Za-z0-9_.]*/y],
  ['symbol', /<=|>=|!=|<>|[=<>(),]/y],
];

/** https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */
const ESCAPES: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  '\\': '\\',
  n: '\n',
  N: '\n',
  r: '\r',
  R: '\r',
  t: '\t',
  T: '\t',
  b: '\b',
  B: '\b',
  f: '\f',
  F: '\f',
  _: '\\_',
  '%': '\\%',
};

export function tokens(soql: string): Token[] {
  const found: Token[] = [];
  for (let at = skipSpace(soql, 0); at < soql.length; ) {
    const [token, end] = soql[at] === "'" ? quoted(soql, at) : plain(soql, at);
    found.push(token);
    at = skipSpace(soql, end);
  }
  return [...found, { kind: 'end', text: '' }];
}

export function malformed(message: string): ApiError {
  return new ApiError(400, 'MALFORMED_QUERY', message);
}

function plain(soql: string, at: number): [Token, end: number] {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const text = pattern.exec(soql)?.[0];
    if (text !== undefined) return [{ kind, text }, at + text.length];
  }
  throw malformed(`unexpected token: '${soql.slice(at, at + 10)}'`);
}

function quoted(soql: string, start: number): [Token, end: number] {
  let text = '';
  for (let at = start + 1; at < soql.length; at++) {
    const char = soql[at]!;
    if (char === "'") return [{ kind: 'string', text }, at + 1];
    if (char === '\n' || char === '\r') break;
    if (char !== '\\') {
      text += char;
      continue;
    }
    const escaped = ESCAPES[soql[++at] ?? ''];
    if (escaped === undefined) {
      throw malformed(`Illegal character sequence '\\${soql[at] ?? ''}' in string literal`);
    }
    text += escaped;
  }
  throw malformed("line 1:-1 mismatched character: expecting '''");
}

function skipSpace(soql: string, at: number): number {
  const space = /\s*/y;
  space.lastIndex = at;
  space.exec(soql);
  return space.lastIndex;
}
