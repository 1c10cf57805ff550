/** Counts what happened within the last moments, for quotas. */
export class RollingWindow {
  #times: number[] = [];
  #oldest = 0;

  used(windowMs: number): number {
    const start = Date.now() - windowMs;
    while (this.#oldest < this.#times.length && this.#times[this.#oldest]! <= start) this.#oldest += 1;
    if (this.#oldest > 1_000) {
      this.#times = this.#times.slice(this.#oldest);
      this.#oldest = 0;
    }
    return this.#times.length - this.#oldest;
  }

  add(): void {
    this.#times.push(Date.now());
  }
}
