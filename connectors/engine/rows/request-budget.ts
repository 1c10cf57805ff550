/**
 * Bounds what one batch may cost. A batch that goes well takes a handful of requests; one with rejected rows is sent
 * again in halves. Without a bound, a hundred rejected rows would cost two hundred requests of the CRM's quota.
 */
const MAX_REQUESTS = 60;

export class RequestBudget {
  #left: number;

  constructor(requests = MAX_REQUESTS) {
    this.#left = requests;
  }

  /** False when the batch has spent its requests: rows not tried yet are tried in a later batch. */
  take(): boolean {
    this.#left -= 1;
    return this.#left >= 0;
  }
}
