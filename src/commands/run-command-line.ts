/** `altur-crm-sync <command>`: finds the command, runs it, prints its error. */
import { version as node, stderr, stdout } from 'node:process';
import { readEnvironment } from '../config/environment.ts';
import { captureLibraryOutput } from '../library-output.ts';
import { isOperatorError } from '../operator-error.ts';
import { readVersion } from '../version.ts';
import { typeCommandsAs } from './command-line.ts';
import { commandHelp, commandList, findCommand, unknownCommandText } from './command-list.ts';

/** Until a command has a log of its own. */
const EARLY_LOG = {
  debug: () => {},
  warn: (message: string, { error }: { readonly error?: unknown } = {}) => {
    stderr.write(`${message}: ${error}\n`);
  },
};

const HELP = ['help', '--help', '-h'];
const VERSION = ['version', '--version', '-v'];

/** Answers the exit code. Never rejects. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (thrown) {
    const error = thrown as Error;
    const expected = isOperatorError(error);
    stderr.write(`${expected ? error.message : (error.stack ?? error.message)}\n`);
    return (expected && error.exitCode) || 1;
  }
}

async function run([name = 'help', ...rest]: readonly string[]): Promise<number> {
  captureLibraryOutput(EARLY_LOG);
  if (VERSION.includes(name)) {
    stdout.write(`altur-crm-sync ${readVersion()} (Node ${node.slice(1)})\n`);
    return 0;
  }
  // After `--` everything is a value, even if it looks like a flag.
  const flags = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  const asksForHelp = HELP.includes(name) || flags.includes('--help') || flags.includes('-h');
  const environment = asksForHelp ? environmentForHelp() : readEnvironment();
  typeCommandsAs(environment.COMMAND_PREFIX?.trim() || 'npx altur-crm-sync');
  if (asksForHelp) return help(HELP.includes(name) ? rest[0] : name);
  const command = findCommand(name);
  return command ? (await command.load()).run(rest, environment) : unknown(name);
}

/** Help is given whatever is wrong with .env. */
function environmentForHelp(): NodeJS.ProcessEnv {
  try {
    return readEnvironment();
  } catch (error) {
    if (isOperatorError(error)) return {};
    throw error;
  }
}

function help(name: string | undefined): number {
  if (name === undefined || HELP.includes(name)) {
    stdout.write(commandList());
    return 0;
  }
  const command = findCommand(name);
  if (!command) return unknown(name);
  stdout.write(commandHelp(command));
  return 0;
}

function unknown(name: string): number {
  stderr.write(`${unknownCommandText(name)}\n\n${commandList()}`);
  return 2;
}
