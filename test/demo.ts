/**
 * `npm run demo`: the main job with nothing configured. A Redis of its own, a simulated CRM, the real service as
 * its own process, sample calls; then what arrived in the CRM, and how many requests it took.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { sign } from '../src/altur/signature.ts';
import { WEBHOOK_PATH } from '../src/ingress/webhook.ts';
import { simulators } from './demo-crms.ts';
import { CLI, ELSEWHERE } from './entry.ts';
import { startRedis } from './redis-server.ts';

const SECRET = 'demo secret that signs nothing else';
const CALLS = 250;
/** Of the page that `--keep` leaves running; on this machine only. */
const PASSWORD = 'demo-password';
const SAMPLE = new URL('./fixtures/on_call_end.json', import.meta.url);

const { values } = parseArgs({
  options: { crm: { type: 'string', default: 'hubspot' }, keep: { type: 'boolean', default: false } },
});

async function demo(): Promise<void> {
  const start = simulators[values.crm];
  if (!start) throw new Error(`--crm takes ${Object.keys(simulators).join(' or ')}`);
  say(`Starting Redis, a simulated ${values.crm} and the service …`);
  const redis = process.env.REDIS_URL ? undefined : await startRedis();
  const crm = await start();
  const env = {
    ...process.env,
    ...crm.env,
    CRM_CONNECTOR: values.crm,
    ALTUR_WEBHOOK_SECRET: SECRET,
    REDIS_URL: redis?.url ?? process.env.REDIS_URL,
    PORT: process.env.PORT ?? '0',
    LOG_FORMAT: 'json',
    LOG_LEVEL: 'info',
    ...(values.keep && { DASHBOARD_PASSWORD: PASSWORD }),
  };
  say('Creating the fields it needs in the CRM (`provision --sample event.json`):');
  await run(['provision', '--sample', SAMPLE.pathname], env);
  const provisioned = crm.requests();
  const service = spawn(process.execPath, [CLI, 'start'], {
    env,
    cwd: ELSEWHERE,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await listening(service);
    say(`\nThe service listens at ${url}${WEBHOOK_PATH}\n`);

    const sample = JSON.parse(readFileSync(SAMPLE, 'utf8'));
    say('1. One call ends, and Altur delivers the event five times at once:');
    const answers = await Promise.all(Array.from({ length: 5 }, () => deliver(url, sample)));
    say(`   answered ${answers.toSorted().join(', ')}`);
    await until(() => crm.linked() === 1);
    crm.show(say);
    say(
      `   in ${crm.requests() - provisioned} requests: to read the fields, to look for the person, to write`,
    );

    say(`\n2. ${CALLS} further calls end, of ${CALLS / 2} people, one after the other:`);
    const before = crm.requests();
    const started = Date.now();
    const events = Array.from({ length: CALLS }, (_, index) => anotherCall(sample, index));
    for (let index = 0; index < events.length; index += 25) {
      await Promise.all(events.slice(index, index + 25).map((event) => deliver(url, event)));
    }
    await until(() => crm.linked() === CALLS + 1);
    const requests = crm.requests() - before;
    say(`   ${CALLS} calls written in ${Date.now() - started} ms with ${requests} CRM requests`);
    say(`   ${crm.people().length} people, ${crm.calls().length} calls, each once\n`);
    if (values.keep) {
      say(`Left running: ${url}, and the simulated CRM at ${crm.url}. Ctrl-C ends it.`);
      say(`See what it does, and try a mapping, at ${url}/dashboard (user admin, password ${PASSWORD}).`);
      await stopped();
    }
  } finally {
    await ended(service);
    await crm.close();
    await redis?.stop();
  }
  say('Done.');
}

/** Half of the people are called twice; names and promises as they come in Mexico. */
function anotherCall(sample: { campaign_user: object }, index: number): object {
  const names = ['Sofía Hernández', 'José Ñáñez', 'Lucía Gómez', 'Ángel Muñoz', 'María de la Luz Peña'];
  const person = index % (CALLS / 2);
  const phone = `+52551${String(2_000_000 + person)}`;
  const at = new Date(Date.UTC(2026, 10, 24, 15, 0, index)).toISOString();
  return {
    ...sample,
    id: `cll_demo${String(index).padStart(6, '0')}`,
    created_at: at,
    started_at: at,
    ended_at: at,
    phone_number_to: phone,
    end_user: undefined,
    campaign_user: {
      ...sample.campaign_user,
      f_id: `cliente-${person}`,
      name: names[person % names.length],
      contact: phone,
      status: index % 3 === 0 ? 'converted' : 'answered',
      extracted_data: { 'Payment Amount': String(500 + index), 'Payment Date': '2026-12-01' },
    },
  };
}

async function deliver(url: string, event: object): Promise<string> {
  const body = JSON.stringify(event);
  const headers = { 'content-type': 'application/json', 'x-altur-signature': sign(body, SECRET, 'hex') };
  const response = await fetch(url + WEBHOOK_PATH, { method: 'POST', headers, body });
  const answer = (await response.json()) as { status: string };
  if (!response.ok) throw new Error(`the service answered ${response.status} ${JSON.stringify(answer)}`);
  return answer.status;
}

/** Runs a command of the service and shows what it prints. */
function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const command = spawn(process.execPath, [CLI, ...args], {
    env,
    cwd: ELSEWHERE,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: command.stdout! }).on('line', (line) => say(`   ${line}`));
  return new Promise((resolve, reject) => {
    command.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${args[0]} ended with code ${code}`)),
    );
  });
}

function listening(service: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    service.once('exit', (code) => reject(new Error(`the service ended with code ${code}`)));
    createInterface({ input: service.stdout! }).on('line', (line) => {
      const entry = JSON.parse(line) as { message: string; url?: string; level: string };
      if (entry.message === 'listening') resolve(entry.url!);
      if (entry.level === 'error') say(line);
    });
  });
}

function stopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function ended(service: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (service.exitCode !== null) return resolve();
    service.removeAllListeners('exit');
    service.once('exit', () => resolve());
    service.kill('SIGTERM');
  });
}

const PATIENCE_MS = 60_000;

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('the calls did not arrive in the CRM within a minute');
    await new Promise((next) => setTimeout(next, 5));
  }
}

function say(text: string): void {
  console.log(text);
}

demo().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.stack);
    process.exit(1);
  },
);
