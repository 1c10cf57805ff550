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
}

/** Until the demo is stopped. */
export async function leaveRunning(left: LeftRunning, say: Say, signal: AbortSignal): Promise<void> {
  const { crm, service, env, callId, recordingLink, lostCallId } = left;
  const { url, ended } = service;
  say(`\nLeft running, until Ctrl-C; the simulated ${crm.title} is at ${crm.url}.`);
  say(`   Dashboard: ${url}/dashboard (user admin, password ${env.DASHBOARD_PASSWORD})`);
  say(`   Search there for the call ${callId}, the customer user_12345 or the number 5512345678;`);
  say(`   try a mapping at ${url}/dashboard/preview, which has the last events.`);
  if (recordingLink !== undefined) say(`   Listen to its recording: ${recordingLink}`);
  say(
    `   The event of the call ${lostCallId} was lost: Altur has it, the CRM does not. To find it, type elsewhere:`,
  );
  say(`   ${commandOf(env, ['reconcile', '--since', '24h'])}`);
  await Promise.race([ended, aborted(signal)]);
}

/** As a shell takes it, in any folder: the demo's settings are in no file. */
function commandOf(env: Environment, words: readonly string[]): string {
  const variables = Object.entries(env).filter(([name]) => name !== 'PATH');
  const settings = variables.map(([name, value]) => `${name}=${quoted(value)}`);
  return ['env', ...settings, quoted(process.execPath), quoted(CLI), ...words].join(' ');
}

function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
