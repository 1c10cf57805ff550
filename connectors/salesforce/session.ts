/**
 * Keeps the sign-in: shared by all requests, made once for those that need it at the same time.
 *
 * States: signed out → signing in → signed in → signed out again, once its token is rejected, its host redirects or
 * fails MAX_HOST_FAILURES times in a row (the org may have moved: the next sign-in names its host). A failed sign-in
 * is not kept.
 */
import type { Connection } from 'jsforce/lib/core.js';
import type { RequestObserver } from '../connector.ts';
import { type Credentials, type SignIn, SignInClient } from './sign-in.ts';

export type { Credentials } from './sign-in.ts';

const MAX_HOST_FAILURES = 2;

export class Session {
  readonly #client: SignInClient;
  #current: Promise<SignIn> | undefined;
  #connected: Connection | undefined;
  #hostFailures = 0;

  constructor(credentials: Credentials, observe?: RequestObserver) {
    this.#client = new SignInClient(credentials, observe);
  }

  /** A connection with a token. Throws CrmError. */
  async connection(): Promise<Connection> {
    return (await this.#signedIn()).connection;
  }

  /** The user who is signed in; undefined where Salesforce did not say. Throws CrmError. */
  async userId(): Promise<string | undefined> {
    return (await this.#signedIn()).userId;
  }

  /** The org that the token is for; undefined where Salesforce did not say. Throws CrmError. */
  async orgId(): Promise<string | undefined> {
    return (await this.#signedIn()).orgId;
  }

  /** This connection is no longer of use: the next `connection()` signs in again. */
  renew(connection: Connection): void {
    // Only the first to say so: the others used the same, old sign-in.
    if (connection !== this.#connected) return;
    this.#connected = undefined;
    this.#current = undefined;
  }

  /** Nothing came back from this connection's host, or nothing of Salesforce's. */
  hostFailed(connection: Connection): void {
    if (connection !== this.#connected) return;
    this.#hostFailures += 1;
    if (this.#hostFailures >= MAX_HOST_FAILURES) this.renew(connection);
  }

  hostAnswered(connection: Connection): void {
    if (connection === this.#connected) this.#hostFailures = 0;
  }

  #signedIn(): Promise<SignIn> {
    if (this.#current) return this.#current;
    const signingIn = this.#client.signIn();
    this.#current = signingIn;
    signingIn.then(
      ({ connection }) => {
        this.#connected = connection;
        this.#hostFailures = 0;
      },
      () => {
        if (this.#current === signingIn) this.#current = undefined;
      },
    );
    return signingIn;
  }
}
