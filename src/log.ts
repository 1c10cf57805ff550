/** The log. Only this file knows winston; all other code has the four methods of `Log`. */
import { Writable } from 'node:stream';
import winston from 'winston';
import type { Log } from '../connectors/connector.ts';
import { LineWriter } from './line-writer.ts';
import { maskPhones } from './mask-phones.ts';

export type { Log };

export interface LogOptions {
  readonly level: string;
  readonly format: 'json' | 'pretty';
  /** Commands print their results to stdout, so their log goes to stderr. */
  readonly stderr?: boolean;
}

const SECRET_NAME = /token|secret|password|authorization|private_?key|signature/i;
const PERSONAL_NAME = /^(transcript|body|phone|phone_?number\w*|context|extracted_data)$/i;
/** Fields that may contain a phone number. Ids of calls and records are digits too and must stay complete. */
const FREE_TEXT = /^(message|reason|note|detail|error|stack)$/;
/** Such a line may be the last. */
const URGENT = /^(?:warn|error)$/;
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
  const logger = winston.createLogger({ level, format: winstonFormat, transports: [] });
  logger.pipe(lineSink(new LineWriter(stderr ? process.stderr : process.stdout)));
  const write = (severity: string, message: string, fields: object = {}) => {
    if (logger.isLevelEnabled(severity)) logger.log(severity, message, redact(fields) as object);
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
  entry[LINE] = JSON.stringify(entry);
  return entry;
});

/** The end of winston's chain of streams. */
function lineSink(writer: LineWriter): Writable {
  return new Writable({
    objectMode: true,
    write(entry: winston.Logform.TransformableInfo, _, done) {
      writer.line(String(entry[LINE]), URGENT.test(entry.level));
      done();
    },
  });
}

/** Removes secrets, personal data and what is undefined, masks phone numbers, turns errors into one line. */
function redact(value: unknown, name = ''): unknown {
  if (SECRET_NAME.test(name)) return '[secret]';
  if (PERSONAL_NAME.test(name)) return '[personal]';
  if (typeof value === 'string') return FREE_TEXT.test(name) ? maskPhones(value) : value;
  if (value instanceof Error) return redact(describe(value), 'error');
  if (Array.isArray(value)) return value.map((each) => redact(each));
  if (typeof value === 'object' && value !== null) {
    const present = Object.entries(value).filter(([, each]) => each !== undefined);
    return Object.fromEntries(present.map(([key, each]) => [key, redact(each, key)]));
  }
  return value;
}

/** Name, message and code, of the causes too; never other fields, in which some SDKs keep the response body. */
function describe(error: Error): string {
  const { code, cause } = error as Error & { code?: unknown };
  const line = `${error.name}: ${error.message.slice(0, 500)}${typeof code === 'string' ? ` (${code})` : ''}`;
  return cause instanceof Error ? `${line} ← ${describe(cause)}` : line;
}

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
  return [`${timestamp}`, level.toUpperCase().padEnd(5), `${message}`, ...rest].join(' ');
}
