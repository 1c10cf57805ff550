/** What Redis holds of reconciles: the last run of each kind, how far an unfinished one came, and the periodic one's end. */
import type { TimeWindow } from '../altur/altur-calls.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import type { LeaseWrite } from '../queue/redis-lease.ts';
import { RETENTION_MS } from '../queue/retention.ts';
import type { ReconcileRun } from './reconcile-run.ts';

/** How far an unfinished run came: all before `cursor` is done, and from there to `sliceTo` these campaigns. */
export interface RunProgress {
  readonly window: TimeWindow;
  readonly cursor: number;
  readonly sliceTo: number;
  readonly campaigns: readonly string[];
  /** Of the portal or org that was compared with; absent where the CRM did not say. */
  readonly account?: string;
}

/** Of the last periodic reconcile that came to its end. */
export interface PeriodicCursor {
  /** Every call created before was compared, or had not ended. */
  readonly to: number;
  readonly account?: string;
  /** Since when calls of a campaign are to be listed that could not be read, ms since the epoch, by its id. */
  readonly unreadSince?: Readonly<Record<string, number>>;
}

/** Of the periodic reconcile, over all processes. */
export interface PeriodicState {
  readonly cursor?: PeriodicCursor;
  /** When the last one started, ms since the epoch. */
  readonly startedAt?: number;
  /** How many in a row have failed, and why the last one did. */
  readonly failures?: number;
  readonly code?: string;
  readonly reason?: string;
  /** How often it is done. */
  readonly everyMs?: number;
}

type Kind = ReconcileRun['kind'];

const key = (name: string) => `${KEY_PREFIX}:reconcile:${name}`;
const PERIODIC_KEY = key('periodic');

export const runWrite = (run: ReconcileRun): LeaseWrite => {
  return { key: key(`run:${run.kind}`), json: run, keepMs: RETENTION_MS };
};

/** Undefined: it has come to its end. */
export const progressWrite = (kind: Kind, progress: RunProgress | undefined): LeaseWrite => {
  return { key: key(`progress:${kind}`), json: progress, keepMs: RETENTION_MS };
};

export const periodicWrite = (state: PeriodicState): LeaseWrite => {
  return { key: PERIODIC_KEY, json: state, keepMs: RETENTION_MS };
};

export interface ReconcileStore {
  /** The last of each kind, running or not; dry runs are not kept. */
  runs(): Promise<readonly ReconcileRun[]>;
  progress(kind: Kind): Promise<RunProgress | undefined>;
  periodic(): Promise<PeriodicState>;
}

export function openReconcileStore(redis: RedisClient): ReconcileStore {
  const read = async <T>(name: string): Promise<T | undefined> => {
    const json = await redis.get(name);
    return json === null ? undefined : (JSON.parse(json) as T);
  };
  return {
    async runs() {
      const kinds: readonly Kind[] = ['reconcile', 'backfill'];
      const runs = await Promise.all(kinds.map((kind) => read<ReconcileRun>(key(`run:${kind}`))));
      return runs.filter((run) => run !== undefined);
    },
    progress: (kind) => read(key(`progress:${kind}`)),
    periodic: async () => (await read<PeriodicState>(PERIODIC_KEY)) ?? {},
  };
}
