/** Basic authentication for the pages people open: user `admin`, one password. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

const USER = 'admin';

export function basicAuth(password: string) {
  const expected = digest(`${USER}:${password}`);
  return (request: Request, response: Response, next: NextFunction): void => {
    const given = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.get('authorization') ?? '')?.[1] ?? '';
    // Digests have one length, so the comparison reveals nothing about the password's.
    if (timingSafeEqual(digest(Buffer.from(given, 'base64').toString('utf8')), expected)) {
      next();
      return;
    }
    response.set('WWW-Authenticate', 'Basic realm="altur-crm-sync", charset="UTF-8"');
    response.status(401).json({ error: `sign in as ${USER} with DASHBOARD_PASSWORD` });
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
