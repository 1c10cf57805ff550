import { malformed, type Token, tokens } from './soql-tokens.ts';

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE';

export type Literal =
  | { readonly kind: 'string' | 'date'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null'; readonly value: null };

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'compare'; readonly field: string; readonly operator: Operator; readonly value: Literal }
  | {
      readonly kind: 'in';
      readonly field: string;
      readonly negated: boolean;
      readonly values: readonly Literal[];
    }
  /** A semi-join: `AccountId IN (SELECT AccountId FROM Contact WHERE …)`. */
  | { readonly kind: 'in-select'; readonly field: string; readonly negated: boolean; readonly select: Query };

export interface Order {
  readonly field: string;
  readonly descending: boolean;
  readonly nullsLast: boolean;
}

export interface Query {
  /** Empty for `COUNT()`. */
  readonly fields: readonly string[];
  readonly object: string;
  readonly where: Condition | undefined;
  readonly order: readonly Order[];
  readonly limit: number | undefined;
  readonly offset: number;
}

const MAX_LENGTH = 100_000;
const OPERATORS = new Set(['=', '!=', '<>', '<', '<=', '>', '>=', 'LIKE']);

/**
 * The part of SOQL that a connector needs; anything else is MALFORMED_QUERY.
 * https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
 */
export function parseSoql(soql: string): Query {
  if (soql.length > MAX_LENGTH)
    throw malformed(`SOQL statements cannot be longer than ${MAX_LENGTH} characters.`);
  return new Parser(tokens(soql)).query();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(all: readonly Token[]) {
    this.#tokens = all;
  }

  query(): Query {
    const query = this.#select();
    if (this.#peek().kind !== 'end') throw this.#unexpected();
    return query;
  }

  #select(): Query {
    this.#expect('SELECT');
    const fields = this.#fields();
    this.#expect('FROM');
    const object = this.#word();
    const where = this.#accept('WHERE') ? this.#conditions() : undefined;
    const order = this.#accept('ORDER') ? this.#orders() : [];
    const limit = this.#accept('LIMIT') ? this.#count() : undefined;
    const offset = this.#accept('OFFSET') ? this.#count() : 0;
    return { fields, object, where, order, limit, offset };
  }

  #fields(): string[] {
    if (this.#accept('COUNT')) {
      this.#expect('(');
      this.#expect(')');
      return [];
    }
    return this.#list(() => this.#word());
  }

  /** AND and OR may not be mixed without parentheses. */
  #conditions(): Condition {
    const first = this.#condition();
    const word = this.#peek().text.toUpperCase();
    if (this.#peek().kind !== 'word' || (word !== 'AND' && word !== 'OR')) return first;
    const parts = [first];
    while (this.#accept(word)) parts.push(this.#condition());
    return { kind: word === 'AND' ? 'and' : 'or', parts };
  }

  #condition(): Condition {
    if (this.#accept('NOT')) return { kind: 'not', part: this.#condition() };
    if (!this.#accept('(')) return this.#comparison();
    const inner = this.#conditions();
    this.#expect(')');
    return inner;
  }

  #comparison(): Condition {
    const field = this.#word();
    const negated = this.#accept('NOT');
    if (negated || this.#is('IN')) {
      this.#expect('IN');
      this.#expect('(');
      if (this.#is('SELECT')) {
        const select = this.#select();
        this.#expect(')');
        return { kind: 'in-select', field, negated, select };
      }
      const values = this.#list(() => this.#literal());
      this.#expect(')');
      return { kind: 'in', field, negated, values };
    }
    const operator = this.#next().text.toUpperCase();
    if (!OPERATORS.has(operator)) throw this.#unexpected(-1);
    return {
      kind: 'compare',
      field,
      operator: (operator === '<>' ? '!=' : operator) as Operator,
      value: this.#literal(),
    };
  }

  #literal(): Literal {
    const token = this.#next();
    if (token.kind === 'string' || token.kind === 'date') return { kind: token.kind, value: token.text };
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    const word = token.text.toLowerCase();
    if (token.kind === 'word' && word === 'null') return { kind: 'null', value: null };
    if (token.kind === 'word' && (word === 'true' || word === 'false')) {
      return { kind: 'boolean', value: word === 'true' };
    }
    throw this.#unexpected(-1);
  }

  #orders(): Order[] {
    this.#expect('BY');
    return this.#list(() => {
      const field = this.#word();
      const descending = this.#accept('DESC') || (this.#accept('ASC') && false);
      if (!this.#accept('NULLS')) return { field, descending, nullsLast: descending };
      const nullsLast = this.#accept('LAST');
      if (!nullsLast) this.#expect('FIRST');
      return { field, descending, nullsLast };
    });
  }

  #count(): number {
    const token = this.#next();
    if (token.kind === 'number' && /^\d+$/.test(token.text)) return Number(token.text);
    throw this.#unexpected(-1);
  }

  #list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.#accept(',')) items.push(item());
    return items;
  }

  #word(): string {
    const token = this.#next();
    if (token.kind === 'word') return token.text;
    throw this.#unexpected(-1);
  }

  #is(text: string): boolean {
    const token = this.#peek();
    return (token.kind === 'word' || token.kind === 'symbol') && token.text.toUpperCase() === text;
  }

  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw this.#unexpected();
  }

  #peek(): Token {
    return this.#tokens[this.#at]!;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  #unexpected(offset = 0): Error {
    const token = this.#tokens[this.#at + offset] ?? this.#peek();
    return malformed(token.kind === 'end' ? 'unexpected end of query' : `unexpected token: '${token.text}'`);
  }
}
