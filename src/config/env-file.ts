/** `.env`, beside which a process is started. A variable that is already set wins. */
import { parseEnv } from 'node:util';
import { OperatorError } from '../operator-error.ts';
import { isLanguage } from './language.ts';
import { readText, unreadable } from './text-file.ts';

export const ENV_FILE = '.env';

/** Completes `environment`. Throws OperatorError. */
export function loadEnvFile(environment: NodeJS.ProcessEnv): void {
  const text = readEnvFile();
  if (text === undefined) return;
  for (const [name, value] of Object.entries(parse(text))) {
    if (environment[name] === undefined || isOfTheSystem(name, environment[name])) environment[name] = value;
  }
}

/** Undefined where there is none. */
function readEnvFile(): string | undefined {
  try {
    return readText(ENV_FILE);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new OperatorError(unreadable(ENV_FILE, cause), { code: 'ENV_FILE_UNREADABLE', cause });
  }
}

function parse(text: string): NodeJS.Dict<string> {
  const lines = text.split(/\r?\n/);
  const wrong = withoutQuoted(text)
    .split(/\r?\n/)
    .flatMap((line, index) => {
      const name =
        /^\s*(?:export\s+|set\s+)?([A-Z][A-Z\d]*(?:_[A-Z\d]+)+|PORT|LANGUAGE)\s*(?::\s|\s+[^\s=:])[^=]*$/.exec(
          line,
        )?.[1];
      return name === undefined ? [] : [`  line ${index + 1}: write ${name}=value`];
    });
  if (wrong.length > 0) {
    throw new OperatorError(`${ENV_FILE} has lines without a =, which set nothing:\n${wrong.join('\n')}`, {
      code: 'ENV_FILE_INVALID',
    });
  }
  return parseEnv(lines.map(withHashKept).join('\n'));
}

/** Quoted values may have several lines, with anything in them. */
function withoutQuoted(text: string): string {
  return text.replace(/=[ \t]*(["'`])[\s\S]*?\1/g, (quoted) => `=${quoted.replace(/[^\n]/g, '')}`);
}

/** To Node every # begins a comment; to shells and docker-compose only one behind a blank: a secret may hold one. */
function withHashKept(line: string): string {
  const [, name, rest = ''] = /^(\s*(?:export\s+)?\w+\s*=\s*)([^\s"'`#].*)$/.exec(line) ?? [];
  const value = rest.replace(/\s#.*$/, '').trim();
  const quote = ["'", '"', '`'].find((sign) => !value.includes(sign));
  if (name === undefined || quote === undefined || !value.includes('#')) return line;
  return `${name}${quote}${value}${quote}`;
}

/** Many systems set LANGUAGE to a list of locales for their own messages; who wants Spanish calls sets it in `.env`. */
function isOfTheSystem(name: string, value: string): boolean {
  return name === 'LANGUAGE' && !isLanguage(value);
}
