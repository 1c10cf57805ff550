#!/usr/bin/env node
/** `altur-crm-sync <command>`: finds the command, runs it, says what went wrong. The only file with side effects. */
import { env, exit, loadEnvFile, stderr, stdout } from 'node:process';
import { CommandError } from './commands/usage.ts';

interface Command {
  readonly summary: string;
  /** Answers the exit code. */
  run(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number>;
}

const COMMANDS: Readonly<Record<string, { summary: string; load(): Promise<Pick<Command, 'run'>> }>> = {
  start: {
    summary:
      'start [ingress|worker]             take events and write them to the CRM; or only one of the two',
    load: () => import('./commands/start.ts'),
  },
  doctor: {
    summary:
      'doctor                             what is missing, and how to mend it; exit code 1 if anything is',
    load: () => import('./commands/doctor.ts'),
  },
  provision: {
    summary: 'provision [--sample event.json]    create the CRM fields the mapping needs',
    load: () => import('./commands/provision.ts'),
  },
  preview: {
    summary:
      'preview event.json [--offline]     print the fields and the exact CRM requests of an event, write nothing',
    load: () => import('./commands/preview.ts'),
  },
  mapping: {
    summary:
      'mapping [--schema]                 print the mapping in force; or the JSON Schema of mapping files',
    load: () => import('./commands/mapping.ts'),
  },
  send: {
    summary: 'send event.json [--url URL]        sign an event and post it to the ingress',
    load: () => import('./commands/send.ts'),
  },
  status: {
    summary:
      'status <call id>                   where is this call: queued, synced to which record, parked why',
    load: () => import('./commands/status.ts'),
  },
  failed: {
    summary:
      'failed list|show|retry|discard     the parked calls; `show`, `retry` and `discard` take call ids or --all',
    load: () => import('./commands/failed.ts'),
  },
};

async function main(args: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = args;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const asked = ['help', '--help', '-h'].includes(name);
    (asked ? stdout : stderr).write(usage(asked ? undefined : name));
    return asked ? 0 : 2;
  }
  // What follows `--` is a value, whatever it looks like.
  const flags = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (flags.includes('--help') || flags.includes('-h')) {
    stdout.write(`altur-crm-sync ${command.summary.replace(/ {2,}/, '\n\n  ')}\n`);
    return 0;
  }
  readEnvFile();
  return (await command.load()).run(rest, env);
}

/** What stands in the environment already outweighs the file. */
function readEnvFile(): void {
  try {
    loadEnvFile('.env');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    throw new CommandError(`cannot read .env (${code}): mend its permissions, or remove it`);
  }
}

function usage(unknown: string | undefined): string {
  const list = Object.values(COMMANDS).map(({ summary }) => `  ${summary}`);
  const complaint = unknown === undefined ? '' : `there is no command ${unknown}\n\n`;
  return `${complaint}altur-crm-sync <command>\n\n${list.join('\n')}\n`;
}

/** Errors whose message is all an operator needs; the others are defects, and their stack says where. */
const SAID = ['ConfigError', 'MappingError', 'CrmError', 'UsageError', 'CommandError', 'ListenError'];

main(process.argv.slice(2)).then(
  (code) => exit(code),
  (error: Error) => {
    stderr.write(`${SAID.includes(error.name) ? error.message : (error.stack ?? error.message)}\n`);
    exit(error.name === 'UsageError' ? 2 : 1);
  },
);
