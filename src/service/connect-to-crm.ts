/** The first look at the CRM, ahead of the first call. */
import type { Connector, Log } from '../../connectors/connector.ts';
import type { Start } from './readiness.ts';

/** How soon a CRM that could not be written to at the start is tried again. */
const GREET_AGAIN_MS = 10_000;

/**
 * Makes the CRM ready ahead of the first call, so that `/readyz` knows and the first call does not wait; until it
 * works, since somebody may mend the token before any call comes. Answers what stops it.
 */
export function greet(connector: Connector, started: Start, log: Log): () => void {
  let again: NodeJS.Timeout | undefined;
  let stopped = false;
  const attempt = async () => {
    try {
      await connector.prepare();
      started.ok = true;
      log.info('CRM answers', { crm: connector.name });
    } catch (error) {
      started.reason = (error as Error).message;
      log.error('CRM cannot be written to yet', { crm: connector.name, error });
      if (!stopped && !started.ok) again = setTimeout(attempt, GREET_AGAIN_MS);
    }
  };
  void attempt();
  return () => {
    stopped = true;
    clearTimeout(again);
  };
}
