/** What commands are called with, and how they say that it does not go. */
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Thrown when a command is called wrongly; the message says how it is called rightly. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Thrown when a command is called rightly but cannot be carried out; the message says what to do. Exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** `parseArgs`, whose mistakes are the caller's and no defect of ours. */
export function parseArguments<T extends ParseArgsConfig>(command: string, config: T) {
  try {
    return parseArgs<T>(config);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS_')) throw cause;
    // What follows is about the syntax of a shell.
    const [mistake] = message.split('. ');
    throw new UsageError(`${mistake}: \`altur-crm-sync ${command} --help\` says what it takes`, { cause });
  }
}
