/**
 * Signs in and keeps the token: shared by all requests, fetched once for those that need it at the same time, and
 * given up on soon, since jsforce by itself would refresh a rejected token for ever.
 */

import { createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Connection, OAuth2 } from 'jsforce/lib/core.js';
import { CrmError } from '../connector.ts';
import { withDeadline } from '../engine/http/deadline.ts';
import { networkFailure } from '../engine/http/failures.ts';
import { signInRejected } from './http-failures.ts';

export interface Credentials {
  readonly loginUrl: string;
  readonly clientId: string;
  /** Client credentials flow. */
  readonly clientSecret?: string | undefined;
  /** JWT bearer flow. */
  readonly username?: string | undefined;
  /** PEM, or a path to one. */
  readonly privateKey?: string | undefined;
  readonly version: string;
}

/** A token and the user it was given to. */
export interface SignIn {
  readonly connection: Connection;
  /** Undefined where the token response does not say. */
  readonly userId: string | undefined;
}

const SIGN_IN_MS = 20_000;
/** https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm: at most three minutes. */
const ASSERTION_SECONDS = 170;

export class Session {
  readonly #credentials: Credentials;
  #current: Promise<SignIn> | undefined;
  #connected: Connection | undefined;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /** A connection with a token. Throws CrmError. */
  async connection(): Promise<Connection> {
    return (await this.#signedIn()).connection;
  }

  /** The user who is signed in; undefined where Salesforce did not say. Throws CrmError. */
  async userId(): Promise<string | undefined> {
    return (await this.#signedIn()).userId;
  }

  /** This connection's token was rejected: the next `connection()` signs in again. */
  tokenRejected(connection: Connection): void {
    // Only the first to say so: the others were rejected with the same, old token.
    if (connection !== this.#connected) return;
    this.#connected = undefined;
    this.#current = undefined;
  }

  #signedIn(): Promise<SignIn> {
    if (this.#current) return this.#current;
    const signingIn = signIn(this.#credentials);
    this.#current = signingIn;
    signingIn.then(
      ({ connection }) => {
        this.#connected = connection;
      },
      () => {
        if (this.#current === signingIn) this.#current = undefined;
      },
    );
    return signingIn;
  }
}

async function signIn(credentials: Credentials): Promise<SignIn> {
  const { loginUrl, clientId, clientSecret, version } = credentials;
  const oauth2 = new OAuth2({ loginUrl, clientId, ...(clientSecret !== undefined && { clientSecret }) });
  try {
    const grant = grantOf(credentials);
    const token = await withDeadline(() => oauth2.requestToken(grant), SIGN_IN_MS);
    if (typeof token?.access_token !== 'string' || !/^https?:/.test(token.instance_url))
      throw signInRejected('no token came back from SALESFORCE_LOGIN_URL');
    const { instance_url: instanceUrl, access_token: accessToken, id } = token;
    // Without `oauth2` jsforce installs no refresher of its own.
    return { connection: new Connection({ instanceUrl, accessToken, version }), userId: userIdIn(id) };
  } catch (cause) {
    throw cause instanceof CrmError ? cause : signInFailure(cause as Error, credentials);
  }
}

/** The token response names the user: `https://login.salesforce.com/id/<org>/<user>`. */
function userIdIn(identityUrl: unknown): string | undefined {
  return /\/id\/\w{15,18}\/(005\w{12,15})$/.exec(String(identityUrl))?.[1];
}

function signInFailure(error: Error, credentials: Credentials): CrmError {
  const { name, cause } = error;
  const message = masked(error.message, credentials);
  const answered = `Salesforce answered ${name} to the sign-in`;
  // OAuth names what is wrong; the description says why, such as "no client credentials user enabled".
  if (/^invalid_|^unsupported_|^unauthorized/.test(name)) return signInRejected(`${answered} (${message})`);
  if (/^ERROR_HTTP_4(?!29|08)/.test(name)) return signInRejected(answered);
  const known = /^ERROR_HTTP/.test(name) ? new Error(name) : new Error(message, { cause });
  known.name = name;
  return networkFailure('Salesforce', 'the sign-in', known);
}

/** A description may repeat what was sent. */
function masked(text: string, { clientSecret, username, privateKey }: Credentials): string {
  const hidden = [clientSecret, username, privateKey].filter((each) => each !== undefined && each !== '');
  return hidden.reduce((shown: string, each) => shown.replaceAll(each!, '[hidden]'), text).slice(0, 200);
}

/** https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm */
function grantOf({ loginUrl, clientId, username, privateKey }: Credentials): {
  grant_type: string;
  [name: string]: string;
} {
  if (username === undefined || privateKey === undefined) return { grant_type: 'client_credentials' };
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: clientId,
    sub: username,
    aud: new URL(loginUrl).origin,
    exp: now + ASSERTION_SECONDS,
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  const assertion = `${unsigned}.${signed(unsigned, readKey(privateKey))}`;
  return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
}

function signed(text: string, key: string): string {
  try {
    return createSign('RSA-SHA256').update(text).sign(key).toString('base64url');
  } catch (cause) {
    throw new CrmError(
      'unauthorized',
      'SALESFORCE_PRIVATE_KEY holds no private key that can be read: it must be the PEM whose certificate the app has, without a passphrase',
      { cause, code: 'PRIVATE_KEY_UNREADABLE' },
    );
  }
}

function readKey(key: string): string {
  if (key.includes('-----BEGIN')) return key.replaceAll('\\n', '\n');
  try {
    return readFileSync(key, 'utf8');
  } catch (cause) {
    throw new CrmError(
      'unauthorized',
      'SALESFORCE_PRIVATE_KEY is neither a PEM nor a path to a file that can be read',
      { cause, code: 'PRIVATE_KEY_UNREADABLE' },
    );
  }
}
