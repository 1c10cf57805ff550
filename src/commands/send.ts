import { base64Key, sign } from '../altur/signature.ts';
import { loadConfig } from '../config/config.ts';
import { WEBHOOK_PATH } from '../ingress/webhook.ts';
import { CommandError, parseArguments, UsageError } from './command-line.ts';
import { readText } from './event-file.ts';

/** Posts an event as Altur does. Without --url to INGRESS_URL. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArguments('send', {
    args: [...args],
    options: { url: { type: 'string' } },
    allowPositionals: true,
  });
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0)
    throw new UsageError('send takes one event file: send event.json [--url URL]');
  const { webhook, ingressUrl } = await loadConfig(env, 'ingress');
  const [secret = ''] = webhook.secrets;
  const scheme = webhook.scheme === 'auto' ? (base64Key(secret) ? 'base64' : 'hex') : webhook.scheme;
  const body = await readText(path);
  const url = target(values.url ?? ingressUrl);
  const response = await post(url, body, sign(body, secret, scheme));
  const answer = await response.text();
  process.stdout.write(`${response.status} ${answer}\n`);
  return response.ok ? 0 : 1;
}

/** A base URL gets the webhook's path; a URL with a path is used as it is. */
function target(text: string): URL {
  if (!URL.canParse(text)) throw new UsageError(`${text} is not a URL`);
  const url = new URL(text);
  if (url.pathname === '/') url.pathname = WEBHOOK_PATH;
  return url;
}

async function post(url: URL, body: string, signature: string): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-altur-signature': signature },
      body,
      signal: AbortSignal.timeout(10_000),
    });
  } catch (error) {
    throw new CommandError(
      `${url.origin} does not answer (${(error as Error).message}): is the ingress running there?`,
      { code: 'INGRESS_UNREACHABLE', cause: error },
    );
  }
}
