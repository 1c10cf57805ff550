/** Parses SOQL. */
import type { Condition, Literal, Operator, Order, Query } from './soql-query-tree.ts';
import { TokenReader } from './soql-token-reader.ts';
import { malformed, tokens } from './soql-tokens.ts';

const MAX_LENGTH = 100_000;
const OPERATORS = new Set(['=', '!=', '<>', '<', '<=', '>', '>=', 'LIKE']);

/**
 * The part of SOQL that a connector needs; anything else is MALFORMED_QUERY.
 * https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
 */
export function parseSoql(soql: string): Query {
  if (soql.length > MAX_LENGTH)
    throw malformed(`SOQL statements cannot be longer than ${MAX_LENGTH} characters.`);
  return new Parser(new TokenReader(tokens(soql))).query();
}

class Parser {
  readonly #tokens: TokenReader;

  constructor(tokens: TokenReader) {
    this.#tokens = tokens;
  }

  query(): Query {
    const query = this.#select();
    if (this.#tokens.peek().kind !== 'end') throw this.#tokens.unexpected();
    return query;
  }

  #select(): Query {
    this.#tokens.expect('SELECT');
    const fields = this.#fields();
    this.#tokens.expect('FROM');
    const object = this.#tokens.word();
    const where = this.#tokens.accept('WHERE') ? this.#conditions() : undefined;
    const order = this.#tokens.accept('ORDER') ? this.#orders() : [];
    const limit = this.#tokens.accept('LIMIT') ? this.#count() : undefined;
    const offset = this.#tokens.accept('OFFSET') ? this.#count() : 0;
    return { fields, object, where, order, limit, offset };
  }

  #fields(): string[] {
    if (this.#tokens.accept('COUNT')) {
      this.#tokens.expect('(');
      this.#tokens.expect(')');
      return [];
    }
    return this.#tokens.list(() => this.#tokens.word());
  }

  /** AND and OR may not be mixed without parentheses. */
  #conditions(): Condition {
    const first = this.#condition();
    const word = this.#tokens.peek().text.toUpperCase();
    if (this.#tokens.peek().kind !== 'word' || (word !== 'AND' && word !== 'OR')) return first;
    const parts = [first];
    while (this.#tokens.accept(word)) parts.push(this.#condition());
    return { kind: word === 'AND' ? 'and' : 'or', parts };
  }

  #condition(): Condition {
    if (this.#tokens.accept('NOT')) return { kind: 'not', part: this.#condition() };
    if (!this.#tokens.accept('(')) return this.#comparison();
    const inner = this.#conditions();
    this.#tokens.expect(')');
    return inner;
  }

  #comparison(): Condition {
    const field = this.#tokens.word();
    const negated = this.#tokens.accept('NOT');
    if (negated || this.#tokens.is('IN')) {
      this.#tokens.expect('IN');
      this.#tokens.expect('(');
      if (this.#tokens.is('SELECT')) {
        const select = this.#select();
        this.#tokens.expect(')');
        return { kind: 'in-select', field, negated, select };
      }
      const values = this.#tokens.list(() => this.#literal());
      this.#tokens.expect(')');
      return { kind: 'in', field, negated, values };
    }
    const operator = this.#tokens.next().text.toUpperCase();
    if (!OPERATORS.has(operator)) throw this.#tokens.unexpected(-1);
    return {
      kind: 'compare',
      field,
      operator: (operator === '<>' ? '!=' : operator) as Operator,
      value: this.#literal(),
    };
  }

  #literal(): Literal {
    const token = this.#tokens.next();
    if (token.kind === 'string' || token.kind === 'date') return { kind: token.kind, value: token.text };
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    const word = token.text.toLowerCase();
    if (token.kind === 'word' && word === 'null') return { kind: 'null', value: null };
    if (token.kind === 'word' && (word === 'true' || word === 'false')) {
      return { kind: 'boolean', value: word === 'true' };
    }
    throw this.#tokens.unexpected(-1);
  }

  #orders(): Order[] {
    this.#tokens.expect('BY');
    return this.#tokens.list(() => {
      const field = this.#tokens.word();
      const descending = this.#tokens.accept('DESC') || (this.#tokens.accept('ASC') && false);
      if (!this.#tokens.accept('NULLS')) return { field, descending, nullsLast: descending };
      const nullsLast = this.#tokens.accept('LAST');
      if (!nullsLast) this.#tokens.expect('FIRST');
      return { field, descending, nullsLast };
    });
  }

  #count(): number {
    const token = this.#tokens.next();
    if (token.kind === 'number' && /^\d+$/.test(token.text)) return Number(token.text);
    throw this.#tokens.unexpected(-1);
  }
}
