/** How the commands of this program are typed, and the errors of a command line. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { commandLine } from '../../connectors/connector.ts';
import { OperatorError } from '../operator-error.ts';

export { commandLine, typeCommandsAs } from '../../connectors/connector.ts';

/** Thrown when a command line is wrong; the message says how to write it. */
export class UsageError extends OperatorError {
  override readonly name = 'UsageError';

  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, { code: 'USAGE', exitCode: 2, ...options });
  }
}

/** Thrown when a command cannot be carried out; the message says what to do. */
export class CommandError extends OperatorError {
  override readonly name = 'CommandError';
}

/** `parseArgs`, whose errors are the operator's and no defect of this program. `help`: the command that explains it. */
export function parseArguments<T extends ParseArgsConfig>(
  command: string,
  config: T,
  help = commandLine(command, '--help'),
) {
  try {
    return parseArgs<T>(config);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS_')) throw cause;
    // The sentences after the first are about the syntax of a shell.
    const [problem] = message.split('. ');
    throw new UsageError(`${problem}: see \`${help}\``, { cause });
  }
}
