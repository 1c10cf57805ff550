/** What the scripts of package.json share that are no commands of the service: help, wrong arguments, and how they end. */
import type { ParseArgsConfig } from 'node:util';
import { parseArguments, UsageError } from '../src/commands/command-line.ts';
import { isOperatorError } from '../src/operator-error.ts';
import { printed } from '../src/printed.ts';

/** `work` answers the exit code; wrong arguments are a UsageError. `help`: the page that `--help` prints. */
export function runScript(help: string, work: (args: readonly string[]) => Promise<number>): void {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return;
  }
  void exitCodeOf(work, args).then(async (code) => {
    await printed();
    process.exit(code);
  });
}

async function exitCodeOf(
  work: (args: readonly string[]) => Promise<number>,
  args: readonly string[],
): Promise<number> {
  try {
    return await work(args);
  } catch (thrown) {
    const error = thrown as Error;
    const isExpected = isOperatorError(error);
    process.stderr.write(`${isExpected ? error.message : (error.stack ?? error.message)}\n`);
    return (isExpected && error.exitCode) || 1;
  }
}

/** The flags of a script. `npm run soak --events 5` loses the flag to npm, and hands on the 5: an error as well. */
export function scriptFlags<Options extends NonNullable<ParseArgsConfig['options']>>(
  script: string,
  args: readonly string[],
  options: Options,
) {
  return parseArguments(script, { args: [...args], options }, helpCommand(script)).values;
}

export function helpCommand(script: string): string {
  return `npm run ${script} -- --help`;
}

/** A whole number from `least`. */
export function countFlag(name: string, text: string, least = 1): number {
  const count = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(count) && count >= least) return count;
  throw new UsageError(`--${name} takes a whole number from ${least}, not ${text || 'nothing'}`);
}

export function choiceFlag<Choice extends string>(
  name: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((each) => each === text);
  if (choice === undefined) {
    throw new UsageError(`--${name} takes ${choices.join(' or ')}, not ${text || 'nothing'}`);
  }
  return choice;
}
