/** Posts an event as Altur does. */
import { WEBHOOK_PATH } from '../ingress/webhook.ts';
import { CommandError, UsageError } from './command-line.ts';
import { networkFault } from './network-fault.ts';

export interface Delivery {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
  /** Of a response in JSON. */
  readonly answer: { readonly status?: unknown; readonly error?: unknown } | undefined;
  /** Of a redirect; Altur is not known to follow one. */
  readonly location: string | undefined;
}

const PATIENCE_MS = 10_000;

/** A base URL gets the webhook's path; a URL with a path is used as it is. */
export function webhookUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new UsageError(`${text} is not a URL that begins with http:// or https://`);
  }
  if (url.pathname === '/') url.pathname = WEBHOOK_PATH;
  return url;
}

/** Throws CommandError when there is no answer. */
export async function postEvent(url: URL, body: string, signature: string): Promise<Delivery> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-altur-signature': signature },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    const location = response.headers.get('location') ?? undefined;
    return { url, status: response.status, text, answer: objectIn(text), location };
  } catch (error) {
    throw new CommandError(networkFault(url, error as Error), { code: 'INGRESS_UNREACHABLE', cause: error });
  }
}

/** Why the service behind the URL does not accept events, as its `/readyz` says. */
export async function readinessReasons(url: URL): Promise<readonly string[]> {
  try {
    const response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(PATIENCE_MS) });
    const { checks } = (await response.json()) as { checks: readonly { ok: boolean; reason?: string }[] };
    return checks.flatMap(({ ok, reason }) => (ok || reason === undefined ? [] : [reason]));
  } catch {
    return [];
  }
}

function objectIn(text: string): Delivery['answer'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
