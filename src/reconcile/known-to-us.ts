/** Which of the listed calls neither the queue nor the ledger has, and no operator has discarded. */
import type { CrmAccount } from '../../connectors/connector.ts';
import type { ListedCall } from '../altur/altur-calls.ts';
import type { DiscardedCalls } from '../queue/discarded-calls.ts';
import { isOfOtherAccount, type Ledger } from '../queue/ledger.ts';
import { type CallQueue, findJobs } from '../queue/queue.ts';

export interface KnownParts {
  readonly queue: CallQueue;
  readonly ledger: Pick<Ledger, 'read'>;
  readonly discarded: Pick<DiscardedCalls, 'read'>;
  /** The portal or org that is written to; what was written to another one counts as not written. */
  readonly account: CrmAccount | undefined;
}

/** The queue first: a call that is written meanwhile leaves it only after the ledger has it. */
export async function unknownCalls(
  { queue, ledger, discarded, account }: KnownParts,
  calls: readonly ListedCall[],
): Promise<readonly ListedCall[]> {
  if (calls.length === 0) return [];
  const jobs = await findJobs(
    queue,
    calls.map(({ id }) => id),
  );
  const notQueued = calls.filter(({ id }) => jobs.get(id)!.length === 0);
  const entries = await ledger.read(notQueued.map(({ id }) => id));
  const unknown = notQueued.filter((_, index) => {
    const entry = entries[index];
    return entry === undefined || isOfOtherAccount(entry, account);
  });
  const decided = await discarded.read(unknown.map(({ id }) => id));
  return unknown.filter(({ id }) => !decided.has(id));
}
