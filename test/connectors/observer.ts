/** Notes every request that a connector reports, and how it ended. */
import type { RequestObserver } from '../../connectors/connector.ts';

export function requestObserver() {
  const ended: string[] = [];
  const observeRequest: RequestObserver = ({ method, endpoint }) => {
    return ({ status }) => ended.push(`${method} ${endpoint} ${status ?? 'no response'}`);
  };
  return {
    observeRequest,
    /** Those that ended since the last time: `GET /crm/… 200`. */
    taken: () => ended.splice(0),
  };
}
