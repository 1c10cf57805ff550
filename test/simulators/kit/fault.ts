/** Faults that a scripted server injects, and the requests they apply to. */
import type { HttpRequest } from './http-message.ts';

export type Fault =
  /** Sends this response. The handler does not run unless `commits`. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly commits?: boolean;
    }
  /** The handler runs, then the connection breaks before the response. */
  | { readonly kind: 'lost' }
  /** The connection breaks before the handler runs. */
  | { readonly kind: 'drop' }
  /** The handler does not run and no response is sent. */
  | { readonly kind: 'hang' }
  /** The handler runs, but no response is sent. */
  | { readonly kind: 'timeout' }
  /** The handler runs; the response is sent this much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The handler runs; the response is sent once this has resolved. Only from the simulator's own process. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** A gateway's HTML page instead of the API's JSON; the handler does not run. */
  | { readonly kind: 'html'; readonly status?: number };

export type FaultRule = Fault & {
  /** Default: any method. */
  readonly method?: string;
  /** Tested on path and query; default: any. A string is the source of a regular expression. */
  readonly path?: RegExp | string;
  /** Tested on the body; default: any. A string is the source of a regular expression. */
  readonly containing?: RegExp | string;
  /** The first matching request that it applies to, counted from 1. */
  readonly nth?: number;
  /** Of the matching requests from that one on, only each so many-th; default: all. */
  readonly every?: number;
  /** How many requests it applies to; default: one. */
  readonly times?: number | 'always';
};

export interface InstalledFault {
  /** Requests it has applied to so far. */
  readonly strikes: number;
  remove(): void;
}

/** The installed rules; the first that matches a request applies to it. */
export class Faults {
  #installed: FaultState[] = [];

  install(rule: FaultRule): InstalledFault {
    const state = new FaultState(rule);
    this.#installed.push(state);
    return {
      get strikes() {
        return state.strikes;
      },
      remove: () => {
        this.#installed = this.#installed.filter((each) => each !== state);
      },
    };
  }

  clear(): void {
    this.#installed = [];
  }

  /** The fault that applies to this request; counts the request for it. */
  take(request: Pick<HttpRequest, 'method' | 'url' | 'body'>): Fault | undefined {
    return this.#installed.find((fault) => fault.appliesTo(request))?.rule;
  }
}

class FaultState {
  readonly rule: FaultRule;
  readonly #path: RegExp;
  readonly #body: RegExp | undefined;
  #matches = 0;
  strikes = 0;

  constructor(rule: FaultRule) {
    this.rule = rule;
    this.#path = new RegExp(rule.path ?? '');
    this.#body = rule.containing === undefined ? undefined : new RegExp(rule.containing);
  }

  appliesTo({ method, url, body }: Pick<HttpRequest, 'method' | 'url' | 'body'>): boolean {
    const { method: wanted, nth = 1, every = 1, times = 1 } = this.rule;
    if (wanted !== undefined && wanted !== method) return false;
    // A global or sticky expression continues where it matched last.
    this.#path.lastIndex = 0;
    if (!this.#path.test(url)) return false;
    if (this.#body && body.search(this.#body) === -1) return false;
    this.#matches += 1;
    if (this.#matches < nth || (this.#matches - nth) % every !== 0) return false;
    if (times !== 'always' && this.strikes >= times) return false;
    this.strikes += 1;
    return true;
  }
}
