/**
 * What looks over everything that simulated APIs are asked and answer. The test suite registers the checks
 * (test/set-up.ts); a demo or a benchmark has none, and the simulators do not know them.
 */
import type { HttpRequest, HttpResponse } from './http-message.ts';

/** Returns what is wrong, in a line each. */
export interface ExchangeCheck {
  request(request: HttpRequest): readonly string[];
  response(request: HttpRequest, response: HttpResponse): readonly string[];
}

/** What a check may ask about the simulated account. */
export interface CheckedAccount {
  /** The names by which queries may reach a field of an object; undefined for an object that is not there. */
  readonly namesOf: (object: string) => ReadonlySet<string> | undefined;
}

type Load = (account: CheckedAccount) => Promise<ExchangeCheck>;

const registered = new Map<string, Load>();

/** `load` is called when a simulator of this vendor starts. */
export function registerCheck(vendor: string, load: Load): void {
  registered.set(vendor, load);
}

const NO_OBJECTS: CheckedAccount = { namesOf: () => undefined };

export async function exchangeCheck(
  vendor: string,
  account: CheckedAccount = NO_OBJECTS,
): Promise<ExchangeCheck | undefined> {
  return registered.get(vendor)?.(account);
}

/** The check of one side only, where the other is wrong on purpose. */
export function without(check: ExchangeCheck, side: 'requests' | 'answers' | undefined): ExchangeCheck {
  return {
    request: side === 'requests' ? () => [] : check.request,
    response: side === 'answers' ? () => [] : check.response,
  };
}
