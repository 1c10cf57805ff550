/** Campaigns whose calls could not be listed: each is passed over and told of, so that it keeps the others from nothing. */
import { AlturApiError } from '../altur/api-error.ts';

export interface UnreadCampaign {
  readonly id: string;
  readonly code: string;
  /** The last one, in words. */
  readonly reason: string;
}

/** After so many campaigns in a row that Altur did not answer for, it answers for none. */
const HOPELESS = 3;

export class UnreadCampaigns {
  readonly #errors = new Map<string, AlturApiError>();
  #unanswered = 0;
  #isOneRead: boolean;

  /** `isOneRead`: a campaign was read before. */
  constructor(isOneRead = false) {
    this.#isOneRead = isOneRead;
  }

  /** Hands over each page of a campaign; false where it cannot be read to its end. Throws what concerns all of them. */
  async read<T>(id: string, pages: AsyncIterable<T>, take: (page: T) => Promise<void>): Promise<boolean> {
    let failure: AlturApiError | undefined;
    for await (const page of untilFailure(pages, (error) => {
      failure = error;
    })) {
      await take(page);
    }
    if (failure === undefined) {
      this.#unanswered = 0;
      this.#isOneRead = true;
      return true;
    }
    this.#unanswered = failure.retryAfterMs === undefined ? 0 : this.#unanswered + 1;
    if (this.#unanswered >= HOPELESS) throw failure;
    this.#errors.set(id, failure);
    return false;
  }

  /** Where not a single one could be read it is no matter of one campaign. */
  throwIfAll(): void {
    const [error] = this.#errors.values();
    if (error && !this.#isOneRead) throw error;
  }

  get list(): readonly UnreadCampaign[] {
    return [...this.#errors].map(([id, { code, message: reason }]) => ({ id, code, reason }));
  }
}

/** What fails while a page is taken is no matter of the campaign, and passes by here. */
async function* untilFailure<T>(
  pages: AsyncIterable<T>,
  onFailure: (error: AlturApiError) => void,
): AsyncGenerator<T> {
  try {
    yield* pages;
  } catch (error) {
    if (!isOfOneCampaign(error)) throw error;
    onFailure(error);
  }
}

function isOfOneCampaign(error: unknown): error is AlturApiError {
  // The pace is of the key.
  return error instanceof AlturApiError && !error.concernsAll && error.code !== 'ALTUR_RATE_LIMITED';
}
