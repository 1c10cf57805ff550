/**
 * The portal or org that calls are written to, for the ledger. Unknown until the CRM has answered once; nothing waits
 * for it. Asked for again, with a batch, until it is known.
 */
import type { Connector, CrmAccount, Log } from '../../connectors/connector.ts';

const RETRY_MS = 60_000;

export class AccountReader {
  readonly #connector: Pick<Connector, 'account'>;
  readonly #log: Pick<Log, 'warn'>;
  #account: CrmAccount | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(connector: Pick<Connector, 'account'>, log: Pick<Log, 'warn'>) {
    this.#connector = connector;
    this.#log = log;
  }

  get current(): CrmAccount | undefined {
    return this.#account;
  }

  /** Never rejects. */
  async read(): Promise<void> {
    if (this.#account || !this.#connector.account || Date.now() - this.#askedAt < RETRY_MS) return;
    this.#askedAt = Date.now();
    try {
      this.#account = await this.#connector.account();
    } catch (error) {
      this.#log.warn('the account of the CRM is unknown: links to its records are missing', { error });
    }
  }
}
