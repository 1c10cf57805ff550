/** What `reconcile` and `backfill` share: the parts of a run, how it is stopped, and what is checked before. */
import { accountText, type CrmAccount } from '../../connectors/connector.ts';
import type { ListedCall } from '../altur/altur-calls.ts';
import { openCallHistory } from '../monitoring/call-history-store.ts';
import { openRunningProcesses } from '../monitoring/running-processes.ts';
import { openAccounts } from '../queue/accounts.ts';
import { openLedger } from '../queue/ledger.ts';
import { openPauseNotice } from '../queue/pause-notice.ts';
import { openQueue } from '../queue/queue.ts';
import { faultText, RedisHealth } from '../queue/redis-health.ts';
import { type ReconcileOptions, type ReconcileParts, reconcile } from '../reconcile/reconcile.ts';
import type { ReconcileRun } from '../reconcile/reconcile-run.ts';
import { withRunLease } from '../reconcile/run-lease.ts';
import { usageOfAll } from '../reconcile/usage-of-all.ts';
import { openAlturApi } from '../service/open-altur-api.ts';
import { recordReconciled } from '../service/record-reconciled.ts';
import { CommandError } from './command-line.ts';
import { showProgress } from './reconcile-progress.ts';
import { connected, refuseNewerSchema, type Session } from './session.ts';

export interface SessionOptions extends Omit<ReconcileOptions, 'graceMs'> {
  readonly onMissing?: (call: ListedCall, campaignId: string) => void;
}

/** Answers how it ended. Throws CommandError, CrmError and RunningElsewhereError. */
export async function runReconcile(session: Session, options: SessionOptions): Promise<ReconcileRun> {
  const { config, redis, connector, mapping, log } = session;
  const altur = openAlturApi(config.altur, redis);
  if (!altur) {
    const message = `${options.kind} asks Altur for its calls: set ALTUR_API_KEY (in Altur: Settings → API keys)`;
    throw new CommandError(message, { code: 'ALTUR_API_KEY_MISSING' });
  }
  await connected(redis, config.redis.nodes);
  await refuseNewerSchema(session);
  const account = await accountOf(session);
  const queue = openQueue(redis);
  queue.on('error', () => {});
  const processes = openRunningProcesses(redis);
  const history = recordReconciled(openCallHistory(redis), mapping, log);
  const { onMissing, ...runOptions } = options;
  const progress = showProgress();
  const parts: ReconcileParts = {
    ...{ redis, queue, altur, connector, account },
    ledger: openLedger(redis, connector.name),
    usage: () => usageOfAll(connector.usage?.(), processes),
    waitReason: waitReasonOf(session, options.share !== undefined),
    onEnqueued: (calls) => void history(calls),
    onProgress: (run, share) => progress.show(run, share),
    ...(onMissing && { onMissing }),
  };
  const stopping = stopOnSignals();
  try {
    const run = { ...runOptions, graceMs: 0 };
    if (run.isDryRun) return await reconcile(parts, run, undefined, stopping.signal);
    return await withRunLease(redis, { kind: run.kind, by: 'command', patient: true }, (lease) => {
      return reconcile(parts, run, lease, stopping.signal);
    });
  } finally {
    stopping.forget();
    progress.end();
  }
}

/** The portal or org of these credentials; workers must write to the same one. */
async function accountOf({ connector, redis }: Session): Promise<CrmAccount | undefined> {
  const account = await connector.account?.();
  if (!account) return undefined;
  const accounts = openAccounts(redis, connector.name);
  const current = await accounts.current();
  const other = current && current.id !== account.id ? current : undefined;
  const inUse = (await accounts.inUse()).find(({ id }) => id !== account.id) ?? other;
  if (!inUse) return account;
  const message = `the workers of this Redis write to ${accountText(inUse)}, these credentials belong to ${accountText(account)}: set the same credentials, or another REDIS_URL`;
  throw new CommandError(message, { code: 'RECONCILE_OTHER_ACCOUNT' });
}

/** `patient`: a long run waits for a CRM that is paused. */
function waitReasonOf({ redis }: Session, patient: boolean): ReconcileParts['waitReason'] {
  const health = new RedisHealth(redis, { takesJobs: false });
  const pauseNotice = openPauseNotice(redis);
  return async () => {
    const fault = await health.check();
    if (fault) return faultText(fault);
    const pause = patient ? await pauseNotice.read() : undefined;
    return pause && `the queue is paused: ${pause.reason}`;
  };
}

/** The first signal ends the run, a second one the process. */
function stopOnSignals(): { signal: AbortSignal; forget(): void } {
  const stopping = new AbortController();
  const stop = () => {
    forget();
    stopping.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const forget = () => {
    for (const each of signals) process.removeListener(each, stop);
  };
  for (const each of signals) process.on(each, stop);
  return { signal: stopping.signal, forget };
}
