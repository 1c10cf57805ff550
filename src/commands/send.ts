import { randomBytes } from 'node:crypto';
import { base64Key, sign } from '../altur/signature.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { parseArguments, UsageError } from './command-line.ts';
import { deliveryFault } from './delivery-fault.ts';
import { parseSpan } from './duration.ts';
import { readEventFile, readJson, readText } from './event-file.ts';
import { followCall } from './send-wait.ts';
import { type Delivery, postEvent, readinessReasons, webhookUrl } from './webhook-delivery.ts';

/** Posts an event as Altur does, to INGRESS_URL without --url; with --wait follows its call into the CRM. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArguments('send', {
    args: [...args],
    options: {
      url: { type: 'string' },
      wait: { type: 'boolean', default: false },
      timeout: { type: 'string' },
      'new-id': { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0)
    throw new UsageError('send takes one event file: send event.json [--url URL]');
  if (values.timeout !== undefined && !values.wait) throw new UsageError('--timeout is for send --wait');
  const timeoutMs = parseSpan('--timeout', values.timeout ?? '60s');
  const config = await loadConfig(env, 'ingress');
  const newId = values['new-id'] ? `cll_${randomBytes(10).toString('hex')}` : undefined;
  const body = await bodyOf(path, newId);
  // Read as the ingress does, before it is sent: there is no call to follow in anything else.
  const callId = values.wait ? (newId ?? (await readEventFile(path)).id) : undefined;
  const door = (values.wait ? config.publicUrl : undefined) ?? config.ingressUrl;
  const url = webhookUrl(values.url ?? door);
  const startedAt = Date.now();
  const delivery = await postEvent(url, body, signatureOf(config, body));
  const accepted = await printDelivery(delivery, callId === undefined ? undefined : startedAt);
  if (!accepted) return 1;
  if (newId !== undefined) process.stdout.write(`the call id is ${newId}\n`);
  if (callId === undefined) return 0;
  const answer = String(delivery.answer?.status);
  return followCall({ callId, answer, startedAt, timeoutMs }, env);
}

async function bodyOf(path: string, newId: string | undefined): Promise<string> {
  if (newId === undefined) return readText(path);
  await readEventFile(path);
  const event = await readJson(path);
  return JSON.stringify({ ...(event as object), id: newId });
}

function signatureOf({ webhook }: Config, body: string): string {
  const [secret = ''] = webhook.secrets;
  const scheme = webhook.scheme === 'auto' ? (base64Key(secret) ? 'base64' : 'hex') : webhook.scheme;
  return sign(body, secret, scheme);
}

/** False when the event was not accepted. `startedAt`: the time it took is printed. */
async function printDelivery(delivery: Delivery, startedAt: number | undefined): Promise<boolean> {
  const { status, text, answer, url } = delivery;
  const fault = deliveryFault(delivery, status === 503 ? await readinessReasons(url) : []);
  if (startedAt === undefined) process.stdout.write(`${status} ${answer ? text : ''}\n`);
  else if (!fault) {
    const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
    process.stdout.write(`${status} ${answer?.status} after ${seconds} s, at ${url.href}\n`);
  }
  if (fault) process.stderr.write(`${status}: ${fault}\n`);
  return fault === undefined;
}
