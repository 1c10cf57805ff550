/** What tells one version of a recording from another: https://www.rfc-editor.org/rfc/rfc9110#section-8.8 */
import type { IncomingHttpHeaders } from 'node:http';

export interface Validators {
  /** A strong one: with a weak one parts of two versions could be put together. */
  readonly etag?: string;
  readonly lastModified?: string;
}

const STRONG_ETAG = /^"[\x21\x23-\x7e]{0,200}"$/;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

export function validatorsOf({ etag, 'last-modified': lastModified }: IncomingHttpHeaders): Validators {
  return {
    ...(etag !== undefined && STRONG_ETAG.test(etag) && { etag }),
    ...(lastModified !== undefined && HTTP_DATE.test(lastModified) && { lastModified }),
  };
}

/** Whether a part may be answered: `If-Range` names this very version. */
export function ifRangeHolds(ifRange: string | undefined, { etag, lastModified }: Validators): boolean {
  return ifRange === undefined || ifRange === (ifRange.startsWith('"') ? etag : lastModified);
}
