/** Who acts, and the line that each action leaves in the log. */
import type { Log } from '../../connectors/connector.ts';

export interface Actor {
  readonly by: 'command line' | 'dashboard';
  /** Of the browser. */
  readonly address?: string;
}

export interface ActionParts {
  readonly actor: Actor;
  readonly log: Pick<Log, 'info'>;
}

interface ActionFacts {
  readonly action: 'retry' | 'discard' | 'resync' | 'create field' | 'add option';
  readonly callIds?: readonly string[];
  /** By which the calls were chosen. */
  readonly code?: string;
  /** `person.altur_status` */
  readonly field?: string;
  readonly result?: string;
}

/** More would fill the log: the count is complete. */
const MAX_CALL_IDS = 20;

/** Call ids, codes and names of fields only: no personal data. */
export function audit({ actor, log }: ActionParts, { callIds, ...facts }: ActionFacts): void {
  const calls = callIds && { calls: callIds.length, callIds: callIds.slice(0, MAX_CALL_IDS) };
  log.info('operator action', { ...facts, ...actor, ...calls });
}
