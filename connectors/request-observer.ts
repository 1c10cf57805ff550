/** Who is told of requests. A part of the contract in connector.ts, from which it is imported. */

/** A request to the CRM while it is sent. Neither holds personal data. */
export interface ObservedRequest {
  readonly method: string;
  /** The path without its query, ids replaced: `/crm/v3/objects/contacts/:id`. */
  readonly endpoint: string;
}

/**
 * Told when a request is sent; what it answers is told when the response came. No `status`: none came. Neither may throw:
 * the request would count as failed.
 */
export type RequestObserver = (request: ObservedRequest) => (response: { readonly status?: number }) => void;
