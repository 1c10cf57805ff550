/** A log that keeps its entries. */
import type { Log } from '../connectors/connector.ts';

export interface LogEntry {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: object | undefined;
}

export function recordingLog(): Log & { readonly entries: LogEntry[] } {
  const entries: LogEntry[] = [];
  const write = (level: keyof Log) => (message: string, fields?: object) => {
    entries.push({ level, message, fields });
  };
  return { entries, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
