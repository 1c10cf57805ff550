/** The commands: how each is typed, what it does, and where it is. */
import { nearest } from '../mapping/validate/nearest.ts';
import { commandLine } from './command-line.ts';

export interface Command {
  /** How it is typed, and what it does. */
  readonly usage: string;
  readonly summary: string;
  /** Its options and exit codes, where they need a word. */
  readonly details?: readonly string[];
  load(): Promise<{
    /** Answers the exit code. */
    run(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number>;
  }>;
}

export const COMMANDS: Readonly<Record<string, Command>> = {
  start: {
    usage: 'start [ingress|worker]',
    summary: 'accept events and write them to the CRM; or only one of the two',
    load: () => import('./start.ts'),
  },
  doctor: {
    usage: 'doctor [--live] [--json]',
    summary: 'check every part, say how to fix it and what to do next',
    details: [
      '--live         test with canary records what is only assumed of the CRM, and delete them again',
      '--json         for scripts: the findings, and what to do next',
      '',
      'Exit codes: 0 nothing to fix (warnings may be left). 1 something is to be fixed. 2 wrong arguments.',
    ],
    load: () => import('./doctor.ts'),
  },
  provision: {
    usage: 'provision [--sample event.json] [--create F]',
    summary: 'create the CRM fields the mapping needs',
    details: [
      '--sample FILE  also the fields for the extracted data of this event',
      '--create F     also the field F, although its name is close to that of another; may be given several times',
      '',
      'Exit codes: 0 the fields are there. 1 one could not be created, or was not because its name is close to that of',
      'another. 2 wrong arguments.',
    ],
    load: () => import('./provision.ts'),
  },
  preview: {
    usage: 'preview event.json [--offline] [--json]',
    summary: 'print the person, the fields, the body and the exact CRM requests of an event, write nothing',
    load: () => import('./preview.ts'),
  },
  mapping: {
    usage: 'mapping [--schema]',
    summary: 'print the effective mapping; or the JSON Schema of mapping files',
    load: () => import('./mapping.ts'),
  },
  send: {
    usage: 'send event.json [--wait] [--url URL]',
    summary: 'sign an event and post it to the ingress; --wait until its call is in the CRM',
    details: [
      '--url URL      where to post it: to the webhook path there, unless the URL has a path; by default to',
      '               INGRESS_URL, with --wait to PUBLIC_URL where that is set',
      '--wait         follow the call into the CRM and read its records back; needs Redis and the CRM’s credentials',
      '--timeout T    how long to wait, such as 45s or 2m; 60s by default',
      '--new-id       send it as a new call: what was sent before is a duplicate',
      '',
      'Exit codes: 0 accepted; with --wait: read back from the CRM (with the connector preview: processed). 1 anything',
      'else, with the reason and what to do. 2 wrong arguments.',
    ],
    load: () => import('./send.ts'),
  },
  status: {
    usage: 'status <call id> [--check] [--json]',
    summary: 'print where a call is and how it got there; or --check whether its records are in the CRM',
    load: () => import('./status.ts'),
  },
  calls: {
    usage: 'calls [--phone P|--id ID|--f-id F] [--since 24h]',
    summary: 'list calls, the latest first; also --until T, by --outcome O, with --limit N, as --json',
    load: () => import('./calls.ts'),
  },
  resync: {
    usage: 'resync <call id …>|--since 24h|--outcome synced',
    summary: 'write calls to the CRM again, from what is left of their events',
    load: () => import('./resync.ts'),
  },
  reconcile: {
    usage: 'reconcile [--since 24h] [--dry-run]',
    summary: 'ask Altur for its calls, and write those whose webhooks never came',
    details: [
      '--since T      calls created since then, such as 90m, 24h, 7d or 2026-11-25T09:00Z; 24h by default',
      '--until T      and before then; now by default',
      '--dry-run      only count what is missing, and what it would cost',
      '--report       for each day: at Altur, in the CRM, skipped, dead letters, missing',
      '--json         for scripts',
      '',
      'Exit codes: 0 nothing missing is left: what was missing is in the queue (with --dry-run: it was counted).',
      '1 something could not be compared, read or queued, with the reason. 2 wrong arguments.',
    ],
    load: () => import('./reconcile.ts'),
  },
  backfill: {
    usage: 'backfill --since 180d [--share 20] [--dry-run]',
    summary:
      'the same for months, throttled, the oldest first; the same command again goes on where it ended',
    details: [
      '--since T      calls created since then, such as 180d or 2026-06-01',
      '--until T      and before then; now by default',
      '--share P      of the CRM’s quota, in percent; 20 by default',
      '--restart      start over, although an earlier backfill came further',
      '--dry-run      only count what is missing, and what it would cost',
      '--json         for scripts',
      '',
      'Exit codes: 0 nothing missing is left (with --dry-run: it was counted). 1 something could not be compared, read or',
      'queued, or it was stopped, with the reason. 2 wrong arguments.',
    ],
    load: () => import('./backfill.ts'),
  },
  failed: {
    usage: 'failed list [--by-cause]|show|retry|discard',
    summary:
      'the dead letters; `show`, `retry` and `discard` take call ids, --all, --code CODE [--field F], or --cause ID',
    load: () => import('./failed.ts'),
  },
};

/** Undefined when there is no such command. */
export function findCommand(name: string): Command | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}

export function commandHelp({ usage, summary, details = [] }: Command): string {
  const lines = details.length > 0 ? ['', ...details] : [];
  const text = lines.map((line) => (line === '' ? '\n' : `  ${line}\n`)).join('');
  return `${commandLine(usage)}\n\n  ${summary}\n${text}`;
}

export function commandList(): string {
  const width = Math.max(...Object.values(COMMANDS).map(({ usage }) => usage.length));
  const lines = Object.values(COMMANDS).map(
    ({ usage, summary }) => `  ${usage.padEnd(width + 4)}${summary}\n`,
  );
  return `${commandLine('<command>')}\n\n${lines.join('')}`;
}

export function unknownCommandText(name: string): string {
  const meant = nearest(name, Object.keys(COMMANDS));
  return `there is no command ${name}${meant === undefined ? '' : `: did you mean \`${commandLine(meant)}\`?`}`;
}
