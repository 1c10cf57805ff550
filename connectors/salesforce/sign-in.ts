/** Gets a token: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm */
import { Connection } from 'jsforce/lib/core.js';
import { CrmError, type RequestObserver } from '../connector.ts';
import { networkFailure } from '../engine/http/failures.ts';
import { exchange, type HttpAnswer, isRedirect, ObservedTransport } from './http.ts';
import { signInRejected } from './http-failures.ts';
import { audiencesOf, JWT_GRANT, jwtAssertion } from './jwt.ts';

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
  readonly orgId: string | undefined;
}

type Grant = Readonly<Record<string, string>>;

interface OAuthBody {
  readonly access_token?: unknown;
  readonly instance_url?: unknown;
  readonly id?: unknown;
  readonly error?: unknown;
  readonly error_description?: unknown;
}

const SIGN_IN_MS = 20_000;
/** https://datatracker.ietf.org/doc/html/rfc6749#section-5.2 and Salesforce's own, which pass by themselves. */
const OUTAGE = /^(unknown_error|rate_limit_exceeded|server_error|temporarily_unavailable)$/;

const CLIENT_CREDENTIALS_FIX =
  'see SALESFORCE_LOGIN_URL, the External Client App’s consumer key and secret, its client credentials flow and its run-as user';
const JWT_FIX =
  'see that the External Client App has the certificate of SALESFORCE_PRIVATE_KEY and its JWT bearer flow is on, that SALESFORCE_USERNAME is right and active, and that the user’s profile or a permission set is pre-authorised for the app';

/** State: the audience that the org accepted last; it is tried first. */
export class SignInClient {
  readonly #credentials: Credentials;
  readonly #observe: RequestObserver | undefined;
  #audience: string | undefined;

  constructor(credentials: Credentials, observe?: RequestObserver) {
    this.#credentials = credentials;
    this.#observe = observe;
  }

  /** Throws CrmError. */
  async signIn(): Promise<SignIn> {
    const { username, privateKey, clientId, clientSecret, loginUrl } = this.#credentials;
    if (username === undefined || privateKey === undefined) {
      const secret = { client_id: clientId, client_secret: clientSecret ?? '' };
      const body = await this.#requestToken({ grant_type: 'client_credentials', ...secret });
      if (body.error !== undefined) throw this.#rejected([body], CLIENT_CREDENTIALS_FIX);
      return this.#read(body);
    }
    const rejections: OAuthBody[] = [];
    for (const audience of audiencesOf(loginUrl, this.#audience)) {
      const assertion = jwtAssertion({ clientId, username, privateKey }, audience);
      const body = await this.#requestToken({ grant_type: JWT_GRANT, assertion });
      if (body.error === undefined) {
        this.#audience = audience;
        return this.#read(body);
      }
      rejections.push(body);
      // Of a user or an org that is inactive it says the same for every audience.
      if (!/^invalid_/.test(String(body.error))) break;
    }
    throw this.#rejected(rejections, JWT_FIX);
  }

  /** The token, or an OAuth error that is about the credentials. Throws CrmError for everything else. */
  async #requestToken(grant: Grant): Promise<OAuthBody> {
    const answer = await this.#post(grant);
    const { status } = answer;
    const body = (answer.body ?? {}) as OAuthBody;
    const code = typeof body.error === 'string' ? body.error : undefined;
    if (isRedirect(answer)) throw loginUrlMoved(answer);
    if (status >= 500 || status === 429 || status === 408 || (code !== undefined && OUTAGE.test(code))) {
      const answered = code === undefined ? `HTTP ${status}` : `HTTP ${status} (${this.#masked(code)})`;
      const message = `Salesforce answered ${answered} to the sign-in: it is not working properly`;
      throw new CrmError('unavailable', message);
    }
    if (status >= 400 && code === undefined)
      throw signInRejected(`Salesforce answered HTTP ${status} to the sign-in`);
    return body;
  }

  async #post(grant: Grant): Promise<HttpAnswer> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const url = `${this.#credentials.loginUrl}/services/oauth2/token`;
    const body = String(new URLSearchParams(grant));
    try {
      const options = { timeoutMs: SIGN_IN_MS, observe: this.#observe };
      return await exchange({ method: 'POST', url, headers, body }, options);
    } catch (cause) {
      throw networkFailure('Salesforce', 'the sign-in', cause);
    }
  }

  #read({ access_token: accessToken, instance_url: instanceUrl, id }: OAuthBody): SignIn {
    if (typeof accessToken !== 'string' || !/^https?:/.test(String(instanceUrl)))
      throw signInRejected('no token came back from SALESFORCE_LOGIN_URL');
    const { version } = this.#credentials;
    // Without `oauth2` jsforce installs no refresher of its own, which would never give up.
    const connection = new Connection({ instanceUrl: String(instanceUrl), accessToken, version });
    connection._transport = new ObservedTransport(this.#observe);
    return { connection, ...identityIn(id) };
  }

  /** OAuth names what is wrong; the description says why, such as "no client credentials user enabled". */
  #rejected(bodies: readonly OAuthBody[], fix: string): CrmError {
    const codes = new Set(bodies.map(({ error }) => this.#masked(String(error))));
    const descriptions = bodies.flatMap(({ error_description: text }) => {
      return typeof text === 'string' ? this.#masked(text) : [];
    });
    const why = descriptions.length > 0 ? ` (${[...new Set(descriptions)].join('; ')})` : '';
    return signInRejected(`Salesforce answered ${[...codes].join(', ')} to the sign-in${why}`, fix);
  }

  /** A description may repeat what was sent. */
  #masked(text: string): string {
    const { clientSecret, username, privateKey } = this.#credentials;
    const hidden = [clientSecret, username, privateKey].filter((each) => each !== undefined && each !== '');
    return hidden.reduce((shown: string, each) => shown.replaceAll(each!, '[hidden]'), text).slice(0, 200);
  }
}

/** Credentials are not sent to another host than the operator's. */
function loginUrlMoved({ status, headers }: HttpAnswer): CrmError {
  const location = headers.get('location') ?? '';
  const host = URL.canParse(location) ? new URL(location).origin : 'another address';
  const message = `SALESFORCE_LOGIN_URL redirects to ${host} (HTTP ${status}), which is not followed: set it to the org’s present My Domain URL (Setup → My Domain)`;
  return new CrmError('unauthorized', message, { code: 'LOGIN_URL_MOVED' });
}

/** The token response names org and user: `https://login.salesforce.com/id/<org>/<user>`. */
function identityIn(identityUrl: unknown): Pick<SignIn, 'orgId' | 'userId'> {
  const [, orgId, userId] = /\/id\/(00D\w{12,15})\/(005\w{12,15})$/.exec(String(identityUrl)) ?? [];
  return { orgId, userId };
}
