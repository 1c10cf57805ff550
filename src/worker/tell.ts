/** Tells those that count or record what happens. What becomes of a call does not depend on them: a failure is logged. */
import type { Log } from '../../connectors/connector.ts';

export function tell(log: Pick<Log, 'error'>, listener: () => void): void {
  try {
    listener();
  } catch (error) {
    log.error('not counted or recorded', { error });
  }
}
