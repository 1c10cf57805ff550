/**
 * Loaded by Node before the product, in every process that a test starts with BASE_ENVIRONMENT: keeps what it logs, the
 * secrets it is given, and what is delivered to it. Written as it is printed, so that a killed process has told all.
 */
import { Collector } from './collector.ts';
import { isLogLine } from './log-line.ts';
import { observeRequests } from './observe-requests.ts';

const { folder, test } = Object.fromEntries(new URL(import.meta.url).searchParams);
if (folder && test) collect(new Collector(folder), test);

function collect(collector: Collector, test: string): void {
  collector.environment(process.env);
  observeRequests(collector);
  // What commands print to stdout is for a person, who asked for it: of that, only log lines count.
  observe(process.stdout, (line) => isLogLine(line) && collector.line(test, line));
  observe(process.stderr, (line) => collector.line(test, line));
}

function observe(stream: NodeJS.WriteStream, keep: (line: string) => void): void {
  const write = stream.write.bind(stream) as (...values: unknown[]) => boolean;
  stream.write = (text: unknown, ...rest: unknown[]) => {
    for (const line of String(text).split('\n')) if (line.trim() !== '') keep(line);
    return write(text, ...rest);
  };
}
