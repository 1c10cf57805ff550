/**
 * Where a text stops being JSON, and what is missing there. `JSON.parse` names the token after the mistake, often on
 * another line than the missing comma; this names the place where one has to type.
 */

export type JsonMistakeKind =
  /** Between two values, or properties. */
  | 'comma-missing'
  /** Before a closing bracket. */
  | 'comma-extra'
  | 'colon-missing'
  | 'value-expected'
  | 'property-expected'
  /** Single or no quotes around a property or a text. */
  | 'quotes-missing'
  /** A line ends within it. */
  | 'text-not-closed'
  | 'escape-invalid'
  | 'number-invalid'
  /** The text ends before this bracket is closed. */
  | 'bracket-not-closed'
  | 'text-after-end';

export interface JsonMistake {
  readonly kind: JsonMistakeKind;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Undefined for a text that is JSON. */
export function findJsonMistake(text: string): JsonMistake | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    const { kind, at } = new Scanner(text).scan();
    const before = text.slice(0, at).split('\n');
    return { kind, line: before.length, column: before.at(-1)!.length + 1 };
  }
}

class Mistake extends Error {
  readonly kind: JsonMistakeKind;
  readonly at: number;

  constructor(kind: JsonMistakeKind, at: number) {
    super(kind);
    this.kind = kind;
    this.at = at;
  }
}

const NUMBER = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /[\p{L}\p{N}_$.+-]+/uy;
const BLANK = /[ \t\r\n]*/y;
const ESCAPE = /\\(["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Reads a text that is known to be no JSON up to its first mistake. */
class Scanner {
  readonly #text: string;
  #at = 0;
  /** Behind the last token that was read. */
  #end = 0;
  /** Brackets that are open, with their places: a list, since a text may nest deeper than calls do. */
  readonly #open: { readonly isObject: boolean; readonly at: number; isEmpty: boolean }[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  scan(): { readonly kind: JsonMistakeKind; readonly at: number } {
    try {
      this.#skipBlank();
      this.#value();
      while (this.#open.length > 0) this.#next();
      return { kind: 'text-after-end', at: this.#at };
    } catch (error) {
      if (error instanceof Mistake) return error;
      throw error;
    }
  }

  /** What follows an opening bracket, or a value within brackets. */
  #next(): void {
    const bracket = this.#open.at(-1)!;
    const { isObject } = bracket;
    const closing = isObject ? '}' : ']';
    if (this.#take(closing)) {
      this.#open.pop();
      return;
    }
    if (!bracket.isEmpty) {
      if (!this.#take(',')) throw this.#afterValue();
      if (this.#text[this.#at] === closing) throw new Mistake('comma-extra', this.#end - 1);
    }
    bracket.isEmpty = false;
    this.#member(isObject);
  }

  #afterValue(): Mistake {
    const { at } = this.#open.at(-1)!;
    if (this.#at >= this.#text.length) return new Mistake('bracket-not-closed', at);
    return new Mistake('comma-missing', this.#end);
  }

  #member(isObject: boolean): void {
    if (isObject) {
      if (this.#text[this.#at] !== '"') throw this.#noProperty();
      this.#string();
      if (!this.#take(':')) throw new Mistake('colon-missing', this.#end);
    }
    this.#value();
  }

  #noProperty(): Mistake {
    if (this.#at >= this.#text.length) return new Mistake('bracket-not-closed', this.#open.at(-1)!.at);
    return new Mistake(this.#isUnquoted() ? 'quotes-missing' : 'property-expected', this.#at);
  }

  #value(): void {
    const first = this.#text[this.#at];
    if (first === '{' || first === '[') {
      this.#open.push({ isObject: first === '{', at: this.#at, isEmpty: true });
      this.#take(first);
    } else if (first === '"') this.#string();
    else if (first !== undefined && /[-\d]/.test(first)) this.#number();
    else this.#word();
  }

  #word(): void {
    const word = this.#match(WORD);
    if (word === 'true' || word === 'false' || word === 'null') {
      this.#passed(word);
      return;
    }
    if (this.#at >= this.#text.length && this.#open.length > 0)
      throw new Mistake('bracket-not-closed', this.#open.at(-1)!.at);
    throw new Mistake(this.#isUnquoted() ? 'quotes-missing' : 'value-expected', this.#at);
  }

  #number(): void {
    const number = this.#match(NUMBER);
    // `007`, `1.`, `+5`, `5 apples` without the blank.
    if (number === undefined || this.#match(WORD)!.length > number.length)
      throw new Mistake('number-invalid', this.#at);
    this.#passed(number);
  }

  #string(): void {
    const from = this.#at;
    let at = from + 1;
    for (; this.#text[at] !== '"'; at += 1) {
      const sign = this.#text[at];
      if (sign === undefined || sign === '\n' || sign === '\r') throw new Mistake('text-not-closed', from);
      // Such as a tab.
      if (sign < ' ') throw new Mistake('escape-invalid', at);
      if (sign !== '\\') continue;
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(this.#text)) throw new Mistake('escape-invalid', at);
      at = ESCAPE.lastIndex - 1;
    }
    this.#passed(this.#text.slice(from, at + 1));
  }

  #isUnquoted(): boolean {
    return /['‘’“”`\p{L}_$]/u.test(this.#text[this.#at] ?? '');
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#passed(sign);
    return true;
  }

  #passed(token: string): void {
    this.#at += token.length;
    this.#end = this.#at;
    this.#skipBlank();
  }

  #skipBlank(): void {
    this.#at += this.#match(BLANK)!.length;
  }
}
