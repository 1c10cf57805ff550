/** The calls of the demo: ids are new in every run, since the Redis may have seen another one. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sign } from '../../src/altur/signature.ts';
import { WEBHOOK_PATH } from '../../src/ingress/webhook.ts';
import { DemoError } from './demo-error.ts';

export const SAMPLE_PATH = fileURLToPath(new URL('../fixtures/on_call_end.json', import.meta.url));
export const SECRET = 'demo secret that signs nothing else';

export interface Call {
  readonly id: string;
  readonly campaign_user: object;
}

const sample = JSON.parse(readFileSync(SAMPLE_PATH, 'utf8')) as Call;
const run = randomBytes(4).toString('hex');
const NAMES = ['Sofía Hernández', 'José Ñáñez', 'Lucía Gómez', 'Ángel Muñoz', 'María de la Luz Peña'];

/** All of the same person. */
export const sampleCall = (index: number): Call => ({ ...sample, id: `cll_demo_${run}_sample${index}` });

/** Within the last day, and not so lately that its event may still be on its way. */
const FIRST_MS = Date.now() - 2 * 3_600_000;

/** The `index`-th call of a run; a later one ended later. Names and promises as they come in Mexico. */
export function callOf(person: number, index: number): Call {
  const phone = `+52551${String(2_000_000 + person)}`;
  const at = new Date(FIRST_MS + index * 1_000).toISOString();
  return {
    ...sample,
    id: `cll_demo_${run}_${String(index).padStart(4, '0')}`,
    ...{ created_at: at, started_at: at, ended_at: at, phone_number_to: phone, end_user: undefined },
    campaign_user: {
      ...sample.campaign_user,
      f_id: `cliente-${person}`,
      name: NAMES[person % NAMES.length],
      contact: phone,
      status: index % 3 === 0 ? 'converted' : 'answered',
      extracted_data: { 'Payment Amount': String(500 + index), 'Payment Date': '2026-12-01' },
    },
  };
}

/** Of a person that no other call is about. */
export const lostCall = (): Call => callOf(9_999, 600);

/** Posts a call as Altur does; answers what the service made of it. */
export async function deliver(url: string, call: Call, signal: AbortSignal): Promise<string> {
  const body = JSON.stringify(call);
  const headers = { 'content-type': 'application/json', 'x-altur-signature': sign(body, SECRET, 'hex') };
  const response = await fetch(url + WEBHOOK_PATH, { method: 'POST', headers, body, signal });
  const { status, error } = (await response.json()) as { status?: string; error?: string };
  if (status === undefined) throw new DemoError(`the service answered ${response.status}: ${error}`);
  return status;
}

/** In bursts: a hundred connections at once say nothing about the service. */
export async function deliverAll(url: string, calls: readonly Call[], signal: AbortSignal): Promise<void> {
  for (let index = 0; index < calls.length; index += 25) {
    await Promise.all(calls.slice(index, index + 25).map((call) => deliver(url, call, signal)));
  }
}
