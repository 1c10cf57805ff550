/** A question that a person at the terminal answers with y or n. */
import { createInterface } from 'node:readline/promises';

/** Nobody can be asked where input or output is a file, a pipe or a scheduler. */
export function isAtTerminal(): boolean {
  return Boolean(process.stdin.isTTY && process.stdout.isTTY);
}

/** No is the answer to everything but yes, also when the input ends. Ctrl-C ends the whole command, as anywhere else. */
export async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  lines.once('SIGINT', () => {
    lines.close();
    process.stdout.write('\n');
    process.kill(process.pid, 'SIGINT');
  });
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([lines.question(`${question} [y/N] `), ended]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}
