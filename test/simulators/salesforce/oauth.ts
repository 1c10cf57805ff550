import { randomBytes, timingSafeEqual } from 'node:crypto';
import { OAuthError } from './api-error.ts';
import { checkAssertion } from './jwt-assertion.ts';
import type { Settings } from './settings.ts';

/** Issues access tokens for client credentials and for JWT assertions. */
export class OAuth {
  /** Token requests received. */
  requests = 0;
  readonly #settings: Settings;
  readonly #orgId: string;
  readonly #userId: string;
  /** How many requests each has been accepted for. */
  readonly #tokens = new Map<string, number>();

  constructor(settings: Settings, orgId: string, userId: string) {
    this.#settings = settings;
    this.#orgId = orgId;
    this.#userId = userId;
  }

  accepts(token: string | undefined): boolean {
    const { refuseTokens, requestsPerToken } = this.#settings;
    const used = token === undefined ? undefined : this.#tokens.get(token);
    if (token === undefined || used === undefined || refuseTokens || used >= requestsPerToken) return false;
    this.#tokens.set(token, used + 1);
    return true;
  }

  expireTokens(): void {
    this.#tokens.clear();
  }

  identityUrl(url: string): string {
    return `${url}/id/${this.#orgId}/${this.#userId}`;
  }

  identity(url: string): Record<string, string> {
    const { username } = this.#settings;
    return {
      id: this.identityUrl(url),
      user_id: this.#userId,
      organization_id: this.#orgId,
      username,
      user_type: 'STANDARD',
    };
  }

  /** Answers `POST /services/oauth2/token`; `url` is the org's URL. */
  token(form: URLSearchParams, basic: string | undefined, url: string): { status: number; body: object } {
    this.requests++;
    try {
      this.#check(form, basic, url);
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return { status: 400, body: { error: error.code, error_description: error.message } };
    }
    const token = `${this.#orgId.slice(0, 15)}!${randomBytes(48).toString('base64url')}`;
    this.#tokens.set(token, 0);
    return {
      status: 200,
      body: {
        access_token: token,
        instance_url: url,
        id: this.identityUrl(url),
        token_type: 'Bearer',
        issued_at: String(Date.now()),
        scope: 'api',
        signature: randomBytes(32).toString('base64'),
      },
    };
  }

  #check(form: URLSearchParams, basic: string | undefined, url: string): void {
    switch (form.get('grant_type')) {
      case 'client_credentials':
        this.#checkSecret(form, basic);
        return;
      case 'urn:ietf:params:oauth:grant-type:jwt-bearer':
        checkAssertion(form.get('assertion') ?? '', this.#settings, url);
        return;
      default:
        throw new OAuthError('unsupported_grant_type', 'grant type not supported');
    }
  }

  /** https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm */
  #checkSecret(form: URLSearchParams, basic: string | undefined): void {
    const [basicId, basicSecret] = basic ? Buffer.from(basic, 'base64').toString().split(':') : [];
    if ((form.get('client_id') ?? basicId) !== this.#settings.clientId) {
      throw new OAuthError('invalid_client_id', 'client identifier invalid');
    }
    if (!sameText(form.get('client_secret') ?? basicSecret ?? '', this.#settings.clientSecret)) {
      throw new OAuthError('invalid_client', 'invalid client credentials');
    }
  }
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
