/** The log. Only this file knows winston; all other code has the four methods of `Log`. */
import winston from 'winston';
import type { Log } from '../connectors/connector.ts';
import { LineWriter } from './line-writer.ts';
import { describe, redact } from './redact.ts';

export type { Log };

export interface LogOptions {
  readonly level: string;
  readonly format: 'json' | 'pretty';
  /** Commands print their results to stdout, so their log goes to stderr. */
  readonly stderr?: boolean;
}

/** Such a line may be the last. */
const URGENT = /^(?:warn|error)$/;
/** A call id may hold these: a line break would forge a line, others write over what a terminal shows. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
/** JSON allows them in a text, but readers of lines, Node's among them, end a line at them. */
const LINE_SEPARATORS = /[\u2028\u2029]/g;
/** A repeated error is logged once, then counted for this long. */
const REPEAT_MS = 10_000;
const MAX_COUNTED = 200;

/** Where winston's formats leave the line: https://github.com/winstonjs/triple-beam */
const LINE = Symbol.for('message');

export function createLog({ level, format, stderr = false }: LogOptions): Log {
  const winstonFormat =
    format === 'json'
      ? json()
      : winston.format.combine(
          winston.format.timestamp({ format: 'HH:mm:ss.SSS' }),
          winston.format.printf(pretty),
        );
  const writer = new LineWriter(stderr ? process.stderr : process.stdout);
  const { levels } = winston.config.npm;
  // A logger of winston would lead each line through four streams.
  const write = (severity: keyof Log, message: string, fields: object = {}) => {
    if (levels[severity]! > levels[level]!) return;
    const own = { ...(redact(fields) as object), level: severity, message };
    const entry = winstonFormat.transform(own, winstonFormat.options) as winston.Logform.TransformableInfo;
    writer.line(String(entry[LINE]), URGENT.test(severity));
  };
  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: foldRepeats((message, fields) => write('warn', message, fields)),
    error: foldRepeats((message, fields) => write('error', message, fields)),
  };
}

/** winston's own is four times as slow, and a busy ingress logs a line for each event. */
const json = winston.format((entry) => {
  entry.timestamp = new Date().toISOString();
  entry[LINE] = JSON.stringify(entry).replace(LINE_SEPARATORS, escaped);
  return entry;
});

/**
 * An unreachable Redis causes thousands of equal errors a second. Lines are equal when all but their durations is, so
 * lines about different calls are not.
 */
function foldRepeats(write: (message: string, fields: object) => void) {
  const seen = new Map<string, { count: number; until: number }>();
  return (message: string, fields: object = {}) => {
    const key = `${message} ${JSON.stringify(fields, sameness)}`;
    const now = Date.now();
    const last = seen.get(key);
    if (last && now < last.until) {
      last.count += 1;
      return;
    }
    if (seen.size >= MAX_COUNTED) seen.clear();
    seen.set(key, { count: 0, until: now + REPEAT_MS });
    write(message, last && last.count > 0 ? { ...fields, repeated: last.count } : fields);
  };
}

function sameness(name: string, value: unknown): unknown {
  if (/^ms$|Ms$/.test(name)) return undefined;
  return value instanceof Error ? describe(value) : value;
}

function pretty(entry: winston.Logform.TransformableInfo): string {
  const { level, message, timestamp, ...fields } = entry;
  const rest = Object.entries(fields).map(([name, value]) => {
    return `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  const line = [`${timestamp}`, level.toUpperCase().padEnd(5), `${message}`, ...rest].join(' ');
  return line.replace(UNPRINTABLE, escaped);
}

function escaped(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
