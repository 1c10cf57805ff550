#!/usr/bin/env node
/** `altur-crm-sync <command>`: finds the command, runs it, prints its error. The only file with side effects. */
import { exit, stderr, stdout } from 'node:process';
import { commandLine, typeCommandsAs } from './commands/command-line.ts';
import { readEnvironment } from './config/environment.ts';
import { captureLibraryOutput } from './library-output.ts';
import { isOperatorError } from './operator-error.ts';

interface Command {
  /** How it is typed, and what it does. */
  readonly usage: string;
  readonly summary: string;
  load(): Promise<{
    /** Answers the exit code. */
    run(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number>;
  }>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  start: {
    usage: 'start [ingress|worker]',
    summary: 'accept events and write them to the CRM; or only one of the two',
    load: () => import('./commands/start.ts'),
  },
  doctor: {
    usage: 'doctor [--live] [--json]',
    summary:
      'check every part and say how to fix it; exit code 0: nothing to fix (warnings may be left), 1: something is to be fixed',
    load: () => import('./commands/doctor.ts'),
  },
  provision: {
    usage: 'provision [--sample event.json] [--create F]',
    summary:
      'create the CRM fields the mapping needs; --create one whose name is close to that of another; exit code 1 if one is missing',
    load: () => import('./commands/provision.ts'),
  },
  preview: {
    usage: 'preview event.json [--offline] [--json]',
    summary: 'print the person, the fields, the body and the exact CRM requests of an event, write nothing',
    load: () => import('./commands/preview.ts'),
  },
  mapping: {
    usage: 'mapping [--schema]',
    summary: 'print the effective mapping; or the JSON Schema of mapping files',
    load: () => import('./commands/mapping.ts'),
  },
  send: {
    usage: 'send event.json [--url URL]',
    summary: 'sign an event and post it to the ingress',
    load: () => import('./commands/send.ts'),
  },
  status: {
    usage: 'status <call id> [--check] [--json]',
    summary: 'print where a call is and how it got there; or --check whether its records are in the CRM',
    load: () => import('./commands/status.ts'),
  },
  calls: {
    usage: 'calls [--phone P|--id ID|--f-id F] [--since 24h]',
    summary: 'list calls, the latest first; also --until T, by --outcome O, with --limit N, as --json',
    load: () => import('./commands/calls.ts'),
  },
  resync: {
    usage: 'resync <call id …>|--since 24h|--outcome synced',
    summary: 'write calls to the CRM again, from what is left of their events',
    load: () => import('./commands/resync.ts'),
  },
  failed: {
    usage: 'failed list [--by-cause]|show|retry|discard',
    summary:
      'the dead letters; `show`, `retry` and `discard` take call ids, --all, --code CODE [--field F], or --cause ID',
    load: () => import('./commands/failed.ts'),
  },
};

/** Until a command has a log of its own. */
const EARLY_LOG = {
  debug: () => {},
  warn: (message: string, { error }: { readonly error?: unknown } = {}) => {
    stderr.write(`${message}: ${error}\n`);
  },
};

async function main(args: readonly string[]): Promise<number> {
  captureLibraryOutput(EARLY_LOG);
  const environment = readEnvironment();
  typeCommandsAs(environment.COMMAND_PREFIX?.trim() || 'npx altur-crm-sync');
  const [name = 'help', ...rest] = args;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const isHelp = ['help', '--help', '-h'].includes(name);
    (isHelp ? stdout : stderr).write(`${isHelp ? '' : `there is no command ${name}\n\n`}${commandList()}`);
    return isHelp ? 0 : 2;
  }
  // After `--` everything is a value, even if it looks like a flag.
  const flags = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (flags.includes('--help') || flags.includes('-h')) {
    stdout.write(`${commandLine(command.usage)}\n\n  ${command.summary}\n`);
    return 0;
  }
  return (await command.load()).run(rest, environment);
}

function commandList(): string {
  const width = Math.max(...Object.values(COMMANDS).map(({ usage }) => usage.length));
  const lines = Object.values(COMMANDS).map(
    ({ usage, summary }) => `  ${usage.padEnd(width + 4)}${summary}\n`,
  );
  return `${commandLine('<command>')}\n\n${lines.join('')}`;
}

main(process.argv.slice(2)).then(
  (code) => exit(code),
  (error: Error) => {
    const expected = isOperatorError(error);
    stderr.write(`${expected ? error.message : (error.stack ?? error.message)}\n`);
    exit((expected && error.exitCode) || 1);
  },
);
