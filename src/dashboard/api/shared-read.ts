/**
 * One read for all who ask at about the same time, so that ten open browsers cost as much as one. A read that begins
 * after `expire` sees everything before it.
 */
export class SharedRead<Value> {
  readonly #read: () => Promise<Value>;
  readonly #keepMs: number;
  #latest: { readonly value: Promise<Value>; readonly at: number } | undefined;

  constructor(read: () => Promise<Value>, keepMs: number) {
    this.#read = read;
    this.#keepMs = keepMs;
  }

  get(): Promise<Value> {
    const latest = this.#latest;
    if (latest && performance.now() - latest.at < this.#keepMs) return latest.value;
    const value = this.#read();
    const entry = { value, at: performance.now() };
    this.#latest = entry;
    value.catch(() => {
      if (this.#latest === entry) this.#latest = undefined;
    });
    return value;
  }

  expire(): void {
    this.#latest = undefined;
  }
}
