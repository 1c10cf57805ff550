import { createPublicKey, verify } from 'node:crypto';
import { OAuthError } from './api-error.ts';
import type { Settings } from './settings.ts';

const LONGEST_LIFE_S = 180;
const CLOCK_SKEW_S = 30;
const AUDIENCES = ['https://login.salesforce.com', 'https://test.salesforce.com'];

interface Claims {
  readonly iss?: unknown;
  readonly sub?: unknown;
  readonly aud?: unknown;
  readonly exp?: unknown;
}

/** https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm */
export function checkAssertion(assertion: string, settings: Settings, ownUrl: string): void {
  const [header = '', payload = '', signature = ''] = assertion.split('.');
  if (parsed<{ alg?: unknown }>(header).alg !== 'RS256')
    throw new OAuthError('invalid_grant', 'invalid assertion');
  if (settings.publicKey && !isSigned(`${header}.${payload}`, signature, settings.publicKey)) {
    throw new OAuthError('invalid_grant', 'invalid assertion');
  }
  const { iss, sub, aud, exp } = parsed<Claims>(payload);
  if (iss !== settings.clientId) throw new OAuthError('invalid_client_id', 'client identifier invalid');
  if (sub !== settings.username) {
    throw new OAuthError('invalid_grant', "user hasn't approved this consumer");
  }
  const { audiences = [...AUDIENCES, ownUrl] } = settings;
  if (!audiences.includes(String(aud).replace(/\/$/, ''))) {
    // Orgs are reported to say the one or the other.
    const message = settings.audiences ? "user hasn't approved this consumer" : 'audience is invalid';
    throw new OAuthError('invalid_grant', message);
  }
  const life = typeof exp === 'number' ? exp - Date.now() / 1000 : Number.NaN;
  if (!(life > 0 && life <= LONGEST_LIFE_S + CLOCK_SKEW_S)) {
    throw new OAuthError('invalid_grant', 'expired authorization code');
  }
}

function parsed<T extends object>(part: string): T {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    throw new OAuthError('invalid_grant', 'invalid assertion');
  }
}

function isSigned(text: string, signature: string, publicKey: string): boolean {
  return verify(
    'RSA-SHA256',
    Buffer.from(text),
    createPublicKey(publicKey),
    Buffer.from(signature, 'base64url'),
  );
}
