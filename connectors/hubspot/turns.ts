/**
 * When a request to HubSpot may be sent. HubSpot rejects what is over a quota, and the whole queue then waits for as long as
 * the quota's window; so each request waits for its turn instead. There are three quotas:
 *
 * - of each app, in ten seconds; its size is in the headers of every answer:
 *   https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
 * - of batches of associations, which HubSpot's OpenAPI files exempt from it; how large it is they do not say
 * - of searches, five a second for all of an account's integrations together:
 *   https://developers.hubspot.com/docs/api-reference/search/guide#rate-limits
 */
import { nextTurn, OwnPace, type Quota, type RequestPace, type Turn, type Usage } from '../connector.ts';

/** How much longer than the one before it a request may be on its way: windows are by HubSpot's clock. */
const JITTER_MS = 200;
/** Less, since it would cost a fifth of the searches; one that is rejected all the same is repeated by itself. */
const SEARCH_JITTER_MS = 30;
const SEARCHES: Quota = { requests: 5, perMs: 1_000 + SEARCH_JITTER_MS };
/** Until an answer names it: the smallest that HubSpot gives. */
const ASSUMED: Quota = { requests: 100, perMs: 10_000 + JITTER_MS };
/** A larger quota than any that HubSpot sells is not reached, and costs no turns. */
const MOST_PACED = 1_000;
const UNPACED: Turn = { sent() {} };

type Bucket = 'app' | 'associations' | 'search';

export class Turns {
  readonly #shared: RequestPace | undefined;
  readonly #own = new OwnPace();
  /** The last one that waits in each bucket: only the first asks for turns. */
  readonly #waiting = new Map<Bucket, Promise<unknown>>();
  #app = ASSUMED;

  constructor(shared?: RequestPace) {
    this.#shared = shared;
  }

  /** As the headers of an answer say. */
  learn(path: string, burst: Usage['burst']): void {
    if (!burst || bucketOf(path) !== 'app') return;
    this.#app = { requests: burst.limit, perMs: burst.perMs + JITTER_MS };
  }

  /** Resolves at once unless too many requests were sent shortly before; early when aborted. */
  async wait(path: string, signal: AbortSignal | undefined): Promise<Turn> {
    const bucket = bucketOf(path);
    const turn = Promise.resolve(this.#waiting.get(bucket)).then(() => this.#take(bucket, signal));
    this.#waiting.set(bucket, turn);
    return turn;
  }

  /** Our own turns are taken in any case: they are all there is while the shared pace does not answer. */
  async #take(bucket: Bucket, signal: AbortSignal | undefined): Promise<Turn> {
    const quota = bucket === 'search' ? SEARCHES : this.#app;
    if (quota.requests > MOST_PACED) return UNPACED;
    const own = await nextTurn(this.#own, bucket, quota, signal);
    const shared =
      this.#shared && (await nextTurn(this.#shared, bucket, quota, signal).catch(() => undefined));
    return {
      sent() {
        own?.sent();
        shared?.sent();
      },
    };
  }
}

function bucketOf(path: string): Bucket {
  if (path.endsWith('/search')) return 'search';
  return path.includes('/associations/') ? 'associations' : 'app';
}
