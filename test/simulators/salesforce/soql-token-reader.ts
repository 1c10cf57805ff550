/** Reads the tokens of a query one by one. */
import { malformed, type Token } from './soql-tokens.ts';

export class TokenReader {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token {
    return this.#tokens[this.#position]!;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#position++;
    return token;
  }

  word(): string {
    const token = this.next();
    if (token.kind === 'word') return token.text;
    throw this.unexpected(-1);
  }

  /** One item or more, separated by commas. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accept(',')) items.push(item());
    return items;
  }

  /** Whether the next token is this keyword or symbol. */
  is(text: string): boolean {
    const token = this.peek();
    return (token.kind === 'word' || token.kind === 'symbol') && token.text.toUpperCase() === text;
  }

  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.#position++;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected();
  }

  /** The error for the next token, or for the one just read (-1). */
  unexpected(offset: 0 | -1 = 0): Error {
    const token = this.#tokens[this.#position + offset] ?? this.peek();
    return malformed(token.kind === 'end' ? 'unexpected end of query' : `unexpected token: '${token.text}'`);
  }
}
