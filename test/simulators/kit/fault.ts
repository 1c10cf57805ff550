/** What a scripted server does wrong, and to which requests. */

export type Fault =
  /** Answers this instead of the handler, which does not run unless `commits`. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly commits?: boolean;
    }
  /** The handler runs, then the connection breaks before the answer. */
  | { readonly kind: 'lost' }
  /** The connection breaks before the handler runs. */
  | { readonly kind: 'drop' }
  /** Nothing is done and no answer ever comes. */
  | { readonly kind: 'hang' }
  /** The handler runs, but no answer ever comes. */
  | { readonly kind: 'timeout' }
  /** The handler runs, the answer comes this much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** A gateway's page instead of the API's JSON; the handler does not run. */
  | { readonly kind: 'html'; readonly status?: number };

export type FaultRule = Fault & {
  /** Any method when absent. */
  readonly method?: string;
  /** Tested on path and query; any when absent. A text is the source of a regular expression. */
  readonly path?: RegExp | string;
  /** Strikes from this matching request on, counted from 1. */
  readonly nth?: number;
  /** How many requests it strikes: one, unless told. */
  readonly times?: number | 'always';
};

export interface InstalledFault {
  /** Requests struck so far. */
  readonly strikes: number;
  remove(): void;
}

/** The rules in force; each request is struck by the first that applies to it. */
export class Faults {
  #armed: ArmedFault[] = [];

  install(rule: FaultRule): InstalledFault {
    const armed = new ArmedFault(rule);
    this.#armed.push(armed);
    return {
      get strikes() {
        return armed.strikes;
      },
      remove: () => {
        this.#armed = this.#armed.filter((each) => each !== armed);
      },
    };
  }

  clear(): void {
    this.#armed = [];
  }

  strike(method: string, url: string): Fault | undefined {
    return this.#armed.find((fault) => fault.strikesAt(method, url))?.rule;
  }
}

class ArmedFault {
  readonly rule: FaultRule;
  readonly #path: RegExp;
  #matches = 0;
  strikes = 0;

  constructor(rule: FaultRule) {
    this.rule = rule;
    this.#path = new RegExp(rule.path ?? '');
  }

  strikesAt(method: string, url: string): boolean {
    const { method: wanted, nth = 1, times = 1 } = this.rule;
    if (wanted !== undefined && wanted !== method) return false;
    // A global or sticky expression would remember where it matched last.
    this.#path.lastIndex = 0;
    if (!this.#path.test(url)) return false;
    this.#matches += 1;
    if (this.#matches < nth || (times !== 'always' && this.strikes >= times)) return false;
    this.strikes += 1;
    return true;
  }
}
