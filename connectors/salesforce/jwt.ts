/** The assertion of the JWT bearer flow: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm */
import { createSign } from 'node:crypto';
import { CrmError } from '../connector.ts';
import { PrivateKeyError, readPrivateKey } from './private-key.ts';

export const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** At most three minutes. */
const ASSERTION_SECONDS = 170;
/** Documented as the audience; some orgs accept nothing else at My Domain: https://github.com/restforce/restforce/pull/886 */
const DOCUMENTED_AUDIENCES = ['https://login.salesforce.com', 'https://test.salesforce.com'];

export interface JwtCredentials {
  readonly clientId: string;
  readonly username: string;
  /** PEM, or a path to one. */
  readonly privateKey: string;
}

/** In the order they are tried. `accepted`: the one that worked last. */
export function audiencesOf(loginUrl: string, accepted?: string): readonly string[] {
  const audiences = [new URL(loginUrl).origin, ...DOCUMENTED_AUDIENCES];
  return [...new Set(accepted === undefined ? audiences : [accepted, ...audiences])];
}

/** Throws CrmError when the key cannot be used. */
export function jwtAssertion({ clientId, username, privateKey }: JwtCredentials, audience: string): string {
  const exp = Math.floor(Date.now() / 1_000) + ASSERTION_SECONDS;
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: clientId, sub: username, aud: audience, exp };
  const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${unsigned}.${signed(unsigned, privateKey)}`;
}

function signed(text: string, privateKey: string): string {
  try {
    return createSign('RSA-SHA256').update(text).sign(readPrivateKey(privateKey)).toString('base64url');
  } catch (cause) {
    const why = cause instanceof PrivateKeyError ? cause.message : 'cannot sign';
    throw new CrmError('unauthorized', `SALESFORCE_PRIVATE_KEY ${why}`, {
      cause,
      code: 'PRIVATE_KEY_UNREADABLE',
    });
  }
}
