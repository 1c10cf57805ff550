/**
 * Connects to the CRM at start-up, so that `/readyz` knows its state and the first call does not wait.
 *
 * States: connecting → connected, or connecting → failed → connecting, again after `RETRY_MS`, until the CRM is ready:
 * the token may be fixed before any call arrives. A batch that was written means connected as well. `stop` ends the
 * attempts.
 */
import { type Connector, CrmError, type Log, type Usage } from '../../connectors/connector.ts';

const RETRY_MS = 10_000;

/** `onChange`: an attempt has ended. */
export function connectToCrm(connector: Connector, log: Log, onChange: () => void = () => {}): CrmConnection {
  const connection = new CrmConnection(connector, log, onChange);
  void connection.connect();
  return connection;
}

export class CrmConnection {
  readonly #connector: Connector;
  readonly #log: Log;
  readonly #onChange: () => void;
  #connected = false;
  #error: Error | undefined;
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(connector: Connector, log: Log, onChange: () => void) {
    this.#connector = connector;
    this.#log = log;
    this.#onChange = onChange;
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Why the last attempt failed. */
  get reason(): string | undefined {
    return this.#error?.message;
  }

  /** Why the last attempt failed, where the CRM as a whole is the reason. */
  get fault(): Pick<CrmError, 'kind' | 'code'> | undefined {
    return this.#error instanceof CrmError ? this.#error : undefined;
  }

  /** Of the CRM's daily requests, as it last reported. */
  get usage(): Usage | undefined {
    return this.#connector.usage?.();
  }

  markConnected(): void {
    this.#connected = true;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
  }

  /** Never rejects. */
  async connect(): Promise<void> {
    const crm = this.#connector.name;
    try {
      await this.#connector.prepare();
      this.#connected = true;
      this.#log.info('CRM connected', { crm });
    } catch (error) {
      this.#error = error as Error;
      this.#log.error('CRM not ready', { crm, error });
      if (!this.#stopped && !this.#connected) this.#retry = setTimeout(() => this.connect(), RETRY_MS);
    }
    this.#onChange();
  }
}
