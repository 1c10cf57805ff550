/** Thrown for a wrong or incomplete configuration; the message says what to set. */
import { OperatorError } from '../operator-error.ts';
import type { Problem } from './problems.ts';

export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError';
}

/** All problems in one message, then the hints. `advice`: where to set the variables. */
export function configError(
  problems: readonly Problem[],
  advice: string,
  hints: readonly string[] = [],
): ConfigError {
  const list = problems.map(
    ({ variable, message }) => `  ${variable === '' ? '' : `${variable}: `}${message}`,
  );
  const also = hints.length === 0 ? [] : ['Set, and not known:', ...hints.map((hint) => `  ${hint}`)];
  return new ConfigError([`${headline(problems)}:`, ...list, ...also, advice].join('\n'), {
    code: 'CONFIG_INVALID',
  });
}

function headline(problems: readonly Problem[]): string {
  const kinds = new Set(problems.map(({ kind }) => kind));
  if (kinds.size > 1) return 'The configuration is not complete, and a part of it is wrong';
  return kinds.has('missing') ? 'The configuration is not complete' : 'The configuration is wrong';
}
