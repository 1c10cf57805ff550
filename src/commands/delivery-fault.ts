/** Why an event was not accepted, and what to do: by the answer to its delivery. */
import { WEBHOOK_PATH } from '../ingress/webhook.ts';
import type { Delivery } from './webhook-delivery.ts';

/** `reasons`: of the service's `/readyz`. Undefined when the event was accepted. */
export function deliveryFault(delivery: Delivery, reasons: readonly string[]): string | undefined {
  const { url, status, answer, location } = delivery;
  if (location !== undefined && status >= 300 && status < 400) return redirectFault(url, location);
  if (status >= 200 && status < 300) {
    return typeof answer?.status === 'string'
      ? undefined
      : `${url.origin} is not the ingress: it ${page(delivery)}`;
  }
  if (typeof answer?.error !== 'string') return foreignFault(delivery);
  switch (status) {
    case 401:
      return 'the signature does not match: ALTUR_WEBHOOK_SECRET is not the same here as at the ingress; after a change of .env, start the ingress again';
    case 404:
    case 405:
      return `nothing takes events at ${url.pathname}: the URL must end with ${WEBHOOK_PATH}, and lead to an ingress, not to a worker`;
    case 413:
      return `${answer.error}: the ingress takes events of up to 1 MiB; shorten the transcript of the file`;
    case 503: {
      const why = reasons.length > 0 ? `: ${reasons.join('; ')}` : '';
      return `the ingress cannot store the event${why}; once that is fixed, send it again, as Altur does by itself`;
    }
    default:
      return `the ingress rejects the event: ${answer.error}`;
  }
}

function redirectFault(url: URL, location: string): string {
  const target = new URL(location, url);
  const isUpgrade = url.protocol === 'http:' && target.protocol === 'https:' && target.host === url.host;
  return `${url.origin} redirects to ${target.href}: ${isUpgrade ? 'use the https:// URL, in Altur too' : 'use a URL that leads to the ingress itself'}`;
}

/** The answer is not the service's: a proxy, a tunnel or another server gave it. */
function foreignFault(delivery: Delivery): string {
  const { url, status } = delivery;
  const what = `${url.origin} ${page(delivery)}, which is not the ingress's`;
  if (status === 401 || status === 403)
    return `${what}: a proxy asks for a sign-in; except ${WEBHOOK_PATH} from it`;
  if (status === 413) return `${what}: a proxy's limit is too low; allow bodies of 1 MiB`;
  if (status === 404)
    return `${what}: the host or the port is that of another server, or the tunnel is closed`;
  if (status >= 500)
    return `${what}: a proxy or tunnel does not reach the ingress; is the ingress running, at the port that it forwards to?`;
  return `${what}: the host or the port is that of another server`;
}

function page({ status, text, answer }: Delivery): string {
  const isHtml = /^\s*</.test(text);
  const what = answer ? 'JSON of another service' : 'something else than JSON';
  return `answers ${status} with ${isHtml ? 'a page of HTML' : text === '' ? 'nothing' : what}`;
}
