/** What there is to see and to try while `--keep` leaves all of it running. */
import { CLI } from '../entry.ts';
import { aborted, type DemoService, type Environment } from './service.ts';
import type { Say } from './story.ts';

export interface LeftRunning {
  readonly crm: { readonly title: string; readonly url: string };
  readonly service: DemoService;
  readonly env: Environment;
  /** In the CRM. */
  readonly callId: string;
  readonly recordingLink: string | undefined;
  /** Known to Altur only. */
  readonly lostCallId: string;
  /** What stands before a command that is typed elsewhere, such as `docker-compose --profile demo exec demo`. */
  readonly commandPrefix: string | undefined;
}

/** Until the demo is stopped. */
export async function leaveRunning(left: LeftRunning, say: Say, signal: AbortSignal): Promise<void> {
  const { crm, service, env, callId, recordingLink, lostCallId, commandPrefix } = left;
  const { url, ended } = service;
  say(`\nLeft running, until Ctrl-C; the simulated ${crm.title} is at ${crm.url}.`);
  say(`   Dashboard: ${url}/dashboard (user admin, password ${env.DASHBOARD_PASSWORD})`);
  say(`   Search there for the call ${callId}, the customer user_12345 or the number 5512345678;`);
  say(`   try a mapping at ${url}/dashboard/preview, which has the last events.`);
  if (recordingLink !== undefined) say(`   Listen to its recording: ${recordingLink}`);
  say(`   The event of the call ${lostCallId} was lost: Altur has the call, the CRM does not.`);
  say('   To find it, and whatever else is missing of the last day, type in another terminal:');
  const command = [
    ...(commandPrefix ? [commandPrefix] : []),
    commandOf(env, ['reconcile', '--since', '24h']),
  ];
  say(`   ${command.join(' ')}`);
  await Promise.race([ended, aborted(signal)]);
}

/** What a command needs to know; the rest is about the running service. */
const SETTINGS = /^(?:CRM|ALTUR|REDIS|HUBSPOT|SALESFORCE)_/;

/** As a shell takes it, in any folder: the demo's settings are in no file. */
function commandOf(env: Environment, words: readonly string[]): string {
  const variables = Object.entries(env).filter(([name]) => SETTINGS.test(name));
  const settings = variables.map(([name, value]) => `${name}=${quoted(value)}`);
  return ['env', ...settings, quoted(process.execPath), quoted(CLI), ...words].join(' ');
}

function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
