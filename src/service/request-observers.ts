/** Several observers of the requests to the CRM as one. One that fails is logged; the request goes on. */
import type { Log, RequestObserver } from '../../connectors/connector.ts';

export function observeAll(observers: readonly RequestObserver[], log: Pick<Log, 'error'>): RequestObserver {
  const guarded = <Result>(observe: () => Result): Result | undefined => {
    try {
      return observe();
    } catch (error) {
      log.error('a request to the CRM was not observed', { error });
      return undefined;
    }
  };
  return (request) => {
    const responded = observers.map((observer) => guarded(() => observer(request)));
    return (response) => {
      for (const each of responded) guarded(() => each?.(response));
    };
  };
}
