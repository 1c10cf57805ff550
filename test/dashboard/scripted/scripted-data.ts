/** A service that tells what its scene says; its actions are kept, and have their effect on the dead letters. */
import type {
  ActionResult,
  Browser,
  DashboardData,
  DeadLetterSelection,
  StatementsView,
} from '../../../src/dashboard/dashboard-data.ts';
import type { CallSummary } from '../../../src/monitoring/call-history.ts';
import type { Overview } from '../../../src/monitoring/overview.ts';
import { callOf } from './calls.ts';
import { deadCall, HOUR, overviewOf, recentCalls, type Scene, unassignedCalls } from './overviews.ts';
import { statementsOf } from './statements.ts';

export interface ScriptedData extends DashboardData {
  scene: Scene;
  /** Thrown by every read, while it is set. */
  failure: Error | undefined;
  /** Thrown by every action, while it is set. */
  actionFailure: Error | undefined;
  /** What the buttons did: the name of the action, then its arguments. */
  readonly done: unknown[][];
  /** Who did it. */
  readonly actors: Browser[];
  /** How often the overview was read. */
  reads: number;
  /** Actions take so long. */
  pause: Promise<void> | undefined;
  /** Of what the statements are in this scene. */
  statementChanges: Partial<StatementsView>;
  /** The causes that were cured. */
  readonly cured: Set<string>;
}

const F_ID = 'CLI-00482';
const THEIR_CALLS = ['cll_m4Tz9yWc3E', 'cll_9XhR2mQpL0', 'cll_older00007'];
const PHONE_DIGITS = '5512345678';
/** Calls of one batch are written at the same moment; more than a page shows. */
const BATCH_SIZE = 70;

export function scriptedData(scene: Scene = 'healthy'): ScriptedData {
  const calls = history();
  const done: unknown[][] = [];
  const cured = new Set<string>();

  const act = async (browser: Browser, ...action: unknown[]) => {
    done.push(action);
    data.actors.push(browser);
    await data.pause;
    if (data.actionFailure) throw data.actionFailure;
  };

  const cure = async (
    name: string,
    selection: DeadLetterSelection,
    browser: Browser,
  ): Promise<ActionResult> => {
    await act(browser, name, selection);
    if (!('group' in selection)) return { count: selection.callIds.length };
    const group = overviewNow(data).deadLetterGroups.find(({ id }) => id === selection.group);
    cured.add(selection.group);
    return { count: group?.count ?? 0 };
  };

  const data: ScriptedData = {
    scene,
    failure: undefined,
    actionFailure: undefined,
    done,
    actors: [],
    reads: 0,
    pause: undefined,
    statementChanges: {},
    cured,
    async overview() {
      data.reads += 1;
      if (data.failure) throw data.failure;
      return overviewNow(data);
    },
    async call(callId) {
      if (data.failure) throw data.failure;
      return callOf(callId, Date.now());
    },
    async search({ fId, phone, outcome, since = 0, until = Number.POSITIVE_INFINITY, limit }) {
      if (data.failure) throw data.failure;
      if (data.scene === 'empty') return [];
      if (fId !== undefined && fId !== F_ID) return [];
      if (phone !== undefined && !phone.replace(/\D/g, '').endsWith(PHONE_DIGITS)) return [];
      const isOnePerson = fId !== undefined || phone !== undefined;
      return calls
        .filter(({ callId }) => !isOnePerson || THEIR_CALLS.includes(callId))
        .filter((call) => outcome === undefined || call.outcome === outcome || isUnassigned(call, outcome))
        .filter(({ updatedAt }) => updatedAt >= since && updatedAt <= until)
        .slice(0, limit);
    },
    async statements() {
      if (data.failure) throw data.failure;
      return { ...statementsOf(data.scene, Date.now()), ...data.statementChanges };
    },
    async yesterday() {
      return statementsOf(data.scene, Date.now()).days[1];
    },
    isOutage: ({ message }) => message.includes('ECONNREFUSED'),
    actions: {
      retry: (selection, browser) => cure('retry', selection, browser),
      discard: (selection, browser) => cure('discard', selection, browser),
      async check(callId) {
        done.push(['check', callId]);
        const records = [
          { object: 'person', id: '70219', state: 'present' },
          { object: 'call', id: '990128', state: 'gone' },
        ] as const;
        return [{ crm: 'hubspot', checked: true, records, linked: false, isComplete: false }];
      },
      async resync(callIds, browser) {
        await act(browser, 'resync', callIds);
        return { count: callIds.length };
      },
      async makeStatements(days, browser) {
        await act(browser, 'makeStatements', days);
        return { count: days };
      },
      async createField(object, field, browser) {
        await act(browser, 'createField', object, field);
        return { count: 1 };
      },
      async addOption(object, field, option, browser) {
        await act(browser, 'addOption', object, field, option);
        return { count: 1 };
      },
    },
  };
  return data;
}

function overviewNow({ scene, cured }: ScriptedData): Overview {
  const overview = overviewOf(scene, Date.now());
  const groups = overview.deadLetterGroups.filter(({ id }) => !cured.has(id));
  const deadLetters = groups.reduce((sum, { count }) => sum + count, 0);
  return { ...overview, deadLetterGroups: groups, queue: { ...overview.queue, deadLetters } };
}

function history(): CallSummary[] {
  const now = Date.now();
  const older = Array.from({ length: 80 }, (_, index): CallSummary => {
    const at = now - HOUR - Math.floor(index / BATCH_SIZE) * 97_000;
    return {
      callId: `cll_older${String(index).padStart(5, '0')}`,
      outcome: 'synced',
      receivedAt: at,
      updatedAt: at + 700,
    };
  });
  const calls = [...recentCalls(now), deadCall(now), ...unassignedCalls(now).slice(2), ...older];
  return calls.toSorted((a, b) => b.updatedAt - a.updatedAt);
}

function isUnassigned({ unassigned }: CallSummary, outcome: string): boolean {
  return outcome === 'unassigned' && unassigned !== undefined;
}
