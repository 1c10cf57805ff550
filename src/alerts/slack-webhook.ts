/**
 * Sends a message to a Slack-compatible incoming webhook: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * The URL is the credential, so no error holds it.
 */

/** Long: a receiver that answers later has the message all the same, and would get it again. */
const TIMEOUT_MS = 15_000;

export class AlertNotSent extends Error {
  override readonly name = 'AlertNotSent';
  readonly code = 'ALERT_NOT_SENT';
  /** As the receiver says. */
  readonly retryAfterMs: number;

  constructor(reason: string, retryAfterMs = 0) {
    super(`the receiver of ALERT_WEBHOOK_URL ${reason}`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Throws AlertNotSent. */
export async function sendToSlack(url: string, text: string, signal: AbortSignal): Promise<void> {
  const response = await post(url, text, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]));
  await response.body?.cancel();
  if (response.ok) return;
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  throw new AlertNotSent(`answered ${response.status}`, seconds > 0 ? seconds * 1_000 : 0);
}

async function post(url: string, text: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
      // A redirected POST becomes a GET, which a receiver may answer with 200.
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    const { name, cause } = error as Error & { readonly cause?: NodeJS.ErrnoException };
    throw new AlertNotSent(
      name === 'TimeoutError' ? 'does not answer in time' : `cannot be reached (${cause?.code ?? name})`,
    );
  }
}
