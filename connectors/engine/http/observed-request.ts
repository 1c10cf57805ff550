/** Reports a request to an observer when it is sent and when its response came. Without an observer it costs nothing. */
import type { RequestObserver } from '../../connector.ts';
import { endpointOf } from './endpoint-name.ts';

/** `path` may have a query, which is not reported. A request without a response ends without a status. */
export async function observed<T extends { readonly status: number }>(
  observe: RequestObserver | undefined,
  { method, path }: { readonly method: string; readonly path: string },
  send: () => Promise<T>,
): Promise<T> {
  if (!observe) return send();
  const ended = observe({ method, endpoint: endpointOf(path) });
  let status: number | undefined;
  try {
    const response = await send();
    status = response.status;
    return response;
  } finally {
    ended(status === undefined ? {} : { status });
  }
}
