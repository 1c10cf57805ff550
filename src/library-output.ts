/**
 * What libraries print by themselves. It is advice to programmers, and programs that read the lines of a JSON log fail on
 * it: it goes into the debug log. An error that a library prints is logged as one.
 */
import type { Log } from './log.ts';

const METHODS = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;
const MAX_LENGTH = 500;

/** `console` and Node's warnings, for the rest of the process. Called again, another log takes over. */
export function captureLibraryOutput(log: Pick<Log, 'debug' | 'warn'>): void {
  for (const method of METHODS) {
    globalThis.console[method] = (...words: unknown[]) => {
      const error = words.find((word) => word instanceof Error);
      if (error) log.warn('a library reports an error', { error });
      else log.debug('a library says', { note: words.map(String).join(' ').slice(0, MAX_LENGTH) });
    };
  }
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    log.debug('Node warns', { note: `${name}: ${message}`.slice(0, MAX_LENGTH) });
  });
}
