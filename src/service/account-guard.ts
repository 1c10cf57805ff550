/**
 * Makes sure that a worker uses no record ids of another portal or org than the one it writes to.
 *
 * States: asking → known, or asking → unknown → asking, with a later batch. `settle`, before a batch, waits while asking.
 *
 * - known: if Redis holds records of another account, they are forgotten, once; from then on Redis is this account's.
 *   Where Redis fails meanwhile, the next batch tries again.
 * - unknown (the CRM has no answer, or the credentials may not ask): everything goes on as if there were one account.
 *
 * Two deployments that write to different accounts at the same time are reported, again and again, by both; nothing is
 * forgotten for that, or each would undo what the other one has just cached.
 */
import { accountText, type Connector, type CrmAccount, type Log } from '../../connectors/connector.ts';
import { type Accounts, IN_USE_EVERY_MS } from '../queue/accounts.ts';
import { settlesWithin } from '../timeout.ts';

/** Soon, since the CRM may just be down; then seldom, since the credentials may not ask. */
const ASK_AGAIN_MS = 1_000;
const MAX_ASK_AGAIN_MS = 60_000;
/** A batch waits no longer for it: calls are more important. */
const SETTLE_MS = 5_000;
/** A deployment that this one replaces may run for so long. */
const HANDOVER_MS = 30_000;
const REPORT_EVERY_MS = 10 * 60_000;

export interface AccountGuardParts {
  readonly connector: Pick<Connector, 'name' | 'account'>;
  readonly accounts: Accounts;
  readonly log: Log;
}

export class AccountGuard {
  readonly #parts: AccountGuardParts;
  readonly #startedAt = Date.now();
  #account: CrmAccount | undefined;
  #isTakenOver = false;
  #asking: Promise<void> | undefined;
  #askAgainAt = 0;
  #failures = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: AccountGuardParts) {
    this.#parts = parts;
  }

  /** Undefined while it is not known. */
  get account(): CrmAccount | undefined {
    return this.#account;
  }

  start(): this {
    void this.settle();
    this.#timer = setInterval(() => void this.#reportIfPossible(), IN_USE_EVERY_MS);
    this.#timer.unref();
    return this;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Resolves once the account is known, or is not known soon. Never rejects. */
  async settle(): Promise<void> {
    if (this.#isTakenOver || !this.#parts.connector.account || Date.now() < this.#askAgainAt) return;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    await settlesWithin(this.#asking, SETTLE_MS);
  }

  /** Says that this account is in use, and warns when another one is. */
  async report(): Promise<void> {
    const { accounts, connector, log } = this.#parts;
    const account = this.#account;
    if (!account) return;
    await accounts.markInUse(account);
    const others = (await accounts.inUse()).filter(
      ({ id, at }) => id !== account.id && at > this.#startedAt + HANDOVER_MS,
    );
    if (others.length === 0 || Date.now() < this.#reportedAt + REPORT_EVERY_MS) return;
    this.#reportedAt = Date.now();
    log.error('two CRM accounts share one Redis', {
      code: 'ACCOUNTS_SHARE_REDIS',
      crm: connector.name,
      account: accountText(account),
      others: others.map(accountText),
      hint: 'give each of them a Redis of its own (REDIS_URL)',
    });
  }

  async #ask(): Promise<void> {
    const { connector, log } = this.#parts;
    let account: CrmAccount;
    try {
      account = this.#account ?? (await connector.account!());
    } catch (error) {
      if (this.#failures === 0) log.warn('CRM account unknown', { crm: connector.name, error });
      this.#waitLonger();
      return;
    }
    try {
      await this.#takeOver(account);
      this.#isTakenOver = true;
    } catch (error) {
      log.error('record ids of another CRM account may be left in Redis', { crm: connector.name, error });
      this.#waitLonger();
    }
    this.#account = account;
    await this.#reportIfPossible();
  }

  #waitLonger(): void {
    this.#askAgainAt = Date.now() + Math.min(ASK_AGAIN_MS * 2 ** this.#failures, MAX_ASK_AGAIN_MS);
    this.#failures += 1;
  }

  /** Without Redis, whose errors are logged by its connection, it is done the next time. */
  async #reportIfPossible(): Promise<void> {
    await this.report().catch(() => {});
  }

  async #takeOver(account: CrmAccount): Promise<void> {
    const { accounts, connector, log } = this.#parts;
    const before = await accounts.current();
    if (before && before.id !== account.id) {
      const names = { before: accountText(before), now: accountText(account) };
      log.warn('CRM account changed', { code: 'ACCOUNT_CHANGED', crm: connector.name, ...names });
      const entries = await accounts.forgetRecords();
      log.info('record ids of the former CRM account forgotten', { crm: connector.name, entries });
    }
    // Last: what is interrupted before is done again.
    await accounts.setCurrent(account);
  }
}
