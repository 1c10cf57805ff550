/** A log that keeps its entries, for the check of all logs too: as they would be printed. */
import type { Log } from '../connectors/connector.ts';
import { redact } from '../src/redact.ts';
import { Collector } from './suite-logs/collector.ts';
import { currentTest } from './suite-logs/current-test.ts';
import { runFolder } from './suite-logs/run-folder.ts';

/** Shows that a connector which logs personal data is found, so it does. */
const LEAKS_ON_PURPOSE = 'test/connectors/contract/wrong/wrong-connectors.test.ts';

export interface LogEntry {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: object | undefined;
}

export function recordingLog(): Log & { readonly entries: LogEntry[] } {
  const entries: LogEntry[] = [];
  const folder = runFolder();
  const collector = folder === undefined ? undefined : new Collector(folder);
  const write = (level: keyof Log) => (message: string, fields?: object) => {
    entries.push({ level, message, fields });
    const printed = JSON.stringify({ ...(redact(fields ?? {}) as object), level, message });
    const test = currentTest() ?? 'no test';
    if (!test.startsWith(LEAKS_ON_PURPOSE)) collector?.line(test, printed);
  };
  return { entries, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
