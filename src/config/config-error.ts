/** Thrown for a wrong or incomplete configuration; the message says what to set. */
import { OperatorError } from '../operator-error.ts';

export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError';
}

/** All problems in one message. */
export function configError(problems: readonly string[]): ConfigError {
  const list = problems.map((problem) => `  ${problem}`).join('\n');
  return new ConfigError(
    `The configuration is not complete:\n${list}\nSet these in the environment or in .env; .env.example explains each.`,
    { code: 'CONFIG_INVALID' },
  );
}
