/**
 * Lets requests through that a page of this dashboard sent. A browser adds the password to requests of other sites too,
 * so an action needs more: it says who sent it in `Sec-Fetch-Site`, which no page can forge; over plain HTTP browsers
 * send `Origin` only.
 * https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html#fetch-metadata-headers
 */
import type { NextFunction, Request, Response } from 'express';

export function sameOrigin(request: Request, response: Response, next: NextFunction): void {
  if (!isOwn(request)) {
    response.status(403).json({ error: 'actions are taken from a page of this dashboard, at this address' });
    return;
  }
  // A form cannot send this type.
  if (!request.is('application/json')) {
    response.status(415).json({ error: 'send the action as application/json' });
    return;
  }
  next();
}

function isOwn(request: Request): boolean {
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = request.get('origin');
  return origin !== undefined && URL.parse(origin)?.host === request.get('host');
}
