/** What the demo does, from the first process that it starts to the last that it ends. */
import { WEBHOOK_PATH } from '../../src/ingress/webhook.ts';
import { freePort } from '../redis-server.ts';
import { type DemoAltur, startDemoAltur } from './altur.ts';
import type { DemoArguments } from './arguments.ts';
import { lostCall, SAMPLE_PATH, SECRET } from './calls.ts';
import { type DemoCrm, simulators } from './crms.ts';
import { leaveRunning } from './left-running.ts';
import { type DemoRedis, openRedis } from './redis.ts';
import { type Environment, runCommand, startService } from './service.ts';
import { type Say, Story } from './story.ts';

/** Of the given environment, the demo heeds these only: what else is set belongs to a real service. */
export interface DemoSettings {
  readonly redisUrl?: string | undefined;
  readonly port?: string | undefined;
  readonly path?: string | undefined;
}

/** Of the dashboard that `--keep` leaves running. */
const PASSWORD = 'demo-password';

/** Rejects with the signal's reason once `signal` is aborted. In any case, what it started is ended then. */
export async function runDemo(
  { crm: name, keep }: DemoArguments,
  settings: DemoSettings,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  const releases: (() => Promise<unknown>)[] = [];
  try {
    say(`Starting Redis, a simulated ${name} and the service …`);
    const redis = await openRedis(settings.redisUrl);
    releases.push(redis.close);
    signal.throwIfAborted();
    const crm = await simulators[name]!();
    releases.push(crm.close);
    const altur = keep ? await startDemoAltur() : undefined;
    if (altur) releases.push(altur.close);
    const env = {
      ...environment(name, crm, redis, settings),
      ...(altur && (await keptEnvironment(altur, settings))),
    };
    say('Creating the fields it needs in the CRM (`provision --sample event.json`):');
    await runCommand(['provision', '--sample', SAMPLE_PATH], env, (line) => say(`   ${line}`), signal);
    const service = await startService(env, (text) => say(`   the service reports: ${text}`), signal);
    releases.push(service.stop);
    say(`\nThe service listens at ${service.url}${WEBHOOK_PATH}\n`);
    await new Story({ crm, redis, altur, service, say, signal }).tell();
    if (altur) await leaveRunning({ crm, service, env, ...examples(crm, altur) }, say, signal);
    else
      say(
        '\nNext: README.md, "Set up"; or `npm run demo -- --keep`, which leaves it running, with its dashboard.',
      );
  } finally {
    for (const release of releases.toReversed()) await release();
  }
}

function environment(name: string, crm: DemoCrm, redis: DemoRedis, { path = '' }: DemoSettings): Environment {
  return {
    ...{ PATH: path, LOG_FORMAT: 'json', LOG_LEVEL: 'info', PORT: '0' },
    ...{ CRM_CONNECTOR: name, ALTUR_WEBHOOK_SECRET: SECRET, REDIS_URL: redis.url, ...crm.env },
  };
}

/** Of what is left running: links name its port, which must be known before. */
async function keptEnvironment(altur: DemoAltur, { port }: DemoSettings): Promise<Environment> {
  const PORT = Number(port ?? 0) === 0 ? String(await freePort()) : port!;
  return { ...altur.env, PORT, PUBLIC_URL: `http://127.0.0.1:${PORT}`, DASHBOARD_PASSWORD: PASSWORD };
}

function examples(crm: DemoCrm, altur: DemoAltur) {
  const callId = crm.callKeys()[0]!;
  const lost = lostCall();
  altur.add([lost]);
  return { callId, recordingLink: crm.recordingLink(callId), lostCallId: lost.id };
}
