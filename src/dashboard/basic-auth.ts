/** Basic authentication for the pages people open: user `admin`, one password, guesses limited. */
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { FoldedWarning } from '../folded-warning.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { SignInLimit } from './sign-in-limit.ts';

const USER = 'admin';

/** Marks a browser that has signed in. It gives no access: the password is checked all the same. */
const COOKIE = 'altur_dashboard';
const MAX_BROWSERS = 1_000;

export function basicAuth(password: string, log: Pick<Log, 'warn'>, metrics: Pick<Metrics, 'signIn'>) {
  const expected = digest(`${USER}:${password}`);
  const limit = new SignInLimit();
  const browsers = new Set<string>();
  const warning = new FoldedWarning(
    log,
    'dashboard sign-in failed',
    'if this was nobody you know, see that only your own network reaches /dashboard',
  );
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const given = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.get('authorization') ?? '')?.[1];
    // A browser asks without a password first: that is no guess.
    if (given === undefined) return refuse(response);
    const address = request.socket.remoteAddress ?? '';
    const isKnown = browsers.has(browserOf(request));
    if (!isKnown && !(await limit.admit(address))) {
      metrics.signIn('limited');
      warning.warn({ code: 'DASHBOARD_SIGN_IN_FAILED', address });
      response.set('Retry-After', '5').status(429);
      response.json({ error: 'too many wrong passwords from this address: try again in a few seconds' });
      return;
    }
    // Digests have one length, so the comparison reveals nothing about the password's.
    if (!timingSafeEqual(digest(Buffer.from(given, 'base64').toString('utf8')), expected)) {
      limit.wrong(address);
      metrics.signIn('wrong');
      warning.warn({ code: 'DASHBOARD_SIGN_IN_FAILED', address });
      return refuse(response);
    }
    if (!isKnown) markBrowser(response, browsers);
    next();
  };
}

function refuse(response: Response): void {
  response.set('WWW-Authenticate', 'Basic realm="altur-crm-sync", charset="UTF-8"');
  response.status(401).json({ error: `sign in as ${USER} with DASHBOARD_PASSWORD` });
}

function markBrowser(response: Response, browsers: Set<string>): void {
  const id = randomUUID();
  browsers.add(id);
  if (browsers.size > MAX_BROWSERS) browsers.delete(browsers.values().next().value!);
  response.cookie(COOKIE, id, { httpOnly: true, sameSite: 'strict', path: '/dashboard' });
}

function browserOf(request: Request): string {
  return new RegExp(`(?:^|; )${COOKIE}=([0-9a-f-]+)`).exec(request.get('cookie') ?? '')?.[1] ?? '';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
