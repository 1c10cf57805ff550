/** Whether a line of output is one of the log, in either of its formats. */
export function isLogLine(line: string): boolean {
  return (line.startsWith('{') && line.includes('"level":"')) || /^\d\d:\d\d:\d\d\.\d{3} [A-Z]+ /.test(line);
}
