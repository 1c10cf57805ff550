/**
 * Signs in and keeps the token: shared by all requests, fetched once for those that need it at the same time, and
 * given up on soon, since jsforce by itself would refresh a refused token for ever.
 */

import { createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Connection, OAuth2 } from 'jsforce/lib/core.js';
import { CrmError } from '../connector.ts';
import { networkFailure, unauthorized } from './errors.ts';

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

export interface Session {
  /** A connection with a token. Throws CrmError. */
  connection(): Promise<Connection>;
  /** This connection's token was refused: the next `connection()` signs in anew. */
  refused(connection: Connection): void;
}

const SIGN_IN_MS = 20_000;
/** https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm: at most three minutes. */
const ASSERTION_SECONDS = 170;

export function openSession(credentials: Credentials): Session {
  let current: Promise<Connection> | undefined;
  let connected: Connection | undefined;
  return {
    connection() {
      if (!current) {
        const signingIn = signIn(credentials);
        current = signingIn;
        signingIn.then(
          (connection) => {
            connected = connection;
          },
          () => {
            if (current === signingIn) current = undefined;
          },
        );
      }
      return current;
    },
    refused(connection) {
      // Only the first to say so: the others were refused with the same, old token.
      if (connection !== connected) return;
      connected = undefined;
      current = undefined;
    },
  };
}

async function signIn(credentials: Credentials): Promise<Connection> {
  const { loginUrl, clientId, clientSecret, version } = credentials;
  const what = 'the sign-in';
  const oauth2 = new OAuth2({ loginUrl, clientId, ...(clientSecret !== undefined && { clientSecret }) });
  try {
    const token = await within(SIGN_IN_MS, oauth2.requestToken(grantOf(credentials)));
    if (typeof token?.access_token !== 'string' || !/^https?:/.test(token.instance_url))
      throw unauthorized('no token came back from SALESFORCE_LOGIN_URL');
    // Without `oauth2` jsforce installs no refresher of its own.
    return new Connection({ instanceUrl: token.instance_url, accessToken: token.access_token, version });
  } catch (cause) {
    if (cause instanceof CrmError) throw cause;
    const { name } = cause as Error;
    const message = masked((cause as Error).message, credentials);
    const told = `Salesforce answered ${name} to ${what}`;
    // OAuth names what is wrong; the description says why, such as "no client credentials user enabled".
    if (/^invalid_|^unsupported_|^unauthorized/.test(name)) throw unauthorized(`${told} (${message})`);
    if (/^ERROR_HTTP_4(?!29|08)/.test(name)) throw unauthorized(told);
    throw networkFailure(
      what,
      /^ERROR_HTTP/.test(name) ? new Error(name) : new Error(message, { cause: (cause as Error).cause }),
    );
  }
}

/** A description may repeat what was sent. */
function masked(text: string, { clientSecret, username, privateKey }: Credentials): string {
  const hidden = [clientSecret, username, privateKey].filter((each) => each !== undefined && each !== '');
  return hidden.reduce((told: string, each) => told.replaceAll(each!, '[hidden]'), text).slice(0, 200);
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
      { cause },
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
      { cause },
    );
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
